/**
 * Decisions for the store's own services, which put the whole question themselves: a request in,
 * the decision out. A member's token says who somebody is, never what is true, and opens nothing
 * here.
 */

import { openTrace, problem, readBody, refusal, RequestError, TokenError } from "keyrack/edge";

import { sameSecret } from "./secret.mjs";

const MIN_TOKEN_CHARACTERS = 32;

/**
 * Makes the endpoint; `undefined` without a token that is long enough to be a secret.
 *
 * @param {object} parts
 * @param {string | undefined} parts.token what trusted callers send
 * @param {(now: number) => Promise<import("keyrack").Keyrack | undefined>} parts.policy
 * @param {(request: Request) => number} parts.clock unix seconds; a question brings its own `now`
 * @param {import("keyrack/edge").DecisionLog} parts.log
 */
export function createPdp({ token, policy, clock, log }) {
  if (token === undefined) return undefined;
  if (token.length < MIN_TOKEN_CHARACTERS) {
    console.error(`pdp: closed, its token has less than ${MIN_TOKEN_CHARACTERS} characters`);
    return undefined;
  }

  return async function pdp(request, context) {
    try {
      const sent = request.headers.get("authorization") ?? "";
      if (!(await sameSecret(sent, `Bearer ${token}`))) {
        throw new TokenError("no token of a trusted caller");
      }
      if (request.method !== "POST" || new URL(request.url).pathname !== "/pdp/decide") {
        return problem("not-found", "not_found");
      }
      const now = clock(request);
      const rack = await policy(now, request, context);
      if (rack === undefined) return problem("policy-unavailable", "policy_unavailable");
      const question = await readBody(request);
      if (question === undefined) throw new RequestError("request-invalid", "body_invalid");
      const decision = rack.decide(question);
      const evaluation = crypto.randomUUID();
      log.note(question, decision, {
        now,
        rack,
        context,
        evaluation,
        trace: openTrace(request.headers),
      });
      return Response.json(decision, {
        headers: {
          "cache-control": "no-store",
          "x-keyrack-policy-version": String(rack.version),
        },
      });
    } catch (error) {
      return refusal(error, "pdp");
    }
  };
}
