/** What the gate and the endpoints beside it have in common: what is around a request's own work. */

import { VerifiedClaims } from "./identity/claims.js";
import { inLanguageOf } from "./problem.js";
import { refusal } from "./refusal.js";
import { open, tell } from "./tell.js";

/**
 * Makes what answers requests: the time and the policy are taken once, whatever fails is a refusal,
 * the log is told, and the answer names the policy.
 *
 * @param {object} parts of the gate
 * @param {(request: Request, about: object) => Promise<Response>} work with what is known of the
 *   request, to which it adds: `now` and `rack` are there
 * @param {(about: object, answer: Response) => boolean} [isTold] whether the log is told
 */
export function createEndpoint(parts, work, isTold = () => true) {
  /** @param {{ waitUntil?: (work: Promise<unknown>) => void }} [context] of the platform */
  return async function endpoint(request, context) {
    // What the log is told in the end, as far as it is known by then.
    const about = open(request, context);
    let answer;
    try {
      about.now = parts.clock(request);
      about.rack = await parts.policy(about.now, request, context);
      answer = await work(request, about);
    } catch (error) {
      answer = refusal(error, "gate");
    }
    if (isTold(about, answer)) tell(parts.log, about, answer);
    answer = inLanguageOf(request, answer);
    const { rack } = about;
    if (rack !== undefined) answer.headers.set("x-keyrack-policy-version", String(rack.version));
    return answer;
  };
}

/** What is only looked at is no decision; what was refused, or failed, is told of. */
export const isDecided = ({ decision }, { ok }) => decision !== undefined || !ok;

/**
 * Who asks, for the work and for the log.
 *
 * @returns {Promise<VerifiedClaims>}
 */
export async function identified(parts, request, about) {
  const claims = await verified(parts.identify, request, about.now);
  about.asked = { subject: claims.subject, actor: claims.actor };
  about.actors = claims.actors;
  return claims;
}

/** Claims by a function that was given from outside. */
export async function verified(identify, request, now) {
  const claims = await identify(request, now);
  // SECURITY: whatever looks like claims and was not verified says nothing of who asks.
  if (!VerifiedClaims.is(claims)) throw new TypeError("claims come from `createIdentity` alone");
  return claims;
}
