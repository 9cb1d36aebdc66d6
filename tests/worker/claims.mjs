/** Claims as the gate takes them: of a token that was signed and verified, as in earnest. */

import { exportJWK, generateKeyPair, SignJWT } from "jose";

import { createIdentity } from "../../pkg/src/edge/identity.js";

const trust = { issuer: "https://id.tests.example", audience: "tests" };
const { privateKey, publicKey } = await generateKeyPair("Ed25519");
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "tests", alg: "Ed25519" }] };
const identify = createIdentity({ ...trust, jwks });

/** Unix seconds; nothing in these claims depends on it. */
const NOW = 4_000_000_000;

/**
 * What a token with these facts says.
 *
 * @param {{ subject: string, actor?: string, auth?: { session?: string, time?: number, acr?: string, amr?: string[] } }} facts
 */
export async function claimsOf({ subject, actor, auth: { session, time, acr, amr } = {} }) {
  const told = { sid: session, auth_time: time, acr, amr, act: actor && { sub: actor } };
  const token = await new SignJWT(JSON.parse(JSON.stringify({ ...told, client_id: "tests" })))
    .setProtectedHeader({ alg: "Ed25519", typ: "at+jwt", kid: "tests" })
    .setIssuer(trust.issuer)
    .setAudience(trust.audience)
    .setSubject(subject)
    .setJti(crypto.randomUUID())
    .setIssuedAt(NOW)
    .setExpirationTime(NOW + 60)
    .sign(privateKey);
  const headers = { authorization: `Bearer ${token}` };
  return identify(new Request("https://tests.example/", { headers }), NOW);
}
