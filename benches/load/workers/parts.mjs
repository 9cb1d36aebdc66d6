/** What the workers have in common. */

import { createIdentity } from "keyrack/edge";

import { createClock } from "../../../www/worker/clock.mjs";
import { createStore } from "../store.mjs";

/** The store: in this worker, or apart in another. What a decision wants to know is here. */
export function storeOf({ STORE }) {
  const store = createStore();
  return STORE === undefined ? store : { ...store, fetch: (request) => STORE.fetch(request) };
}

export const clock = (env) => createClock(env);

/** One issuer, whose keys are at hand. */
export function identifyOf(env) {
  const jwks = JSON.parse(env.ISSUER_JWKS);
  return createIdentity({ issuer: env.ISSUER, audience: env.AUDIENCE, jwks });
}
