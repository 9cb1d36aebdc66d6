/** What the gate keeps in Durable Objects. A worker exports those that it binds. */

import type { OverlayEntries, Revocation, SignedOverlay, Suspension, Trusted } from "./edge.js";

/**
 * Keeps and signs one tenant's overlay. Bindings: `OVERLAY_KEY`, `OVERLAY_FRESH_SECONDS`,
 * `OVERLAY_KEEP_SECONDS`.
 */
export declare class OverlayKeeper {
  constructor(context: unknown, env: unknown);
  /** Unix seconds. */
  now(): number;
  revoke(revocation: Revocation): void;
  suspend(suspension: Suspension): void;
  lift(suspension: Suspension): boolean;
  entries(): OverlayEntries;
  current(asked: { tenant: string; have?: number }): Promise<SignedOverlay | undefined>;
}

/** Remembers the newest policy version of one tenant that any isolate has trusted. */
export declare class VersionKeeper {
  constructor(context: unknown, env: unknown);
  least(): Trusted | undefined;
  raise(trusted: Trusted): void;
  forget(): void;
}
