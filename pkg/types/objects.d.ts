/** What the gate keeps in Durable Objects. A worker exports those that it binds. */

import type {
  Answer,
  ApprovalKeeper,
  BudgetKeeper,
  Challenged,
  Consent,
  Filed,
  Hold,
  LogRecord,
  OverlayEntries,
  ProofKeeper,
  Reservation,
  Revocation,
  SignedOverlay,
  SignIn,
  Spent,
  Suspension,
  Trusted,
} from "./edge.js";
import type { Approval, Proof, Request as Question } from "./request.js";

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

/** Budgets of one tenant under one name. Bind it and give the binding to {@link DurableLedger}. */
export declare class LedgerKeeper {
  constructor(context: unknown, env: unknown);
}

/** All approvals of one tenant. Bind it and give the binding to {@link DurableApprovals}. */
export declare class ApprovalsKeeper {
  constructor(context: unknown, env: unknown);
}

/** Proofs of one member of a tenant. Bind it and give the binding to {@link DurableProofs}. */
export declare class ProofsKeeper {
  constructor(context: unknown, env: unknown);
}

/** What a budget has used. */
export interface Report {
  /** `name` is JSON: holder, currency, window and its first day. */
  accounts: { name: string; amount: number; count: number }[];
  /**
   * Reserved, and neither committed nor released. What is older than a store may take stems from a
   * worker that died in between: it stays counted until its window ends.
   */
  open: { id: string; at: number; dues: { account: string; amount: number }[] }[];
}

/** Budgets in Durable Objects, one for each tenant and budget. */
export declare class DurableLedger implements BudgetKeeper {
  /** @param budgets a binding of {@link LedgerKeeper} */
  constructor(budgets: unknown);
  reserve(wanted: Reservation): Promise<Hold>;
  report(of: { tenant: string; budget: string }): Promise<Report>;
  /**
   * Settles an open hold by what the store's books tell. `false` if there is none, or if it is
   * younger than ten minutes: somebody may still be on the way with it.
   */
  settle(hold: {
    tenant: string;
    budget: string;
    id: string;
    isDone: boolean;
    /** Unix seconds. */
    now: number;
  }): Promise<boolean>;
}

/** Approvals in Durable Objects, one for each tenant. */
export declare class DurableApprovals implements ApprovalKeeper {
  /** @param tenants a binding of {@link ApprovalsKeeper} */
  constructor(tenants: unknown);
  request(filed: { tenant: string; asked: Question; now: number }): Promise<string>;
  pending(of: { tenant: string; now: number }): Promise<Filed[]>;
  get(of: { tenant: string; id: string }): Promise<Filed | undefined>;
  answer(answer: {
    tenant: string;
    id: string;
    by: string;
    agrees: boolean;
    now: number;
  }): Promise<boolean>;
  for(wanted: {
    tenant: string;
    asked: Question;
    request: string;
  }): Promise<{ id: string; approval: Approval }[]>;
  spend(spent: Spent): Promise<Consent>;
}

/** Proofs in Durable Objects, one for each member of a tenant. */
export declare class DurableProofs implements ProofKeeper {
  /** @param members a binding of {@link ProofsKeeper} */
  constructor(members: unknown);
  of(who: SignIn): Promise<Proof[]>;
  challenge(asked: Challenged & { at: number; signedIn?: number }): Promise<void>;
  answer(answer: Answer): Promise<boolean>;
  failed(asked: Challenged): Promise<boolean>;
  settle(asked: Challenged): Promise<void>;
}

/**
 * Keeps one tenant's decision log. Bindings: `LOG_KEY`, `LOG_CHECKPOINT_RECORDS`,
 * `LOG_CHECKPOINT_SECONDS`, `LOG_KEEP_SECONDS`.
 */
export declare class LogKeeper {
  constructor(context: unknown, env: unknown);
  append(added: { tenant: string; records: LogRecord[] }): Promise<void>;
  /** Signs what no checkpoint covers yet; gives the number of the last record. */
  seal(): Promise<number>;
  page(wanted: { after?: number; upTo: number; most?: number }): { lines: string[]; after: number };
  /** The newest records, the newest first. */
  newest(most?: number): LogRecord[];
  alarm(): Promise<void>;
}
