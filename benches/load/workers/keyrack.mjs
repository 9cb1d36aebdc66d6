/** Keyrack's gate with all of its parts, as www/worker has them. */

import {
  createGate,
  createLog,
  createLogKeeper,
  createOverlay,
  createPolicy,
  createPseudonym,
  createTrusted,
} from "keyrack/edge";
import {
  DurableApprovals,
  DurableLedger,
  DurableProofs,
  OverlayKeeper as Keeper,
} from "keyrack/edge/objects";
import { Keyrack } from "keyrack";

import { createAddress } from "../../../www/worker/clock.mjs";
import { clock, identifyOf, storeOf } from "./parts.mjs";

export {
  ApprovalsKeeper,
  LedgerKeeper,
  LogKeeper,
  ProofsKeeper,
  VersionKeeper,
} from "keyrack/edge/objects";

/** Signs overlays on the day of the example's policy. */
export class OverlayKeeper extends Keeper {
  now() {
    return clock(this.env)();
  }
}

let gate;

export default {
  fetch(request, env, context) {
    gate ??= open(env);
    return gate(request, context);
  },
};

function open(env) {
  const tenant = env.TENANT;
  return createGate({
    identify: identifyOf(env),
    policy: createPolicy({
      Keyrack,
      kv: env.POLICY,
      tenant,
      minVersion: 1,
      keys: JSON.parse(env.POLICY_KEYS),
      overlay: createOverlay({ namespace: env.OVERLAY, tenant }),
      trusted: createTrusted({ namespace: env.VERSION, tenant }),
    }),
    clock: clock(env),
    address: createAddress(env),
    store: storeOf(env),
    proofs: new DurableProofs(env.PROOFS),
    approvals: new DurableApprovals(env.APPROVALS),
    ledger: new DurableLedger(env.LEDGER),
    log: createLog({
      keeper: createLogKeeper({ namespace: env.LOG }),
      pseudonym: createPseudonym({ keys: JSON.parse(env.LOG_PSEUDONYM_KEYS) }),
      tenant,
    }),
    acrOfLevel: { 1: "atlas:pwd", 2: "atlas:otp", 3: "atlas:passkey" },
  });
}
