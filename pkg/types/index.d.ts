import type { Decision, Explanation, FieldGroup, Filter, Held, Holder, Match } from "./decision.js";
import type { PermissionName, Request } from "./request.js";

export { KeyrackError, type ErrorCode } from "./errors.js";
export type * from "./decision.js";
export type * from "./request.js";

/** Where bytes come from. They are read to the end and copied before anything looks at them. */
export type Source =
  | Uint8Array
  | ArrayBuffer
  | Response
  | ReadableStream<Uint8Array>
  | Promise<Uint8Array | ArrayBuffer | Response | ReadableStream<Uint8Array>>;

/** A publisher's public key, and what it may sign. */
export interface Key {
  /** 32 bytes, or the same in base64url without padding. */
  publicKey: Uint8Array | string;
  /** All kinds, if absent. */
  domains?: readonly ("snapshot" | "slice" | "overlay")[];
  /** Unix seconds; from then on it counts no longer. */
  notAfter?: number;
}

/** What is trusted. */
export interface Trust {
  /** The publishers' keys. */
  keys?: readonly Key[];
  /** Whether bytes without any signature are welcome, say in a test. Signed ones are checked all the same. */
  unsigned?: boolean;
  /** The least version that is no step back. Keep the last one seen, and pass it. */
  minVersion?: number;
  /** Unix seconds; the host's clock if absent. */
  now?: number;
}

/** What is trusted, and expected. */
export interface LoadOptions extends Trust {
  /** Whose policy it has to be. */
  tenant?: string;
  /** An overlay to load with it, by the same keys. */
  overlay?: Source;
}

/** When, and what of the sign-in, a question is asked with. */
export interface Circumstances {
  /** Unix seconds; the host's clock if absent. */
  now?: number;
  auth?: Request["auth"];
  ip?: string;
  /** An app or a service that asks on the subject's behalf. */
  actor?: string;
}

/** Boolean questions, a column a part: row by row, or one value for all rows. */
export interface Columns {
  subjects: string | readonly string[] | Column<"subjects">;
  permissions: PermissionName | readonly PermissionName[] | Column<"permissions">;
  /** Where; a row without a scope is asked at the tenant's root. */
  scopes?: string | readonly (string | undefined)[] | Column<"scopes">;
}

declare const prepared: unique symbol;

/** Names that one rack has looked up: a column of its batches, and of no other rack's. */
export interface Column<Name extends keyof Columns = keyof Columns> {
  readonly length: number;
  readonly [prepared]: Name;
}

/** A policy in force. It never changes; a new snapshot or overlay makes a new one. */
export declare class Keyrack {
  private constructor();

  /**
   * Loads a snapshot or a slice: reads it to the end, checks its signature, opens it.
   * @throws {KeyrackError}
   */
  static load(source: Source, options?: LoadOptions): Promise<Keyrack>;

  /** Grows with every published change. */
  readonly version: number;
  /** The merchant organisation. */
  readonly tenant: string;
  /** Unix seconds. */
  readonly issued: number;
  /** Unix seconds; absent: never. From then on every decision is a deny. */
  readonly expires: number | undefined;
  /** SHA-256 of the policy document, in hexadecimal. */
  readonly digest: string;
  /** Whether it is one member's view only. */
  readonly isSlice: boolean;
  /** The version of the overlay in force, if there is one. */
  readonly overlayVersion: number | undefined;

  /**
   * Whether the subject may, with nothing left open: no budget to reserve, nobody to ask. Unknown
   * names are a plain no. Without a scope: at the tenant's root.
   */
  can(subject: string, permission: PermissionName, scope?: string, now?: number): boolean;

  /**
   * What {@link Keyrack.can} says of each row, at one instant: 1 yes, 0 no. A column is a list, or
   * one value for all rows; all lists have one length. One crossing for thousands of rows.
   */
  canBatch(columns: Columns, now?: number): Uint8Array;

  /**
   * Looks the names of a column up, for batches that ask about them again and again. It is tied to
   * this rack: any other refuses it, also this policy's under a newer overlay.
   */
  column(name: "subjects", values: readonly string[]): Column<"subjects">;
  column(name: "permissions", values: readonly PermissionName[]): Column<"permissions">;
  column(name: "scopes", values: readonly (string | undefined)[]): Column<"scopes">;

  /** Decides one request. A deny is an answer, not an error. */
  decide(request: Request): Decision;

  /** Decides each request as {@link Keyrack.decide} would. */
  decideBatch(requests: readonly Request[]): Decision[];

  /** The decision, and all that was looked at on the way. */
  explain(request: Request): Explanation;

  /** One member at one scope, resolved: what a page asks hundreds of times. */
  session(subject: string, scope?: string, circumstances?: Circumstances): Session;

  /** Who holds a permission at a scope. */
  whoCan(permission: PermissionName, scope?: string, circumstances?: Circumstances): Holder[];

  /** What a member holds at a scope. */
  whatCan(subject: string, scope?: string, circumstances?: Circumstances): Held[];

  /** Where a member may, as a filter that a database can use. */
  whereCan(subject: string, permission: PermissionName, circumstances?: Circumstances): Filter;

  /** The permission that an HTTP request asks for, by the policy's routes. */
  route(method: string, path: string): Match | undefined;

  /**
   * What one member's browser may see, as the unsigned bytes of a slice; sign them before use. With
   * an `actor`, what an app may see while it acts on the member's behalf: its own part, and of the
   * member's what the app's grants reach.
   */
  slice(member: string, behalf?: { actor: string; now?: number }): Uint8Array;

  /** The groups of a record type's fields, or all groups. */
  fieldGroups(resourceType?: string): FieldGroup[];

  /** The JSON paths of one group's fields, relative to a record; none for a group that is not known. */
  fieldPaths(group: string): string[];

  /** The same policy under a newer overlay. This rack stays as it is. */
  withOverlay(source: Source, trust?: Trust): Promise<Keyrack>;

  /** Frees its memory now, and not when it is collected. Whoever asks it afterwards gets an error. */
  release(): void;

  /** All permissions of the policy. */
  permissions(): PermissionName[];

  /** All scopes, each before those under it. */
  scopes(): string[];
}

/** What a permission is in a session. */
export type State = "allowed" | "conditional" | "denied";

/** One member at one scope, resolved. It stays what it was; ask for another when `until` passes. */
export declare class Session {
  private constructor();
  readonly subject: string;
  readonly scope: string | undefined;
  /** The version of the snapshot it was made from. */
  readonly version: number;
  /** The next instant at which an answer could change by time alone, in unix seconds. */
  readonly until: number | undefined;

  /** Whether the permission is allowed, with nothing left open. */
  can(permission: PermissionName): boolean;

  /** `conditional`: it depends on facts of the request, and the gate has the last word. */
  state(permission: PermissionName): State;

  /** The state of every permission of the policy. */
  states(): Record<PermissionName, State>;
}
