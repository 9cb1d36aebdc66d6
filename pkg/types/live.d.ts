import type { Decision, Reason } from "./decision.js";
import type { KeyrackError } from "./errors.js";
import type { Key, Session, State } from "./index.js";
import type { PermissionName, Request } from "./request.js";

export type { Policy, PermissionName } from "./request.js";

/** What is known of the slice. None of these is a deny. */
export type LiveState =
  /** Nothing has come yet. */
  | "pending"
  /** The newest slice is in force. */
  | "ready"
  /** A slice is in force, and the last try to renew it failed. */
  | "stale"
  /** There is no slice, or none any more: everything denies. */
  | "failed";

/** How a control stands. */
export type Standing =
  | { readonly state: "pending" | "failed" }
  /** Nothing that this member does will open it: do not show it. */
  | { readonly state: "absent"; readonly reason: Reason }
  /** A right of the member's that does not count now: show it disabled, with its reason. */
  | { readonly state: "blocked"; readonly reason: Reason }
  /** Show it; the gate has the last word, and this is what it may ask. */
  | {
      readonly state: "conditional";
      readonly ask: "budget" | "step_up" | "approval" | "gate";
      readonly reason?: undefined;
    }
  | { readonly state: "allowed"; readonly reason: Reason };

/** A request, as far as the page knows it. Who asks, when, and how it signed in are known. */
export type Question = Omit<Request, "subject" | "now" | "auth">;

/**
 * One slice at one instant. Whatever is new is a new one. One that was replaced long ago answers
 * nothing any more, as if there were no slice.
 */
export interface LiveSnapshot {
  readonly state: LiveState;
  /** The version of the policy. */
  readonly version: number | undefined;
  readonly overlayVersion: number | undefined;
  /** Whose slice it is. */
  readonly member: string | undefined;
  /** Why it is stale or failed. */
  readonly error: KeyrackError | undefined;
  session(scope?: string): Session | undefined;
  standing(permission: PermissionName, scope?: string): Standing;
  standing(question: Question): Standing;
  decide(question: Question): Decision | undefined;
}

export interface LiveOptions {
  /** Where the member's slice is: `GET`, as `createSlices` of `keyrack/edge` answers. */
  url: string | URL;
  /** Who signs slices and their overlays. */
  keys?: readonly Key[];
  /** Whether unsigned bytes are welcome, say in a test. */
  unsigned?: boolean;
  /** No version below it counts: the last one seen, if the page keeps it. */
  minVersion?: number;
  tenant?: string;
  /** Whose slice it has to be; the first one's, if absent. */
  member?: string;
  /** The app that asks on the member's behalf, where the token of `headers` says so. */
  actor?: string;
  fetch?(url: string | URL, how: RequestInit): Promise<Response>;
  /** Headers of every request, say with a token. */
  headers?(): HeadersInit | undefined | Promise<HeadersInit | undefined>;
  /** How the member signed in, and what it proved since. */
  auth?(): Request["auth"];
  /** Unix seconds; the clock of whoever answers, if absent: people's own are wrong by minutes. */
  clock?(): number;
  /** The longest time between two questions while the page is seen; 1,500 if not told. */
  everyMs?: number;
  /** How long an answer may take; 10,000 if not told. */
  patienceMs?: number;
  /** For how long an unconfirmed slice stays; until it expires, if not told. */
  staleSeconds?: number;
  /** From 0 to 1: by how much of a fifth the next question comes earlier. */
  jitter?(): number;
  /** Calls once, later; what it gives back takes that back. */
  schedule?(work: () => void, ms: number): () => void;
  /** Tells whether anybody sees the page; the document, if there is one. */
  visibility?: EventTarget & { readonly visibilityState?: string };
}

/** The signed-in member's slice, kept up to date. */
export interface Live {
  readonly snapshot: LiveSnapshot;
  readonly state: LiveState;
  readonly version: number | undefined;
  /** Hears of every new snapshot; gives back what ends that. */
  subscribe(listener: () => void): () => void;
  /** Settles when there is a first answer, good or not. It never rejects. */
  ready(): Promise<void>;
  /** Loads, and asks again from now on while the page is seen. */
  start(): void;
  /** Asks for nothing more. What is there stays. */
  stop(): void;
  /** Asks now. It never rejects: `state` tells. */
  refresh(): Promise<void>;
  /** Looks at any answer of the API: one of a newer policy, or a refusal, makes it ask again. */
  noticed<T extends { readonly headers: Headers; readonly status: number }>(response: T): T;
  /** Asks everything anew of the slice that is there, say after the member has proved something. */
  reconsider(): void;
  /** The member at a scope; `undefined` while there is no slice. */
  session(scope?: string): Session | undefined;
  /** Whether the member may, with nothing left open. Without a slice: no. */
  can(permission: PermissionName, scope?: string): boolean;
  standing(permission: PermissionName, scope?: string): Standing;
  standing(question: Question): Standing;
  /** The whole decision; `undefined` while there is no slice. */
  decide(question: Question): Decision | undefined;
}

/** Makes a client of one slice endpoint. It does nothing until `start` or `refresh`. */
export declare function createLive(options: LiveOptions): Live;

export type { State };
