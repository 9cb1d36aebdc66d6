/** Who asks: a verified access token, and nothing that was not in it. */

import { createLocalJWKSet, jwtVerify } from "jose";

const MAX_TOKEN_CHARACTERS = 8192;
const LEEWAY_SECONDS = 60;

/** What a token says, once it has been verified. Only {@link createIdentity} makes these. */
export class VerifiedClaims {
  /** @param {import("jose").JWTPayload} payload */
  constructor(payload) {
    this.subject = payload.sub;
    this.actor = payload.act?.sub;
    // Only what the issuer says about the sign-in; an issue time is no authentication time.
    this.auth = {
      session: payload.sid,
      time: payload.auth_time,
      acr: payload.acr,
      amr: payload.amr,
    };
    Object.freeze(this.auth);
    Object.freeze(this);
  }
}

/**
 * Makes the function that reads a request's bearer token; it throws for any that is not good.
 *
 * @param {{ issuer: string, audience: string, jwks: import("jose").JSONWebKeySet }} trust
 */
export function createIdentity({ issuer, audience, jwks }) {
  const keys = createLocalJWKSet(jwks);
  return async function identify(request, now) {
    const [scheme, token, ...rest] = (request.headers.get("authorization") ?? "").split(" ");
    if (scheme !== "Bearer" || !token || rest.length > 0) throw new TokenError("no bearer token");
    if (token.length > MAX_TOKEN_CHARACTERS) throw new TokenError("the token is too long");
    let payload;
    try {
      ({ payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ["Ed25519"],
        typ: "at+jwt",
        requiredClaims: ["exp", "sub", "client_id", "iat", "jti"],
        clockTolerance: LEEWAY_SECONDS,
        currentDate: new Date(now * 1000),
      }));
    } catch {
      throw new TokenError("the token is not valid");
    }
    if (!wellTyped(payload)) throw new TokenError("the token's claims are not valid");
    return new VerifiedClaims(payload);
  };
}

/** A token that does not count. The message is safe to send. */
export class TokenError extends Error {}

function wellTyped({ sub, act, sid, auth_time, acr, amr }) {
  const text = (value) => typeof value === "string" && value.length > 0 && value.length <= 256;
  return (
    text(sub) &&
    (act === undefined || text(act?.sub)) &&
    (sid === undefined || text(sid)) &&
    (auth_time === undefined || Number.isSafeInteger(auth_time)) &&
    (acr === undefined || text(acr)) &&
    (amr === undefined || (Array.isArray(amr) && amr.every(text)))
  );
}
