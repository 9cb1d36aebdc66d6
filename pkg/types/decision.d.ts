import type { PermissionName } from "./request.js";

/** What comes out of a decision. */
export type Outcome = "allow" | "deny" | "step_up" | "approval";

/** Why it came out so. Codes are stable. */
export type Reason =
  | "owner"
  | "granted"
  | "snapshot_expired"
  | "overlay_stale"
  | "permission_unknown"
  | "scope_unknown"
  | "member_unknown"
  | "session_revoked"
  | "member_invited"
  | "member_suspended"
  | "member_revoked"
  | "member_outside_validity"
  | "operation_suspended"
  | "owner_only"
  | "delegation_denied"
  | "denied_by_rule"
  | "no_grant"
  | "out_of_scope"
  | "grant_outside_validity"
  | "training_required"
  | "outside_hours"
  | "network_not_allowed"
  | "condition_unmet"
  | "amount_required"
  | "amount_invalid"
  | "currency_not_allowed"
  | "limit_exceeded"
  | "budget_exceeded"
  | "field_hidden"
  | "step_up_required"
  | "approval_invalid"
  | "approval_required";

/** The answer to a request. */
export interface Decision {
  /** The caller's name for the question. */
  id?: string;
  outcome: Outcome;
  reason: Reason;
  /** The assignment that allows it, or `owner`, or `default`. */
  grantedBy?: string;
  /** What has to be asked of people. */
  missing?: {
    /** A second verification. Without `maxAge` the sign-in itself has to be stronger. */
    stepUp?: { level: number; maxAge?: number };
    /** Another member's consent, and for how many seconds one counts. */
    approval?: { fresh: number };
  };
  /** What the caller must do for an allow to stand. */
  obligations: Obligation[];
  /** Field groups of the record, by id, sorted. Only of an allow. */
  fields?: { visible: string[]; hidden: string[] };
  /** The next instant at which the answer could change by time alone, in unix seconds. */
  holdsUntil?: number;
  /** The version of the policy that answered. */
  policyVersion: number;
}

/** What the caller must do for an allow to stand. */
export type Obligation =
  | { type: "log" }
  | { type: "mask_fields"; groups: string[] }
  | {
      /** Reserve the amount and one use in a budget before going on. */
      type: "reserve_budget";
      budget: string;
      /** Whose budget it is. */
      member: string;
      window: "shift" | "day" | "week" | "month";
      /** IANA time zone of the window. */
      zone?: string;
      /**
       * The first minute of the window that holds now, as local time: `2026-03-02T22:00`. Without it
       * the local time cannot be told, and nothing can be reserved.
       */
      from?: string;
      /** The minute after its last, as local time. */
      to?: string;
      currency?: string;
      /** How much this request takes. */
      amount?: number;
      /** The most in one window. */
      maxAmount?: number;
      /** The most uses in one window. */
      maxCount?: number;
    };

/** A decision and all that was looked at on the way. */
export interface Explanation {
  decision: Decision;
  /** Each assignment and denial that speaks of the permission. */
  considered: {
    name: string;
    kind: "assignment" | "denial";
    /** `direct`, `group ID` or `organisation ID`. */
    way: string;
    /** Whether it counts; of a denial, whether it bites. */
    counts: boolean;
    /** Why an assignment does not count. */
    reason?: Reason;
    conditions: { condition: string; truth: "met" | "unmet" | "untold" }[];
  }[];
  /** Members who could grant what is missing, where a right is missing. Owners first. */
  couldGrant: string[];
}

/** A member who holds a permission. */
export interface Holder {
  member: string;
  state: "allowed" | "conditional";
}

/** A permission that a member holds. */
export interface Held {
  permission: PermissionName;
  state: "allowed" | "conditional";
}

/** The records that pass: those that every part lets through. */
export interface Filter {
  /** Why nothing passes, where that is known before any record. */
  reason?: Reason;
  /** One for the subject, one more for an actor. A part without clauses lets nothing through. */
  parts: {
    /** A record passes where one of these is known to hold … */
    any: Clause[];
    /** … and each of these is known not to. */
    except: Clause[];
  }[];
  holdsUntil?: number;
}

/**
 * A set of records: those that meet all of its members. A fact that a record does not have is
 * untold, and what it is compared with neither holds nor fails.
 */
export interface Clause {
  /** In one of these scopes; in any, if absent. */
  scopes?: string[];
  /** Assigned to this member. */
  assignee?: string;
  /** With an open ticket of this member. */
  openTicketWith?: string;
  /** In one of these departments. A department that the policy does not declare is untold. */
  departments?: string[];
  attributes?: {
    attribute: string;
    op: "eq" | "ne" | "in" | "not_in" | "lt" | "le" | "gt" | "ge" | "contains" | "exists";
    value?: boolean | number | string | number[] | string[];
  }[];
}

/**
 * The permission that an HTTP request asks for, and where its facts come from: `path:NAME`,
 * `query:NAME`, `header:NAME`, `body:/json/pointer` or `fixed:VALUE`.
 */
export interface Match {
  method: string;
  permission: PermissionName;
  measure?: "money" | "percent" | "quantity";
  /** The path's parameters in this request. */
  parameters: Record<string, string>;
  scope?: string;
  amount?: string;
  currency?: string;
  resourceType?: string;
  resource?: string;
  /** Whether the record's facts are to be fetched before the decision. */
  loadResource: boolean;
  member?: string;
  assignment?: string;
  /** The query parameter that names a field to sort by. */
  sort?: string;
  /** Query parameters that filter, and the field of each. */
  filters: Record<string, string>;
  /** Whether the body's keys are fields that are written. */
  writesBody: boolean;
  /** Whether the answer is a whole export. */
  exports: boolean;
}

/** A group of fields that one permission unlocks. */
export interface FieldGroup {
  id: string;
  /** Nobody sees it, if absent. */
  unlockedBy?: PermissionName;
  /** JSON paths relative to one record. */
  paths: string[];
}
