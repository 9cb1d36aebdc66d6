/** A gate before a store that keeps its own books, over HTTP; all that the gate keeps is in objects. */

import { createApproving, createGate, createIdentity, createPolicy } from "keyrack/edge";
import {
  ApprovalsKeeper as Approvals,
  DurableApprovals,
  DurableLedger,
  DurableProofs,
  LedgerKeeper as Ledger,
  ProofsKeeper as Proofs,
} from "keyrack/edge/objects";
import { Keyrack } from "keyrack";

import { createClock } from "../../../www/worker/clock.mjs";

// For the tests alone: what an alarm does, at a moment of their choice.
const clearable = (Keeper) =>
  class extends Keeper {
    clearNow(now) {
      return this.whole(() => this.clear(now));
    }
  };

export class ApprovalsKeeper extends clearable(Approvals) {}
export class ProofsKeeper extends clearable(Proofs) {}

/** A ledger that can be out of reach, or heard and not answer. */
export class LedgerKeeper extends clearable(Ledger) {
  async reserve(wanted) {
    const broken = await this.env.POLICY.get("the ledger is down");
    if (broken === "deaf") throw new Error("down");
    const state = super.reserve(wanted);
    if (broken === "mute") throw new Error("down");
    return state;
  }
}

let app;

export default {
  async fetch(request, env, context) {
    app ??= open(env);
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/approvals")) return app.approving(request, context);
    return app.gate(request, context);
  },
};

function open(env) {
  const parts = {
    identify: createIdentity({
      issuer: env.ISSUER,
      audience: env.AUDIENCE,
      jwks: JSON.parse(env.ISSUER_JWKS),
    }),
    policy: createPolicy({
      Keyrack,
      kv: env.POLICY,
      keys: JSON.parse(env.SNAPSHOT_KEYS),
      minVersion: 1,
      refreshSeconds: 0,
    }),
    clock: createClock(env),
    address: () => undefined,
    store: {
      fetch: (request) => {
        const { pathname } = new URL(request.url);
        return fetch(new Request(env.STORE + pathname, request));
      },
      facts: () => undefined,
      isIdempotent: env.IDEMPOTENT === "1",
    },
    proofs: new DurableProofs(env.PROOFS),
    approvals: new DurableApprovals(env.APPROVALS),
    ledger: new DurableLedger(env.LEDGER),
    log: { note() {}, refused() {} },
    acrOfLevel: { 1: "a1", 2: "a2", 3: "a3" },
    levelOfAmr: { pwd: 1, hwk: 3 },
    unanswered: env.UNANSWERED,
    storeTimeout: Number(env.STORE_TIMEOUT ?? 60_000),
  };
  return { gate: createGate(parts), approving: createApproving(parts) };
}
