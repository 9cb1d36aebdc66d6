/** A token issuer for a developer's machine. A real store has one already; the gate trusts its key. */

import { importJWK, SignJWT } from "jose";

const LIFE_SECONDS = 15 * 60;

/** What the demo's sign-in methods are worth, and what a person types for each. */
export const METHODS = {
  "atlas:pwd": { level: 1, amr: ["pwd"], secret: "atlas" },
  "atlas:otp": { level: 2, amr: ["pwd", "otp"], secret: "246810" },
  "atlas:passkey": { level: 3, amr: ["hwk"], secret: "passkey" },
};

/**
 * Makes the function that signs a member's access token.
 *
 * @param {{ issuer: string, audience: string, jwk: import("jose").JWK }} parts
 */
export function createIssuer({ issuer, audience, jwk }) {
  let key;
  return async function issue({ member, actor, acr, session, signedInAt }, now) {
    key ??= await importJWK(jwk, "Ed25519");
    const claims = {
      client_id: "atlas-admin",
      sid: session,
      auth_time: signedInAt,
      acr,
      amr: METHODS[acr].amr,
      ...(actor !== undefined && { act: { sub: actor } }),
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "Ed25519", typ: "at+jwt", kid: jwk.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(member)
      .setJti(crypto.randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + LIFE_SECONDS)
      .sign(key);
  };
}
