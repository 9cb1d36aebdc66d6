/** Tokens: one that is good, and one negative for each thing that can be wrong with one. */

import assert from "node:assert/strict";

import { exportJWK, generateKeyPair, SignJWT } from "jose";

import { createIdentity, TokenError } from "../../pkg/src/edge/identity.js";

const NOW = 1_772_445_600;
const trust = { issuer: "https://id.example", audience: "admin" };
const ours = await generateKeyPair("Ed25519");
const theirs = await generateKeyPair("Ed25519");
const jwks = { keys: [{ ...(await exportJWK(ours.publicKey)), kid: "k1", alg: "Ed25519" }] };
const identify = createIdentity({ ...trust, jwks });

const claims = {
  iss: trust.issuer,
  aud: trust.audience,
  sub: "u_ana",
  client_id: "c",
  jti: "j",
  iat: NOW,
  exp: NOW + 300,
  sid: "s",
  auth_time: NOW - 60,
  acr: "x",
};
const header = { alg: "Ed25519", typ: "at+jwt", kid: "k1" };

const sign = (more = {}, head = {}, key = ours.privateKey) => {
  const payload = Object.fromEntries(
    Object.entries({ ...claims, ...more }).filter(([, value]) => value !== undefined),
  );
  return new SignJWT(payload).setProtectedHeader({ ...header, ...head }).sign(key);
};
const ask = (token, scheme = "Bearer") =>
  identify(
    new Request("https://x.example/", { headers: { authorization: `${scheme} ${token}` } }),
    NOW,
  );
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

const wrong = {
  "the signature of another key": () => sign({}, {}, theirs.privateKey),
  "another issuer": () => sign({ iss: "https://evil.example" }),
  "another audience": () => sign({ aud: "shop" }),
  "no audience": () => sign({ aud: undefined }),
  "an end that has passed": () => sign({ iat: NOW - 600, exp: NOW - 61 }),
  "no end": () => sign({ exp: undefined }),
  "a beginning to come": () => sign({ nbf: NOW + 120 }),
  "no subject": () => sign({ sub: undefined }),
  "no client": () => sign({ client_id: undefined }),
  "no id of its own": () => sign({ jti: undefined }),
  "another kind of token": () => sign({}, { typ: "JWT" }),
  "a snapshot's kind": () => sign({}, { typ: "secevent+jwt" }),
  "an unknown key id": () => sign({}, { kid: "../../k1" }),
  "a session that is no text": () => sign({ sid: 7 }),
  "a time that is no number": () => sign({ auth_time: "now" }),
  "an actor that is no member": () => sign({ act: { sub: {} } }),
  "no algorithm": () => `${encode({ ...header, alg: "none" })}.${encode(claims)}.`,
  "a shared secret": () =>
    new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: "HS256" })
      .sign(Buffer.from(jwks.keys[0].x)),
  "changed claims": async () => {
    const [head, , signature] = (await sign()).split(".");
    return `${head}.${encode({ ...claims, sub: "u_owner" })}.${signature}`;
  },
  "four parts": async () => `${await sign()}.x`,
  "a length beyond the cap": async () => sign({ pad: "x".repeat(9000) }),
};

export const identity = [
  [
    "a good token is read as it was signed",
    async () => {
      const who = await ask(await sign({ act: { sub: "app" } }));
      assert.equal(who.subject, "u_ana");
      assert.equal(who.actor, "app");
      assert.deepEqual(who.auth, { session: "s", time: NOW - 60, acr: "x", amr: undefined });
    },
  ],
  [
    "the issue time never stands in for the authentication time",
    async () =>
      assert.equal((await ask(await sign({ auth_time: undefined }))).auth.time, undefined),
  ],
  ...Object.entries(wrong).map(([name, make]) => [
    `a token with ${name} is refused`,
    async () => assert.rejects(ask(await make()), TokenError),
  ]),
  ["another scheme is refused", async () => assert.rejects(ask(await sign(), "Basic"), TokenError)],
];
