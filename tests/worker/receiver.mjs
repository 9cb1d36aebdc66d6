/** A receiver of security events for tests: streams, keys that sign for them, and all that it did. */

import assert from "node:assert/strict";

import { exportJWK, generateKeyPair, SignJWT } from "jose";

import { createReceiver } from "../../pkg/src/edge/caep.js";

export const NOW = 1_772_445_600;
export const CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
export const VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification";
export const REVOKED = `${CAEP}session-revoked`;
export const IDP = "https://idp.example.com/123456789/";
export const AUDIENCE = "https://sp.example.com/caep";

export const [ours, theirs, partners] = await Promise.all(
  [1, 2, 3].map(() => generateKeyPair("RS256", { extractable: true })),
);
export const longer = await generateKeyPair("RS512");
export const jwkOf = async ({ publicKey }, kid) => ({
  ...(await exportJWK(publicKey)),
  kid,
  alg: "RS256",
});
export const jwks = { keys: [await jwkOf(ours, "k1")] };
export const partnerStream = {
  issuer: "https://partner.example",
  audience: AUDIENCE,
  jwks: { keys: [await jwkOf(partners, "p1")] },
};

export const subject = { format: "iss_sub", iss: IDP, sub: "jane" };
export const claims = {
  iss: IDP,
  aud: AUDIENCE,
  iat: NOW - 10,
  jti: "24c63fb56e5a2d77a6b512616ca9fa24",
  txn: "8675309",
  sub_id: subject,
  events: { [REVOKED]: { event_timestamp: NOW - 30 } },
};
export const header = { alg: "RS256", typ: "secevent+jwt", kid: "k1" };

export const sign = (more = {}, head = {}, { privateKey } = ours) => {
  const all = Object.entries({ ...claims, ...more }).filter(([, value]) => value !== undefined);
  const told = Object.entries({ ...header, ...head }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(all))
    .setProtectedHeader(Object.fromEntries(told))
    .sign(privateKey);
};

/** A receiver, and all that it did. */
export function receiving({ stream, ...more } = {}) {
  const revoked = [];
  const reported = [];
  const receiver = createReceiver({
    streams: [{ issuer: IDP, audience: AUDIENCE, jwks, id: "stream-1", ...stream }],
    issuers: [{ issuer: IDP, memberOf: ({ sub }) => `u_${sub}` }],
    overlay: { revoke: async (entry) => void revoked.push(entry) },
    directory: ({ format, email }) =>
      format === "email" ? { "j@x.example": "u_jane" }[email] : undefined,
    clock: () => NOW,
    report: (told) => void reported.push(told),
    ...more,
  });
  const post = async (token, init) =>
    receiver.push(
      new Request("https://sp.example.com/caep", {
        method: "POST",
        headers: { "content-type": "application/secevent+jwt" },
        body: await token,
        ...init,
      }),
    );
  return { receiver, revoked, reported, post };
}

/** Sends one event to a new receiver, which has to take it; what came of it. */
export async function taken(more, parts) {
  const { post, revoked, reported } = receiving(parts);
  const answer = await post(sign(more));
  assert.equal(answer.status, 202, await answer.text());
  assert.equal(answer.body, null);
  const [{ outcome, ...rest }] = reported;
  return { outcome, revoked, ...rest };
}

/** An event of another type about Jane. */
export const event = (name, said) => ({ events: { [CAEP + name]: said } });
