/** What the workers have in common. */

import { createIdentity } from "keyrack/edge";

import { createClock } from "../../../www/worker/clock.mjs";
import { createStore } from "../store.mjs";

/**
 * The store: in this worker, or apart in another; at once, or after a wait. What a decision wants
 * to know is here, and may take its own time.
 */
export function storeOf({ STORE, WAIT, FACTS_WAIT, ORDERS }) {
  const store = createStore(Number(ORDERS));
  const fetch = STORE === undefined ? store.fetch : (request) => STORE.fetch(request);
  return { ...store, fetch: after(WAIT, fetch), facts: after(FACTS_WAIT, store.facts) };
}

/** The same function, so many milliseconds later. */
const after = (wait, work) =>
  wait === undefined
    ? work
    : async (...given) => {
        await new Promise((resolve) => setTimeout(resolve, Number(wait)));
        return work(...given);
      };

export const clock = (env) => createClock(env);

/** One issuer, whose keys are at hand. */
export function identifyOf(env) {
  const jwks = JSON.parse(env.ISSUER_JWKS);
  return createIdentity({ issuer: env.ISSUER, audience: env.AUDIENCE, jwks });
}
