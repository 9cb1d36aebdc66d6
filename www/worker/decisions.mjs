/**
 * A worker of its own for AuthZEN: it follows the same policy as the gate and holds it apart, so
 * that neither waits for the other's start nor shares its memory. The gate's worker hands it what
 * is for it; it can have an address of its own instead.
 */

import { Authzen } from "keyrack/authzen";
import { createLog, createLogKeeper, createPolicy, createPseudonym } from "keyrack/edge";

import { createAuthzen } from "./authzen.mjs";
import { createClock } from "./clock.mjs";
import { following } from "./following.mjs";

let authzen;

export default {
  async fetch(request, env, context) {
    authzen ??= open(env);
    const answer = await authzen?.(request, context);
    return answer ?? new Response("there is nothing here", { status: 404 });
  },
};

function open(env) {
  const log = logOf(env);
  const { AUTHZEN_IDENTIFIER: identifier, AUTHZEN_TOKEN_KEY: tokenKey } = env;
  return createAuthzen({
    token: env.PDP_TOKEN,
    // What is logged here is asked of nobody.
    settings: { identifier, tokenKey, logs: log !== undefined },
    log,
    policy: createPolicy({ Keyrack: Authzen, kv: env.POLICY, ...following(env) }),
    clock: createClock(env),
  });
}

/** The log that the gate writes too, where it is bound. */
function logOf({ LOG, LOG_PSEUDONYM_KEYS, LOG_RATE, LOG_IDS, TENANT }) {
  if (LOG === undefined) return undefined;
  return createLog({
    keeper: createLogKeeper({ namespace: LOG }),
    pseudonym: createPseudonym({ keys: JSON.parse(LOG_PSEUDONYM_KEYS) }),
    tenant: TENANT ?? "unnamed",
    rate: Number(LOG_RATE ?? 0.01),
    ids: LOG_IDS === "1",
  });
}
