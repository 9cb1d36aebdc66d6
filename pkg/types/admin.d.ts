/** What a panel needs that edits policies: the compiler itself, in a module of its own. */

import type { Source, Trust } from "./index.js";

export { KeyrackError, type ErrorCode } from "./errors.js";
export { createSigner } from "./signing.js";

/** A stretch of a document's text. */
export interface Place {
  /** The first byte, in UTF-8. */
  start: number;
  /** The byte after the last. */
  end: number;
  /** From 1. */
  line: number;
  /** In characters, from 1. */
  column: number;
}

/** One thing that is wrong or doubtful in a document. */
export interface Finding {
  /** Stable. */
  code: string;
  /** A document with an error is refused. */
  severity: "error" | "warning";
  message: string;
  place: Place | null;
  /** A way out. */
  help: string;
  /** Somebody or something in whom the problem shows. */
  witness?: string;
  related?: { place: Place | null; label: string }[];
}

/** What came of checking. */
export interface Report {
  errors: number;
  warnings: number;
  findings: Finding[];
}

/** What came of compiling; the bytes are there where nothing is refused. */
export interface Compiled extends Report {
  /** An unsigned container; {@link createSigner} signs it. */
  snapshot?: Uint8Array;
  /** The same for titles and names. */
  labels?: Uint8Array;
  header?: {
    tenant: string;
    version: number;
    /** Unix seconds. */
    issued: number;
    /** Unix seconds; `null`: never. */
    expires: number | null;
    members: number;
  };
}

/** How to read a document. */
export interface CheckOptions {
  /** Told by the first letter, if absent. */
  format?: "toml" | "json";
  /** The document that it is to replace: tells names that are gone from names that never were. */
  replaces?: string;
}

/** What to compile with, where it is not what the document says. */
export interface CompileOptions extends CheckOptions {
  version?: number;
  /** Unix seconds. */
  issued?: number;
  /** Unix seconds. */
  expires?: number;
}

/** Everything that is wrong or doubtful in a policy document. */
export declare function check(text: string, options?: CheckOptions): Promise<Report>;

/** As {@link check}; with the snapshot where nothing is refused. */
export declare function compile(text: string, options?: CompileOptions): Promise<Compiled>;

/** How something is held. */
export interface HeldUnder {
  /** `not_now`: only the time denies it. */
  state: "allowed" | "conditional" | "not_now";
  /** What each assignment and denial that speaks of it asks, and the permission itself. */
  conditions: string[];
}

/** One change for one member. */
export interface Change {
  member: string;
  kind: "gain" | "loss" | "condition";
  /** The permission; where holdings were compared, the assignment or denial. */
  what: string;
  /** Each with everything below if it ends in ` and below`. */
  scopes: string[];
  before?: HeldUnder;
  after?: HeldUnder;
}

/** What differs between two policies. */
export interface Difference {
  /** Whether everything was decided, or, as there was too much, what members hold was compared. */
  method: "decided" | "held";
  /** Unix seconds. */
  at: number;
  membersAdded: string[];
  membersRemoved: string[];
  scopesAdded: string[];
  scopesRemoved: string[];
  permissionsAdded: string[];
  permissionsRemoved: string[];
  /** Sorted by member. */
  changes: Change[];
}

/** What changes for whom between two snapshots. */
export declare function diff(
  before: Source,
  after: Source,
  options?: {
    trust?: Omit<Trust, "minVersion">;
    /** Unix seconds; the host's clock if absent. */
    now?: number;
    /** Beyond so many member × scope × permission, what members hold is compared. */
    mostDecided?: number;
  },
): Promise<Difference>;

/** Titles and names for people, each list as id and text. */
export interface Labels {
  tenant: string;
  version: number;
  permissions: [id: string, text: string][];
  scopes: [id: string, text: string][];
  departments: [id: string, text: string][];
  organisations: [id: string, text: string][];
  groups: [id: string, text: string][];
  roles: [id: string, text: string][];
  training: [id: string, text: string][];
  members: [id: string, text: string][];
  emails: [id: string, text: string][];
}

/** Titles and names for people, of the labels that were compiled with a snapshot. */
export declare function labels(source: Source, trust?: Omit<Trust, "minVersion">): Promise<Labels>;

/** The JSON Schema of a policy document. */
export declare function schema(): Promise<object>;
