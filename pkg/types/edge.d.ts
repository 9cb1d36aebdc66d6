/** The gate before an API. It brings no engine of its own: the caller loads one. */

import type { Decision, Obligation } from "./decision.js";
import type { Key, Keyrack } from "./index.js";
import type { Approval, Proof, Request as Question } from "./request.js";

/** A value now or later: parts in memory answer at once, durable ones do not. */
type Awaitable<T> = T | Promise<T>;

declare const verified: unique symbol;

/** What a token says, once it has been verified. Only {@link createIdentity} makes these. */
export interface VerifiedClaims {
  readonly [verified]: true;
  /** The member who asks. */
  readonly subject: string;
  /** The member who acts on the subject's behalf. */
  readonly actor?: string;
  /** Who acts, the current actor first, as the issuer names them; for the log. */
  readonly actors: readonly string[];
  readonly issuer: string;
  readonly client?: string;
  readonly auth: Readonly<{
    session?: string;
    time?: number;
    acr?: string;
    amr?: readonly string[];
  }>;
}

/** One issuer, and what of its tokens is good. It has either `jwks` or `jwksUrl`. */
export interface Trust {
  /** Compared character by character. */
  issuer: string;
  /** Who the tokens have to be for. */
  audience: string | readonly string[];
  jwks?: { keys: object[] };
  /** Where the keys are, by https. */
  jwksUrl?: string;
  /** `Ed25519` if not said. */
  algorithms?: readonly string[];
  /** `at+jwt` if not said; `JWT` for issuers that know no better. */
  types?: readonly ("at+jwt" | "JWT")[];
  /** How long ago a token may have been issued; a day if not said. */
  maxAgeSeconds?: number;
  /**
   * The member that the token's claims, or its `act`, are about: `sub` if not said. Of several
   * issuers all but the first have to say.
   */
  memberOf?(who: Record<string, unknown>): string | undefined;
  /** Other names that an issuer has for these two claims. */
  named?: { client_id?: string; jti?: string };
}

/** What the platform gives with a request. */
export interface Context {
  waitUntil?(work: Promise<unknown>): void;
}

/** One sign-in session of a member of a tenant. */
export interface SignIn {
  tenant: string;
  subject: string;
  session: string | undefined;
}

/** What a challenge is for. */
export interface Challenged extends SignIn {
  permission: string;
}

/** A second verification that was made. */
export interface Answer extends Challenged {
  /** 1 password, 2 one-time code, 3 passkey; 0: an answer that is worth nothing. */
  level: number;
  /** Unix seconds. */
  at: number;
  /** When the member signed in, where a new sign-in is the answer. */
  signedIn?: number;
}

/** Second verifications that were made, and challenges that wait for one. */
export interface ProofKeeper {
  of(who: SignIn): Awaitable<Proof[]>;
  /** Remembers that this was asked for, at a moment, of whoever had signed in at another. */
  challenge(asked: Challenged & { at: number; signedIn?: number }): Awaitable<void>;
  /** `false` if nothing was asked that this could answer. */
  answer(answer: Answer): Awaitable<boolean>;
  /** Whether the last challenge was answered and it was not enough. Told once. */
  failed(asked: Challenged): Awaitable<boolean>;
  settle(asked: Challenged): Awaitable<void>;
}

/** A request for approval, and what has become of it. */
export interface Filed {
  id: string;
  state: "pending" | "given" | "refused" | "spent";
  /** Unix seconds. */
  at: number;
  asked: Question;
  /** Who agreed or refused. */
  by?: string;
}

/** An approval and the request that stands on it. */
export interface Spent {
  tenant: string;
  id: string;
  request: string;
}

/** Requests that wait for a second person, and consents, each of which is spent once. */
export interface ApprovalKeeper {
  /** Files a request, once for the same question while it waits, and gives its id. */
  request(filed: { tenant: string; asked: Question; now: number }): Awaitable<string>;
  pending(of: { tenant: string; now: number }): Awaitable<Filed[]>;
  get(of: { tenant: string; id: string }): Awaitable<Filed | undefined>;
  /** Records an answer, once; `false` if nothing waits for it. */
  answer(answer: {
    tenant: string;
    id: string;
    by: string;
    agrees: boolean;
    now: number;
  }): Awaitable<boolean>;
  /** Consents to the same act on the same record that are not spent, or by this request. */
  for(wanted: {
    tenant: string;
    asked: Question;
    request: string;
  }): Awaitable<{ id: string; approval: Approval }[]>;
  spend(spent: Spent): Awaitable<Consent>;
}

/** What an allow must reserve, and for which request. */
export interface Reservation {
  /** The request's own name, the same when it is repeated. */
  id: string;
  tenant: string;
  /** Those that are no budgets are left alone. */
  obligations: readonly Obligation[];
  /** Unix seconds. */
  now: number;
  /** What the request says; another one under the same id is refused. */
  digest?: string;
}

/** What budgets have used. */
export interface BudgetKeeper {
  reserve(wanted: Reservation): Awaitable<Hold>;
}

/** What was taken for an act, until the act is done or has failed. */
export interface Taken {
  commit(): Awaitable<void>;
  /** Frees it when nobody else still tries the same, and nobody has done it. */
  release(): Awaitable<void>;
}

/** What was reserved: all of it, or nothing. */
export interface Hold extends Taken {
  /** `repeated`: reserved before under this id; `reused`: the id stands for something else. */
  readonly state: "held" | "repeated" | "exceeded" | "reused";
}

/** A consent that was spent. */
export interface Consent extends Taken {
  /** `repeated`: spent before by this request; `gone`: by another, or it never was one. */
  readonly state: "held" | "repeated" | "gone";
}

/** The API behind the gate. */
export interface Store {
  fetch(request: globalThis.Request): Promise<Response>;
  /**
   * Whether it knows a repeated request by its `Idempotency-Key` and does it once. Otherwise the
   * gate refuses to forward one that stands on a budget or a consent again.
   */
  isIdempotent?: boolean;
  /** What a decision may want to know of a record; `undefined` if there is no such record. */
  facts(
    type: string,
    scope: string | undefined,
    id: string,
  ): Awaitable<Record<string, unknown> | undefined>;
}

/** Everything that a gate reaches out to. */
export interface GateParts {
  identify(request: globalThis.Request, now: number): Promise<VerifiedClaims>;
  /** The newest good policy; `undefined` while there is none. */
  policy(
    now: number,
    request?: globalThis.Request,
    context?: Context,
  ): Promise<Keyrack | undefined>;
  /** Unix seconds. */
  clock(request: globalThis.Request): number;
  /** Where a request came from. */
  address(request: globalThis.Request): string | undefined;
  store: Store;
  proofs: ProofKeeper;
  approvals: ApprovalKeeper;
  ledger: BudgetKeeper;
  log: DecisionLog;
  /** The `acr` that each level is asked for by. */
  acrOfLevel: Record<number, string>;
  /** What each `amr` of a new sign-in is worth as a proof, as the policy's `levels.amr` says. */
  levelOfAmr?: Record<string, number>;
  /**
   * What becomes of budgets and a consent where the store gave no answer at all, and may have done
   * it all the same. `release` (the default): they are free again. `keep`: they count as used,
   * budgets until their window ends or somebody settles them.
   */
  unanswered?: "release" | "keep";
  /** Milliseconds for the store's answer, for its beginning and for each further piece; 20,000. */
  storeTimeout?: number;
  /** More headers that the store gets as they came. The gate's own cannot be among them. */
  requestHeaders?: readonly string[];
  /** Headers of the store's that leave as they came. None is masked: name none that tells of records. */
  answerHeaders?: readonly string[];
}

/** Makes a gate: a request in, the API's masked answer or a refusal out. */
export declare function createGate(
  parts: GateParts,
): (request: globalThis.Request, context?: Context) => Promise<Response>;

/** What an endpoint beside the gate shares with it. */
export type EndpointParts = Omit<
  GateParts,
  "store" | "storeTimeout" | "requestHeaders" | "answerHeaders"
>;

/**
 * Makes the endpoint at which a second person answers: `GET /approvals` is what waits for the one
 * who asks, `GET /approvals/ID` one request, `POST /approvals/ID` with `{"answer": "approve"}` or
 * `{"answer": "refuse"}` an answer. Without a right to `approval.give` here and to the act itself
 * there is none.
 */
export declare function createApproving(
  parts: EndpointParts,
  base?: string,
): (request: globalThis.Request, context?: Context) => Promise<Response>;

/**
 * Makes the endpoint at which people stop others: GET lists what is stopped; POST `{"member": …}`,
 * `{"permission": …}` or both, with `from` and `to`, stops it; POST `/lift` takes that back; POST
 * `/revoke` with a member ends the member's sessions. `staff.suspend`, `operation.suspend` and
 * `staff.session.revoke` at the tenant's root say who may, and to whom.
 */
export declare function createSuspending(
  parts: EndpointParts & { overlayOf(tenant: string): OverlaySource },
  base?: string,
): (request: globalThis.Request, context?: Context) => Promise<Response>;

/** Makes the function that reads a request's bearer token; it throws for any that is not good. */
export declare function createIdentity(
  options:
    | Trust
    | {
        issuers: readonly Trust[];
        /** How keys are fetched. */
        fetch?: typeof globalThis.fetch;
        /** How long the same token need not be verified again; a minute if not said. */
        rememberSeconds?: number;
      },
): (request: globalThis.Request, now: number) => Promise<VerifiedClaims>;

/** Sign-ins of a member before an instant (unix seconds; now if it is not told) count no longer. */
export interface Revocation {
  member: string;
  notBefore?: number;
}

/** A member, a permission, or one permission of one member, while `from` ≤ now < `to`. */
export interface Suspension {
  member?: string;
  permission?: string;
  from?: number;
  to?: number;
}

export interface OverlayEntries {
  sessionRevoked: { member: string; before: number }[];
  memberSuspended: { member: string; from?: number; to?: number }[];
  operationSuspended: { member?: string; permission: string; from?: number; to?: number }[];
}

export interface SignedOverlay {
  version: number;
  bytes: Uint8Array;
}

/** Who keeps and signs a tenant's overlay. */
export interface OverlaySource {
  revoke(revocation: Revocation): Promise<void>;
  suspend(suspension: Suspension): Promise<void>;
  /** `false` if there is no such suspension. A revocation stays. */
  lift(suspension: Suspension): Promise<boolean>;
  entries(): Promise<OverlayEntries>;
  /** The newest one; `undefined` if it is the one that the caller has. */
  current(have?: number): Promise<SignedOverlay | undefined>;
}

/** A version that was trusted, and the name of its bytes in KV. */
export interface Trusted {
  version: number;
  name: string;
  /** Of its document: with it, another policy under the same version is refused. */
  digest?: string;
}

/** What remembers the newest version of a tenant, outside the isolates. */
export interface TrustedVersion {
  least(): Promise<Trusted | undefined>;
  raise(trusted: Trusted): Promise<void>;
}

/** A namespace of Durable Objects, as far as it is used. */
interface Namespace {
  idFromName(name: string): any;
  get(id: any): any;
}

/** A tenant's overlay, kept by an `OverlayKeeper` object. */
export declare function createOverlay(parts: { namespace: Namespace; tenant: string }): OverlaySource;

/** What remembers a tenant's newest version, a `VersionKeeper` object. */
export declare function createTrusted(parts: {
  namespace: Namespace;
  tenant: string;
}): TrustedVersion;

/** An overlay that nobody has signed, for `createSigner`. Unix seconds. */
export declare function unsignedOverlay(
  overlay: { tenant: string; version: number; issued: number; freshUntil?: number } & Partial<OverlayEntries>,
): Uint8Array;

/** How policies are followed. */
interface Following {
  Keyrack: typeof Keyrack;
  kv: {
    get(
      name: string,
      how: "json" | "arrayBuffer" | { type: "arrayBuffer"; cacheTtl: number },
    ): Promise<unknown>;
  };
  /** Seconds between two looks into KV; 5 if not told. */
  refreshSeconds?: number;
  /** Seconds between two questions for the overlay; 1 if not told. */
  overlaySeconds?: number;
  /** Hears what was refused or failed; the console if there is none. */
  report?(event: { code: string; kind: string; tenant?: string; error?: unknown }): void;
  /** Milliseconds; measures periods and nothing else. */
  time?(): number;
}

/** What became of the looks so far. */
export interface PolicyCounts {
  loaded: number;
  /** KV named an older version than is in force. */
  lagged: number;
  refused: number;
  failed: number;
}

/** Gives the newest good policy; `undefined` while there is none. */
export interface PolicySource<Counts> {
  (now: number, request?: globalThis.Request, context?: Context): Promise<Keyrack | undefined>;
  counts: Counts;
}

/** Follows the policy of one tenant. */
export declare function createPolicy(
  parts: Following & {
    keys: readonly Key[];
    /** No version below it counts. */
    minVersion?: number;
    /** Whose policy it must be. */
    tenant?: string;
    /** Of all names in KV. */
    prefix?: string;
    /** Who signs overlays; without it they come from KV. */
    overlay?: Pick<OverlaySource, "current">;
    trusted?: TrustedVersion;
    maxBytes?: number;
    seen?: { snapshot: number; digest?: string; overlay: number };
  },
): PolicySource<() => PolicyCounts> & {
  bytes(): number;
  /** Whether objects keep what it must not go below. */
  isKept(): boolean;
  seen(): { snapshot: number; digest?: string; overlay: number };
};

/** Follows the policies of many tenants, within a bound on memory. */
export declare function createTenants(
  parts: Following & {
    /** Chooses the policy, by host, path or header. Who asks must be identified for that tenant. */
    tenantOf(request: globalThis.Request): string | undefined;
    keysOf(tenant: string): readonly Key[];
    overlayOf?(tenant: string): Pick<OverlaySource, "current"> | undefined;
    trustedOf?(tenant: string): TrustedVersion | undefined;
    minVersionOf?(tenant: string): number;
    /**
     * Bytes of all policies that are kept, and up to twice as much beside; 32 MiB if not told. Each
     * counts with its snapshot, its overlay and 22 KiB.
     */
    maxBytes?: number;
    /**
     * Tenants that had to go and whose versions no object keeps; 65,536 if not told. Beyond that a
     * tenant that was not met before gets no policy here.
     */
    maxRemembered?: number;
  },
): PolicySource<(tenant: string) => PolicyCounts | undefined> & {
  kept(): { tenants: string[]; bytes: number; strangers: number; evicted: number };
};

/** The verified overlay that a rack of `createPolicy` or `createTenants` stands under, as bytes. */
export declare function overlayOf(rack: Keyrack): Uint8Array | undefined;

/**
 * Answers `GET /me/slice`: the member's slice, and for callers that accept
 * `application/vnd.keyrack.view` the member's part of the overlay behind it. With ETag and 304.
 * An app whose token says that it acts for a member gets its own part, and of the member's what
 * its own grants reach.
 */
export declare function createSlices(parts: {
  identify(request: globalThis.Request, now: number): Promise<{ subject: string; actor?: string }>;
  /** With racks of `keyrack/slicing`. */
  policy(
    now: number,
    request?: globalThis.Request,
    context?: Context,
  ): Promise<Keyrack | undefined>;
  clock(request: globalThis.Request): number;
  /** Of slices and overlays, by a key that nothing but browsers trusts. */
  sign(container: Uint8Array): Promise<Uint8Array>;
}): (request: globalThis.Request, context?: Context) => Promise<Response>;

/**
 * Answers `GET /me/states?scope=…` for pages that run no WebAssembly: `{ version, now, until, states }`,
 * where `states` has the permissions that are `allowed` or `conditional` for the caller, or for an
 * app and the member that it acts for. What is not in it is denied.
 */
export declare function createStates(parts: {
  identify(request: globalThis.Request, now: number): Promise<{ subject: string; actor?: string }>;
  policy(
    now: number,
    request?: globalThis.Request,
    context?: Context,
  ): Promise<Keyrack | undefined>;
  clock(request: globalThis.Request): number;
  address?(request: globalThis.Request): string | undefined;
}): (request: globalThis.Request, context?: Context) => Promise<Response>;

/** The part of a verified overlay that concerns one member, or an app that acts for it, unsigned. */
export declare function ownOverlay(
  overlay: Uint8Array,
  member: string,
  app?: { actor: string; holds(permission: string): boolean },
): Uint8Array;

/** Where the policy of a tenant of `createTenants` stands in KV. */
export declare function prefixOf(tenant: string): string;

/** Puts bytes into KV under names of their content, and then names them current. */
export declare function publish(parts: {
  kv: { put(name: string, value: Uint8Array | string): Promise<unknown> };
  prefix?: string;
  snapshot: Uint8Array;
  overlay?: Uint8Array;
}): Promise<{ snapshot: string; overlay?: string }>;

export { createSigner } from "./signing.js";

/** Proofs in memory: for one isolate. */
export declare class Proofs implements ProofKeeper {
  of(who: SignIn): Proof[];
  challenge(asked: Challenged & { at: number; signedIn?: number }): void;
  answer(answer: Answer): boolean;
  failed(asked: Challenged): boolean;
  settle(asked: Challenged): void;
}

/** Approvals in memory: for one isolate. */
export declare class Approvals implements ApprovalKeeper {
  request(filed: { tenant: string; asked: Question; now: number }): string;
  pending(of: { tenant: string; now: number }): Filed[];
  get(of: { tenant: string; id: string }): Filed | undefined;
  answer(answer: { tenant: string; id: string; by: string; agrees: boolean; now: number }): boolean;
  for(wanted: {
    tenant: string;
    asked: Question;
    request: string;
  }): { id: string; approval: Approval }[];
  spend(spent: Spent): Consent;
}

/** Budgets in memory: for one isolate. */
export declare class Ledger implements BudgetKeeper {
  reserve(wanted: Reservation): Hold;
}

/** One stream of security events, from one issuer. It has either `jwks` or `jwksUrl`. */
export interface EventStream {
  issuer: string;
  audience: string | readonly string[];
  jwks?: { keys: object[] };
  /** Where the keys are, by https. */
  jwksUrl?: string;
  /** `RS256` if not said. */
  algorithms?: readonly string[];
  /** Of the stream, as verification events name it. */
  id?: string;
  /** Whether a state is one that a verification was asked for with. */
  expects?(state: string): Awaitable<boolean>;
  /** The issuers of whose members it may speak; its own if not said. */
  about?: readonly string[];
  /** How it names this tenant; any if not said. */
  tenant?: string;
}

/** What came of a security event. */
export interface EventTold {
  /**
   * `revoked`: sessions ended; `noted`: it is one that ends none; `unmatched`: about nobody known;
   * `elsewhere`: about another tenant; `verified`: it proved that the stream arrives; `repeated`:
   * it was taken before.
   */
  outcome: "revoked" | "noted" | "unmatched" | "elsewhere" | "verified" | "repeated";
  issuer: string;
  id: string;
  /** The event type's whole name. */
  type: string;
  members?: string[];
  /** Sign-ins before it count no longer, in unix seconds. */
  notBefore?: number;
  /** What of a complex subject was not looked at: the revocation is wider. */
  widened?: string[];
  initiator?: string;
  /** Of what concerns nobody known, as it came. */
  subject?: Record<string, unknown>;
  said?: Record<string, unknown>;
}

/** Makes a receiver of security events (SSF 1.0, CAEP 1.0). */
export declare function createReceiver(parts: {
  streams: readonly EventStream[];
  /** Of access tokens, as `createIdentity` has them: an event's subject is named as a token's is. */
  issuers: readonly Pick<Trust, "issuer" | "memberOf">[];
  overlay: { revoke(revocation: { member: string; notBefore: number }): unknown };
  /** Unix seconds. */
  clock(request: globalThis.Request): number;
  /** The member or members that a subject is, for all that the issuers do not say. */
  directory?(
    subject: Record<string, unknown>,
    stream: { issuer: string },
  ): Awaitable<string | readonly string[] | undefined>;
  /** Events that end sessions where they lower trust: `session-revoked` if not said. */
  revokeOn?: readonly string[];
  /** Hears of every event that is taken; what it throws is a reason to send the event again. */
  report?(told: EventTold): unknown;
  /** The whole header that a transmitter has to send. */
  authorization?: string;
  /** Which events were taken; in memory if not said. */
  seen?: {
    has(issuer: string, id: string): Awaitable<boolean>;
    add(issuer: string, id: string): Awaitable<void>;
  };
  /** How keys are fetched. */
  fetch?: typeof globalThis.fetch;
}): {
  /** Answers a transmitter (RFC 8935). */
  push(request: globalThis.Request): Promise<Response>;
  /** Takes one event; throws an {@link EventError} for what is none. */
  take(token: string, now: number): Promise<EventTold>;
  /** Asks a transmitter for what it has (RFC 8936), by https. */
  poll(from: {
    url: string;
    /** The whole header. */
    authorization?: string;
    /** Unix seconds. */
    now: number;
    fetch?: typeof globalThis.fetch;
  }): Promise<{ taken: number; refused: number; failed: number }>;
  /** How often what came of events, by outcome or error. */
  counts(): Record<string, number>;
};

/** A security event that is not taken. */
export declare class EventError extends Error {
  /** A code of RFC 8935 or SSF, such as `invalid_audience`. */
  readonly err: string;
}

/** A token that does not count. The message is safe to send. */
export declare class TokenError extends Error {}

/** Nobody can tell at present whether a token counts: its issuer's keys cannot be had. */
export declare class KeysUnavailable extends Error {}

/** A request that cannot be read in one way only. The code is safe to send. */
export declare class RequestError extends Error {
  constructor(kind: string, code: string);
  readonly kind: string;
  readonly code: string;
}

/**
 * A request's body as JSON that all readers read alike, within a cap; `undefined` if there is none.
 * It throws a {@link RequestError} for any other.
 */
export declare function readBody(request: globalThis.Request): Promise<object | undefined>;

/** A problem document (RFC 9457). */
export declare function problem(kind: string, code: string, members?: object): Response;

/**
 * The same answer in the language that the request prefers: English, Croatian, French or Chinese.
 * What is no problem document of this package stays what it is.
 */
export declare function inLanguageOf(request: globalThis.Request, answer: Response): Response;

/** The answer for a token that is missing, wrong, or of a session that was ended. */
export declare function invalidToken(description: string, code?: string): Response;

/** The answer to an error, wherever it came up. */
export declare function refusal(error: unknown, where: string): Response;

/** Which trace a request belongs to, and the gate's own span in it (W3C Trace Context). */
export interface Trace {
  readonly traceId: string;
  readonly spanId: string;
  /** The caller's span. */
  readonly parentId?: string;
  readonly flags: number;
  readonly state?: string;
}

/** Continues the caller's trace, or begins one where there is none that can be read. */
export declare function openTrace(headers: Headers): Trace;

/** Tells the next one which span is its parent. What was there is replaced. */
export declare function passTrace(headers: Headers, trace: Trace): void;

/** What a log is told with a decision, as far as it is known. */
export interface LoggedRequest {
  readonly now?: number;
  readonly rack?: Keyrack;
  readonly context?: Context;
  readonly trace: Trace;
  readonly evaluation: string;
  /** The question, or what is known of it. */
  readonly asked?: Partial<Question>;
  /** The code of what failed after the decision. */
  readonly error?: string;
  /** Whether it was the gate's own fault. */
  readonly isFault?: boolean;
}

/** Is told what was decided, and never delays or changes an answer. */
export interface DecisionLog {
  note(asked: Question, decision: Decision, about: LoggedRequest): void;
  /** A refusal that came before a decision, or instead of one. */
  refused(code: string, about: LoggedRequest): void;
}

/** A value as OTLP/JSON writes it. */
export type LogValue =
  | { stringValue: string }
  | { intValue: string }
  | { arrayValue: { values: LogValue[] } };

/** An OpenTelemetry log record, as OTLP/JSON writes it. */
export interface LogRecord {
  timeUnixNano: string;
  observedTimeUnixNano: string;
  severityNumber: number;
  severityText: "INFO" | "WARN" | "ERROR";
  eventName: "keyrack.decision" | "keyrack.log.dropped";
  attributes: { key: string; value: LogValue }[];
  traceId?: string;
  spanId?: string;
  flags?: number;
}

/** Keeps records. */
export interface RecordKeeper {
  append(tenant: string, records: LogRecord[]): Promise<void>;
  /** The newest records, the newest first. */
  newest(tenant: string, most?: number): Promise<LogRecord[]>;
  /** All lines as they were written, sealed by a checkpoint first. */
  lines(tenant: string): AsyncIterable<string>;
}

/**
 * Makes the endpoint at which the log is taken out, for who holds `audit.export` at the tenant's
 * root: lines as they were written, with checkpoints, for `keyrack log verify`.
 *
 * @param path where it answers; `/log/export` if absent
 */
export declare function createExporting(
  parts: GateParts,
  keeper: Pick<RecordKeeper, "lines">,
  path?: string,
): (request: globalThis.Request, context?: Context) => Promise<Response>;

/** Makes the function that gives a member's pseudonym in a tenant's log. */
export declare function createPseudonym(parts: {
  keys: readonly { id: string; key: string; from?: number }[];
}): (tenant: string, member: string, now: number) => Promise<{ hash: string; key: string }>;

/** Makes a log that writes after the answer. */
export declare function createLog(parts: {
  keeper: Pick<RecordKeeper, "append">;
  pseudonym: ReturnType<typeof createPseudonym>;
  /** Whose log it is where no policy was there to say. */
  tenant: string;
  /** Which part of the allows that need no record gets one; 0.01 if absent. */
  rate?: number;
  /** Whether members and records are named by their ids too. */
  ids?: boolean;
  /** How many records may wait; more are dropped, and counted. */
  most?: number;
  /** Milliseconds that the keeper has to write; 10,000 if absent. What is late counts as lost. */
  appendTimeout?: number;
  /** Milliseconds. */
  time?: () => number;
}): DecisionLog & { readonly dropped: number };

/** The keeper in Durable Objects, one for each tenant. */
export declare function createLogKeeper(parts: {
  /** A binding of `LogKeeper`. */
  namespace: unknown;
}): RecordKeeper;

/** The end of a log: how many records it has, and the digest of the last line. */
export interface LogEnd {
  tenant: string;
  sequence: number;
  head: string;
}

/** Makes the function that signs a checkpoint over the end of a log. */
export declare function createCheckpoint(parts: {
  jwk: object;
}): (end: LogEnd, time: number) => Promise<string>;

/** A log in memory: for one isolate. */
export declare class MemoryLog implements RecordKeeper {
  constructor(parts?: { checkpoint?: ReturnType<typeof createCheckpoint>; time?: () => number });
  append(tenant: string, records: LogRecord[]): Promise<void>;
  newest(tenant: string, most?: number): Promise<LogRecord[]>;
  lines(tenant: string): AsyncIterable<string>;
}

/** An attribute of a record as text; `undefined` if there is none of the name. */
export declare function recordValue(record: LogRecord, key: string): string | undefined;

/** Records as an OpenTelemetry collector takes them. */
export declare function toOtlp(
  records: readonly LogRecord[],
  origin: { tenant: string; service?: string; version?: string },
): object;
