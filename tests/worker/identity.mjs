/** Tokens: one that is good, and one negative for each thing that can be wrong with one. */

import assert from "node:assert/strict";

import { exportJWK, generateKeyPair, SignJWT } from "jose";

import { VerifiedClaims } from "../../pkg/src/edge/identity/claims.js";
import { Remembered } from "../../pkg/src/edge/identity/remembered.js";
import { createIdentity, TokenError } from "../../pkg/src/edge/identity.js";
import { quiet } from "./quiet.mjs";

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

const { privateKey: rsa, publicKey: rsaPublic } = await generateKeyPair("RS256");
const rsaJwk = { ...(await exportJWK(rsaPublic)), kid: "r1" };

/** The checklist: what each token has that a good one has not. In the order of the checks. */
const wrong = {
  // 1. Form.
  "four parts": async () => `${await sign()}.x`,
  "two parts": async () => (await sign()).split(".").slice(0, 2).join("."),
  "an empty part": async () => (await sign()).replace(/\.[^.]+$/, "."),
  padding: async () => `${await sign()}=`,
  "the form of JSON": async () => {
    const [head, payload, signature] = (await sign()).split(".");
    return JSON.stringify({ protected: head, payload, signature });
  },
  "a length beyond the cap": async () => sign({ pad: "x".repeat(9000) }),
  // 2. Algorithm.
  "no algorithm": () => `${encode({ ...header, alg: "none" })}.${encode(claims)}.`,
  "no algorithm and a signature": async () =>
    `${encode({ ...header, alg: "none" })}.${encode(claims)}.${(await sign()).split(".")[2]}`,
  "a shared secret": () =>
    new SignJWT(claims)
      .setProtectedHeader({ ...header, alg: "HS256" })
      .sign(Buffer.from(jwks.keys[0].x, "base64url")),
  "another algorithm for the same key": () => sign({}, { alg: "EdDSA" }),
  "an algorithm in small letters": async () => {
    const head = encode({ ...header, alg: "ed25519" });
    return signBytes(head, encode(claims));
  },
  "an algorithm that is not allowed": () => sign({}, { alg: "RS256", kid: "r1" }, rsa),
  // 3. What a header wants understood, or fetched.
  "an unknown critical extension": () =>
    signBytes(encode({ ...header, crit: ["urn:x"], "urn:x": 1 }), encode(claims)),
  "a payload that is not encoded": () =>
    signBytes(encode({ ...header, crit: ["b64"], b64: false }), encode(claims)),
  "its own key in its header": async () =>
    sign({}, { kid: undefined, jwk: await exportJWK(theirs.publicKey) }, theirs.privateKey),
  "an address of keys in its header": () =>
    sign({}, { kid: "theirs", jku: "https://evil.example/keys" }, theirs.privateKey),
  // 4. Key.
  "an unknown key id": () => sign({}, { kid: "../../k1" }),
  "a key id of another language": () => sign({}, { kid: "__proto__" }),
  "a key id that is no text": () => signBytes(encode({ ...header, kid: ["k1"] }), encode(claims)),
  // 5. Signature.
  "the signature of another key": () => sign({}, {}, theirs.privateKey),
  "changed claims": async () => {
    const [head, , signature] = (await sign()).split(".");
    return `${head}.${encode({ ...claims, sub: "u_owner" })}.${signature}`;
  },
  "a changed header": async () => {
    const [, payload, signature] = (await sign()).split(".");
    return `${encode({ ...header, x: 1 })}.${payload}.${signature}`;
  },
  "a shortened signature": async () => (await sign()).slice(0, -4),
  // 6. Kind.
  "the kind that says nothing": () => sign({}, { typ: "JWT" }),
  "no kind": () => sign({}, { typ: undefined }),
  "a kind that is no text": () => signBytes(encode({ ...header, typ: 1 }), encode(claims)),
  "a security event's kind": () => sign({}, { typ: "secevent+jwt" }),
  "an identity token's kind": () => sign({}, { typ: "id_token+jwt" }),
  // 7. Issuer, audience, times.
  "another issuer": () => sign({ iss: "https://evil.example" }),
  "an issuer with one slash more": () => sign({ iss: `${trust.issuer}/` }),
  "an issuer in a list": () => sign({ iss: [trust.issuer] }),
  "no issuer": () => sign({ iss: undefined }),
  "another audience": () => sign({ aud: "shop" }),
  "another audience among several": () => sign({ aud: ["shop", "admin2"] }),
  "no audience": () => sign({ aud: undefined }),
  "an end that has passed": () => sign({ iat: NOW - 600, exp: NOW - 60 }),
  "no end": () => sign({ exp: undefined }),
  "an end that is no number": () => sign({ exp: "4000000000" }),
  "a beginning to come": () => sign({ nbf: NOW + 61 }),
  "a beginning that is no number": () => sign({ nbf: "now" }),
  "an issue time to come": () => sign({ iat: NOW + 61 }),
  "an issue time too long ago": () => sign({ iat: NOW - 86_461 }),
  "no issue time": () => sign({ iat: undefined }),
  // 8. What an access token has.
  "no subject": () => sign({ sub: undefined }),
  "an empty subject": () => sign({ sub: "" }),
  "a subject that is no text": () => signBytes(encode(header), encode({ ...claims, sub: 7 })),
  "no client": () => sign({ client_id: undefined }),
  "a client that is no text": () => sign({ client_id: 7 }),
  "no id of its own": () => sign({ jti: undefined }),
  "a session that is no text": () => sign({ sid: 7 }),
  "a time that is no number": () => sign({ auth_time: "now" }),
  "a sign-in to come": () => sign({ auth_time: NOW + 61 }),
  "methods that are no list": () => sign({ amr: "otp" }),
  "an actor that is no member": () => sign({ act: { sub: {} } }),
  "an actor that is nothing": () => sign({ act: null }),
  "an actor of another issuer": () => sign({ act: { sub: "app", iss: "https://evil.example" } }),
  "five actors": () => sign({ act: chain("a", "b", "c", "d", "e") }),
  "a payload that is no object": () => signBytes(encode(header), encode([claims])),
  "a payload that is no JSON": () => signBytes(encode(header), "e30e"),
  // 9. Other rules.
  "an event in it": () => sign({ events: {} }),
  "a key that it is bound to": () => sign({ cnf: { jkt: "x" } }),
};

/** Signs what `jose` would not. */
async function signBytes(head, payload) {
  const text = new TextEncoder().encode(`${head}.${payload}`);
  const signature = await crypto.subtle.sign("Ed25519", ours.privateKey, text);
  return `${head}.${payload}.${Buffer.from(signature).toString("base64url")}`;
}

const chain = (sub, ...rest) => ({ sub, ...(rest.length > 0 && { act: chain(...rest) }) });

export const identity = [
  [
    "a good token is read as it was signed",
    async () => {
      const who = await ask(await sign({ act: { sub: "app" } }));
      assert.equal(who.subject, "u_ana");
      assert.equal(who.actor, "app");
      assert.equal(who.issuer, trust.issuer);
      assert.deepEqual(who.auth, { session: "s", time: NOW - 60, acr: "x", amr: undefined });
    },
  ],
  [
    "what is signed by hand is good where it says nothing wrong",
    async () => assert.ok(await ask(await signBytes(encode(header), encode(claims)))),
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
  ...["Basic", "DPoP", "Bearer Bearer", ""].map((scheme) => [
    `the scheme \`${scheme}\` is refused`,
    async () => assert.rejects(ask(await sign(), scheme), TokenError),
  ]),
  [
    "a scheme is written in any letters, a kind in either form, an audience in a list",
    async () => {
      assert.ok(await ask(await sign(), "bEARER"));
      assert.ok(await ask(await sign({}, { typ: "application/AT+JWT" })));
      assert.ok(await ask(await sign({ aud: ["shop", trust.audience] })));
    },
  ],
  [
    "times have a minute's leeway and no more",
    async () => {
      assert.ok(await ask(await sign({ exp: NOW - 59 })));
      assert.ok(await ask(await sign({ nbf: NOW + 60, iat: NOW + 60, auth_time: NOW + 60 })));
      assert.ok(await ask(await sign({ iat: NOW - 86_460 })));
    },
  ],
  [
    "of nested actors the outermost acts, and all are kept for the log (RFC 8693, figure 6)",
    async () => {
      const act = {
        sub: "https://service16.example.com",
        act: { sub: "https://service77.example.com" },
      };
      const who = await ask(await sign({ sub: "user@example.net", act }));
      assert.equal(who.subject, "user@example.net");
      assert.equal(who.actor, "https://service16.example.com");
      assert.deepEqual(who.actors, [
        "https://service16.example.com",
        "https://service77.example.com",
      ]);
      assert.equal((await ask(await sign({ act: chain("a", "b", "c", "d") }))).actors.length, 4);
      assert.deepEqual((await ask(await sign())).actors, []);
    },
  ],
  [
    "a member may be named by another claim, the actor by the same rule",
    async () => {
      const memberOf = ({ oid }) => oid && `staff:${oid}`;
      const mapped = createIdentity({ ...trust, jwks, memberOf });
      const send = async (more) => mapped(requestWith(await sign(more)), NOW);
      const who = await send({ oid: "7", act: { sub: "app", oid: "8" } });
      assert.deepEqual([who.subject, who.actor], ["staff:7", "staff:8"]);
      const stranger = { name: "Error", kind: "permission-denied", code: "member_unknown" };
      await assert.rejects(send({}), stranger);
      await assert.rejects(send({ oid: "7", act: { sub: "app" } }), stranger);
    },
  ],
  [
    "an issuer that knows no better may send `JWT`, if that is said, and other names",
    async () => {
      const lenient = createIdentity({
        ...trust,
        jwks,
        types: ["at+jwt", "JWT"],
        named: { client_id: "azp", jti: "uti" },
      });
      const send = async (more, head) => lenient(requestWith(await sign(more, head)), NOW);
      const theirs = { azp: "c", uti: "u", client_id: undefined, jti: undefined };
      assert.ok(await send(theirs, { typ: "JWT" }));
      assert.ok(await send(theirs));
      await assert.rejects(send({ ...theirs, azp: undefined }, { typ: "JWT" }), TokenError);
      await assert.rejects(send({ ...theirs, events: {} }, { typ: "JWT" }), TokenError);
      await assert.rejects(send(theirs, { typ: "secevent+jwt" }), TokenError);
      await assert.rejects(send(theirs, { typ: undefined }), TokenError);
    },
  ],
  [
    "claims that nobody verified are not claims, whatever they look like",
    async () => {
      const real = await ask(await sign());
      const { gateWith } = await import("./gate.mjs");
      for (const fake of [
        { ...real },
        Object.create(real),
        Object.create(VerifiedClaims.prototype),
      ]) {
        assert.equal(VerifiedClaims.is(fake), false);
        const { ask: send, asked } = gateWith({ identify: async () => fake });
        assert.equal((await quiet(() => send())).status, 503);
        assert.equal(asked.length, 0, "a decision was asked for");
      }
      assert.equal((await gateWith({ identify: async () => real }).ask()).status, 200);
      assert.throws(() => new VerifiedClaims(Symbol("inside"), { subject: "m" }), TypeError);
      assert.throws(() => ((real.auth.acr = "y"), undefined), TypeError);
      assert.throws(() => ((real.subject = "y"), undefined), TypeError);
    },
  ],
  [
    "a token that was verified a moment ago is held against the time all the same",
    async () => {
      let verified = 0;
      const { subtle } = crypto;
      const { verify } = subtle;
      subtle.verify = (...args) => ((verified += 1), verify.apply(subtle, args));
      try {
        const fresh = createIdentity({ ...trust, jwks });
        const request = requestWith(await sign({ exp: NOW + 10 }));
        const first = await fresh(request, NOW);
        assert.equal(await fresh(request, NOW + 59), first);
        assert.equal(verified, 1, "the same token within a minute");
        await fresh(request, NOW + 60);
        assert.equal(verified, 2, "after a minute");
        await fresh(request, NOW + 59);
        assert.equal(verified, 3, "earlier than it was verified");
        await assert.rejects(fresh(request, NOW + 70), TokenError);
        await assert.rejects(fresh(request, NOW + 90_000), TokenError);
        const forgetful = createIdentity({ issuers: [{ ...trust, jwks }], rememberSeconds: 0 });
        verified = 0;
        await forgetful(request, NOW);
        await forgetful(request, NOW);
        assert.equal(verified, 2);
      } finally {
        delete subtle.verify;
      }
    },
  ],
  [
    "no more tokens are remembered than a cap, the latest of them",
    () => {
      const remembered = new Remembered(60, 2);
      for (const token of ["a", "b", "c"]) remembered.add(token, token, NOW, NOW + 600);
      assert.deepEqual(
        ["a", "b", "c"].map((token) => remembered.get(token, NOW)),
        [undefined, "b", "c"],
      );
    },
  ],
  [
    "trust that says too little, too much or nothing is refused before any token",
    () => {
      const good = { ...trust, jwks };
      const other = { issuer: "https://other.example", audience: "admin", jwks };
      const jwksUrl = "https://id.example/keys";
      assert.ok(createIdentity(good));
      for (const [name, bad] of Object.entries({
        "no issuer": { ...good, issuer: "" },
        "no audience": { issuer: trust.issuer, jwks },
        "an empty audience": { ...good, audience: [] },
        "keys twice": { ...good, jwksUrl },
        "no keys": trust,
        "keys without https": { ...trust, jwksUrl: "http://id.example/keys" },
        "no key of an allowed algorithm": { ...good, algorithms: ["ES256"] },
        "a secret's algorithm": { ...good, algorithms: ["HS256"] },
        "no algorithm": { ...good, algorithms: [] },
        "the algorithm none": { ...good, algorithms: ["none"] },
        "an event's kind": { ...good, types: ["secevent+jwt"] },
        "no kind": { ...good, types: [] },
        "a misspelt option": { ...good, type: ["JWT"] },
        "another name for the issuer": { ...good, named: { iss: "x" } },
        nobody: { issuers: [] },
        "somebody twice": { issuers: [good, { ...good, memberOf: () => "x" }] },
        "a second that speaks for everybody": { issuers: [good, other] },
        "two keys of one name": { ...trust, jwks: { keys: [...jwks.keys, ...jwks.keys] } },
        "a private key": { ...trust, jwks: { keys: [{ ...jwks.keys[0], d: "x" }] } },
        "a key that could be two": {
          ...trust,
          jwks: { keys: [rsaJwk] },
          algorithms: ["RS256", "PS256"],
        },
        "a short key": {
          ...trust,
          jwks: { keys: [{ ...rsaJwk, n: rsaJwk.n.slice(0, 300) }] },
          algorithms: ["RS256"],
        },
      })) {
        assert.throws(() => createIdentity(bad), TypeError, name);
      }
    },
  ],
  [
    "a key that says nothing has the one allowed algorithm that it is made for",
    async () => {
      const issuer = { ...trust, jwks: { keys: [rsaJwk] }, algorithms: ["RS256", "ES256"] };
      const send = createIdentity(issuer);
      assert.ok(await send(requestWith(await sign({}, { alg: "RS256", kid: "r1" }, rsa)), NOW));
    },
  ],
];

const requestWith = (token) =>
  new Request("https://x.example/", { headers: { authorization: `Bearer ${token}` } });
