/** Whose word the worker takes: for who asks, and for whose sessions have ended. */

import { createReceiver } from "keyrack/edge";

/**
 * The issuers of access tokens: the merchant's own, and those of firms that work for it. A firm
 * speaks for its own members and for nobody else.
 *
 * @param {{ ISSUER: string, AUDIENCE: string, ISSUER_JWKS?: string, ISSUER_JWKS_URL?: string, FIRMS?: string }} env
 *   `FIRMS`: a JSON list of { issuer, audience, jwks or jwksUrl, firm }
 */
export function issuersOf(env) {
  const keys = env.ISSUER_JWKS_URL
    ? { jwksUrl: env.ISSUER_JWKS_URL }
    : { jwks: JSON.parse(env.ISSUER_JWKS) };
  const own = { issuer: env.ISSUER, audience: env.AUDIENCE, ...keys };
  const firms = JSON.parse(env.FIRMS ?? "[]").map(({ firm, ...trust }) => {
    if (typeof firm !== "string" || firm === "") throw new TypeError("a firm has a name");
    return { ...trust, memberOf: ({ sub }) => sub && `${firm}:${sub}` };
  });
  return [own, ...firms];
}

/**
 * The receiver of security events; `undefined` where nobody sends any, or where nothing keeps what
 * they say.
 *
 * @param {{ EVENT_STREAMS?: string }} env a JSON list of streams, as `createReceiver` has them
 * @param {object} parts
 */
export function receiverOf({ EVENT_STREAMS }, { issuers, overlay, clock }) {
  if (EVENT_STREAMS === undefined || overlay === undefined) return undefined;
  return createReceiver({ streams: JSON.parse(EVENT_STREAMS), issuers, overlay, clock });
}
