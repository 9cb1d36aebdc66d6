/** What the workers with a token check have in common. */

import { createIdentity } from "keyrack/edge";

import { createClock } from "../../../www/worker/clock.mjs";

export const clock = (env) => createClock(env);

/** One issuer, whose keys are at hand. */
export function identifyOf(env) {
  const jwks = JSON.parse(env.ISSUER_JWKS);
  return createIdentity({ issuer: env.ISSUER, audience: env.AUDIENCE, jwks });
}
