/** The OpenID AuthZEN Authorization API 1.0, in a module of its own. */

import type { Source, Trust } from "./index.js";
import type { Approval, Auth, Usage } from "./request.js";

export { KeyrackError, type ErrorCode } from "./errors.js";

/** A policy in force, as a decision point asks it. It never changes. */
export declare class Authzen {
  private constructor();
  readonly tenant: string;
  readonly version: number;
  /** Unix seconds. */
  readonly issued: number;
  /** Unix seconds; absent: never. */
  readonly expires?: number;
  /** Of the document, hexadecimal. */
  readonly digest: string;
  readonly isSlice: false;
  readonly overlayVersion?: number;
  /** Loads a snapshot: reads it to the end, checks its signature, then opens it. */
  static load(source: Source, options?: Trust & { overlay?: Source; tenant?: string }): Promise<Authzen>;
  /** The same policy under a newer overlay. This one stays as it is. */
  withOverlay(source: Source, options?: Trust): Promise<Authzen>;
  /** Frees its memory now, and not when it is collected. Whoever asks it afterwards gets an error. */
  release(): void;
}

/** A kind of member. */
export type MemberKind = "owner" | "employee" | "contractor" | "organisation" | "app" | "service";

/** What a decision point is. */
export interface ServiceSettings {
  /** `https` address without query, fragment and closing slash; its endpoints are below it. */
  identifier: string;
  /** What authenticates the tokens of pages: 32 bytes or more, or base64url of them. */
  tokenKey: Uint8Array | string;
  /** Instead of `user`, `app` and `service`. */
  subjectTypes?: { name: string; kinds: MemberKind[] }[];
  /** Actions whose permission is not called `resource type.action name`. */
  actions?: { resourceType: string; name: string; permission: string }[];
  /** Whether `facts.records` holds every record there is, so that they can be searched. */
  allRecords?: boolean;
  /** Whether the host writes decision records itself, so that no caller is obliged to. */
  logs?: boolean;
}

/** A value of a declared attribute. */
export type AttributeValue = boolean | number | string | string[];

/** What the host knows, from its own stores. Nothing of it is a caller's word. */
export interface Facts {
  /** Whether the caller is an authenticated enforcement point; else its attributes are not heard. */
  trusted?: boolean;
  /** What the evaluation is called. */
  evaluationId?: string;
  records?: {
    type: string;
    id: string;
    scope?: string;
    assignee?: string;
    department?: string;
    openTicketWith?: string[];
    attributes?: Record<string, AttributeValue>;
  }[];
  people?: {
    subject: string;
    actor?: string;
    auth?: Auth;
    ip?: string;
    /** By their whole names, such as `subject.role`. */
    attributes?: Record<string, AttributeValue>;
    usage?: Usage[];
  }[];
  /** Consents that callers may refer to; without `approval` nobody has answered yet. */
  approvals?: { id: string; approval?: Approval }[];
}

/** What came in. */
export interface AuthzenRequest {
  method: string;
  /** Without a query. */
  path: string;
  headers?: Headers | Record<string, string>;
  /** At most one byte longer than {@link AuthzenService.maxBytes}. */
  body?: Uint8Array | ArrayBuffer | string;
}

/** What goes out. */
export interface AuthzenAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Consents to mark as spent before the answer leaves. */
  spent: string[];
  /** What evaluations decided, as a decision log takes it; searches decide nothing. */
  decided: Decided[];
}

/** One decision as it was answered: a permit that the caller could not carry out is a denial. */
export interface Decided {
  evaluation?: string;
  asked: {
    subject: string;
    actor?: string;
    permission: string;
    scope?: string;
    resource: { type: string; id: string };
  };
  decision: {
    outcome: "allow" | "deny" | "step_up" | "approval";
    reason: string;
    obligations: { type: "log" | "mask_fields" | "reserve_budget" }[];
  };
}

/** A decision point: what its callers see, whatever policy is in force. */
export declare class AuthzenService {
  private constructor();
  /** What a path leads to: what anybody may read, or what only authenticated callers may ask. */
  target(path: string): "metadata" | "endpoint" | undefined;
  /** The longest body that is read at a path, in bytes. */
  maxBytes(path: string): number;
  /** Answers a request; 503 where there is no policy. `now` in unix seconds. */
  answer(
    policy: Authzen | undefined,
    request: AuthzenRequest,
    options?: { now?: number; facts?: Facts },
  ): AuthzenAnswer;
}

/** Makes a decision point. */
export declare function createService(settings: ServiceSettings): Promise<AuthzenService>;
