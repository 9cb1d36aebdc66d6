/** Tokens of the workload's members, as a real issuer signs them. */

import { importJWK, SignJWT } from "jose";

import { MEMBERS } from "./workload.mjs";

export const ISSUER = "https://id.atlas.example";
export const AUDIENCE = "atlas-admin";
/** A Monday in the life of the example's policy, in unix seconds. */
export const DAY = Date.parse("2026-03-02T10:00:00Z") / 1000;

const LIFE_SECONDS = 12 * 60 * 60;
/** So that not one token of a member is seen again and again. */
const SESSIONS_PER_MEMBER = 8;

/**
 * Tokens by member, one for each session.
 *
 * @param {import("jose").JWK} jwk a key pair
 * @returns {Promise<Record<string, string[]>>}
 */
export async function tokensOf(jwk) {
  const key = await importJWK(jwk, "Ed25519");
  const sign = (member, session) =>
    new SignJWT({
      client_id: AUDIENCE,
      sid: `${member}:${session}`,
      auth_time: DAY,
      acr: "atlas:otp",
      amr: ["pwd", "otp"],
    })
      .setProtectedHeader({ alg: "Ed25519", typ: "at+jwt", kid: jwk.kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(member)
      .setJti(crypto.randomUUID())
      .setIssuedAt(DAY)
      .setExpirationTime(DAY + LIFE_SECONDS)
      .sign(key);
  const sessions = Array.from({ length: SESSIONS_PER_MEMBER }, (_, session) => session);
  const tokens = MEMBERS.map(async (member) => [
    member,
    await Promise.all(sessions.map((session) => sign(member, session))),
  ]);
  return Object.fromEntries(await Promise.all(tokens));
}
