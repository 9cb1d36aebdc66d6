/** How every permission stands for who asks, decided here: for pages that run no WebAssembly. */

import { verified } from "./endpoint.js";
import { problem } from "./problem.js";
import { refusal } from "./refusal.js";

/**
 * Makes the function that answers `GET /me/states?scope=…`: what the caller has at that scope, or
 * what an app has that acts for the caller. What is not in it is denied.
 *
 * @param {object} parts
 * @param {(request: Request, now: number) => Promise<import("./identity.js").VerifiedClaims>} parts.identify
 * @param {(now: number, request?: Request, context?: object) => Promise<import("keyrack").Keyrack | undefined>} parts.policy
 * @param {(request: Request) => number} parts.clock unix seconds
 * @param {(request: Request) => string | undefined} [parts.address] where a request came from
 */
export function createStates({ identify, policy, clock, address = () => undefined }) {
  return async function states(request, context) {
    try {
      const now = clock(request);
      const { subject, actor, auth } = await verified(identify, request, now);
      const rack = await policy(now, request, context);
      if (rack === undefined) return problem("policy-unavailable", "policy_unavailable");
      const scopes = new URL(request.url).searchParams.getAll("scope");
      if (scopes.length > 1) return problem("request-invalid", "query_invalid");
      const [scope] = scopes;
      const circumstances = { now, auth: { ...auth }, ip: address(request) };
      const session = rack.session(subject, scope, { ...circumstances, actor });
      const held = session.states();
      // SECURITY: what an app lacks tells it nothing of what the member has.
      const own = actor === undefined ? held : rack.session(actor, scope, circumstances).states();
      const told = Object.entries(held).filter(
        ([permission, state]) => state !== "denied" && own[permission] !== "denied",
      );
      const { until } = session;
      const body = { version: rack.version, now, until, states: Object.fromEntries(told) };
      return Response.json(body, {
        headers: {
          "cache-control": "private, no-store",
          vary: "authorization, cookie",
          "x-content-type-options": "nosniff",
          "x-keyrack-policy-version": String(rack.version),
        },
      });
    } catch (error) {
      return refusal(error, "worker");
    }
  };
}
