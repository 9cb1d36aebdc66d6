/**
 * The names of the policy's permissions. `keyrack types` writes a declaration that narrows it, so
 * that a misspelt permission does not compile:
 * `declare module "keyrack" { interface Policy { permission: "order.view" | … } }`
 */
export interface Policy {}

/** A permission's name: `resource.action`. */
export type PermissionName = Policy extends { permission: infer Name extends string }
  ? Name
  : string;

/** A question, with every fact that conditions may need. Unknown members are refused. */
export interface Request {
  /** The caller's name for this question, given back with the answer. */
  id?: string | null;
  /** The member who wants to act. */
  subject: string;
  /** The app or service that acts on the subject's behalf. */
  actor?: string | null;
  permission: PermissionName;
  /** Where; the tenant's root if absent. */
  scope?: string | null;
  /** Unix seconds. Without it nothing bounded in time counts. */
  now?: number | null;
  /** Money. */
  amount?: Amount | null;
  /** Basis points of the old value. */
  percent?: number | null;
  /** Items. */
  quantity?: number | null;
  /** The record acted on. */
  resource?: Resource | null;
  /** A proposed assignment, for administration. */
  assignment?: Proposal | null;
  /** The member acted on, for administration. */
  member?: string | null;
  /** Field groups (`order.billing`) or JSON paths (`$.billing_address`) that are touched. */
  fields?: Fields | null;
  /** How the subject signed in, and what it proved since. */
  auth?: Auth | null;
  /** The address the request came from. */
  ip?: string | null;
  /** Consents of others, built by the host from its own store, never from the caller. */
  approvals?: readonly Approval[];
  /** What budgets have used so far, if the caller knows. */
  usage?: readonly Usage[];
}

/** Money, in minor units: 0 to 2^53 − 1. */
export interface Amount {
  value: number;
  /** ISO code, compared byte for byte. */
  currency?: string | null;
}

/** The record acted on, and its facts. */
export interface Resource {
  /** Decides which field groups apply. */
  type: string;
  id: string;
  /** The member it is assigned to. */
  assignee?: string | null;
  department?: string | null;
  /** The members with an open ticket on it. */
  openTicketWith?: readonly string[] | null;
  /** Declared attributes of host or caller. */
  attributes?: Readonly<Record<string, unknown>>;
}

/** What is read, written, filtered by, sorted by or exported. */
export interface Fields {
  read?: readonly string[];
  write?: readonly string[];
  filter?: readonly string[];
  sort?: readonly string[];
  export?: readonly string[];
}

/** How the subject signed in, and what it proved since. */
export interface Auth {
  session?: string | null;
  /** When the sign-in happened, in unix seconds. */
  time?: number | null;
  acr?: string | null;
  amr?: readonly string[];
  /** The level of the sign-in, if the host has mapped it. */
  level?: number | null;
  proofs?: readonly Proof[];
}

/** One second verification that was made. */
export interface Proof {
  subject: string;
  session: string;
  permission: PermissionName;
  /** 1 password, 2 one-time code, 3 passkey or hardware key. */
  level: number;
  /** Unix seconds. */
  at: number;
}

/** One consent of another member. */
export interface Approval {
  by?: string | null;
  requester: string;
  permission: PermissionName;
  scope?: string | null;
  /** The id of the record. */
  resource?: string | null;
  amount?: Amount | null;
  percent?: number | null;
  quantity?: number | null;
  /** Unix seconds. */
  at?: number | null;
}

/** What one budget has used so far in its current window. */
export interface Usage {
  budget: string;
  amount?: number | null;
  count?: number | null;
}

/** A proposed assignment: may the subject issue it? One of member, group and organisation is set. */
export interface Proposal {
  member?: string | null;
  group?: string | null;
  organisation?: string | null;
  role?: string | null;
  permissions?: readonly PermissionName[];
  scopes?: readonly string[];
  /** Unix seconds. */
  valid?: { from?: number | null; to?: number | null };
  conditions?: {
    limits?: readonly {
      permission: PermissionName;
      currency?: string | null;
      approveAbove?: number | null;
      max: number;
    }[];
    unlimited?: readonly PermissionName[];
    rows?: "any" | "self" | "team" | "ticket" | null;
    hours?:
      | readonly { zone?: string | null; days: readonly number[]; from: string; to: string }[]
      | null;
    networks?: readonly string[] | null;
    approvalFor?: readonly PermissionName[];
    /** These are accepted and not compared: they can only narrow. */
    sensitiveTo?: unknown;
    budgets?: unknown;
    attributes?: unknown;
    training?: unknown;
    stepUp?: unknown;
    signInLevel?: unknown;
  };
}
