/**
 * A worker of its own for AuthZEN: it follows the same policy as the gate and holds it apart, so
 * that neither waits for the other's start nor shares its memory. The gate's worker hands it what
 * is for it; it can have an address of its own instead.
 */

import { Authzen } from "keyrack/authzen";
import { createPolicy } from "keyrack/edge";

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
  return createAuthzen({
    token: env.PDP_TOKEN,
    settings: { identifier: env.AUTHZEN_IDENTIFIER, tokenKey: env.AUTHZEN_TOKEN_KEY },
    policy: createPolicy({ Keyrack: Authzen, kv: env.POLICY, ...following(env) }),
    clock: createClock(env),
  });
}
