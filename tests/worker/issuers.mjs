/** Several issuers, and keys that have to be fetched. */

import assert from "node:assert/strict";

import { exportJWK, generateKeyPair, SignJWT } from "jose";

import { createIdentity, KeysUnavailable, TokenError } from "../../pkg/src/edge/identity.js";
import { gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";

const NOW = 1_772_445_600;
const ours = { issuer: "https://id.example", audience: "admin" };
const partner = {
  issuer: "https://partner.example",
  audience: "admin",
  memberOf: ({ sub }) => `partner:${sub}`,
};

async function keyPair(kid, alg = "Ed25519") {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

const signed = ({ issuer, audience }, { kid, alg, privateKey }, more = {}) =>
  new SignJWT({ client_id: "c", ...more })
    .setProtectedHeader({ alg, typ: "at+jwt", kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject("ana")
    // Two tokens are never the same: what is remembered is not what is tested here.
    .setJti(crypto.randomUUID())
    .setIssuedAt(NOW)
    .setExpirationTime(NOW + 300)
    .sign(privateKey);

const requestWith = (token) =>
  new Request("https://x.example/", { headers: { authorization: `Bearer ${token}` } });

/** Two issuers who both call their key `1`. */
const one = await keyPair("1");
const other = await keyPair("1");
const two = createIdentity({
  issuers: [
    { ...ours, jwks: { keys: [one.jwk] } },
    { ...partner, jwks: { keys: [other.jwk] } },
  ],
});
const ask = async (trust, key, more) => two(requestWith(await signed(trust, key, more)), NOW);

/** Keys behind an address, and a clock for the keeper of keys. */
function served(keys) {
  const sent = [];
  const state = { keys, status: 200, now: Date.now(), body: undefined };
  const fetch = async (url, init) => {
    sent.push({ url: String(url), init });
    if (state.status === 0) throw new TypeError("no network");
    return new Response(state.body ?? JSON.stringify({ keys: state.keys.map(({ jwk }) => jwk) }), {
      status: state.status,
    });
  };
  const jwksUrl = "https://id.example/keys";
  const identify = createIdentity({ issuers: [{ ...ours, jwksUrl }], fetch });
  const send = async (key) => {
    const { now } = Date;
    Date.now = () => state.now;
    try {
      return await identify(requestWith(await signed(ours, key)), NOW);
    } finally {
      Date.now = now;
    }
  };
  return { sent, state, send };
}

export const issuers = [
  [
    "each issuer's tokens are read by its own keys, and name its own members",
    async () => {
      assert.equal((await ask(ours, one)).subject, "ana");
      const { subject, issuer } = await ask(partner, other);
      assert.deepEqual([subject, issuer], ["partner:ana", partner.issuer]);
    },
  ],
  [
    "an issuer's key does not speak in another's name, though both keys have one name",
    async () => {
      await assert.rejects(ask(ours, other), TokenError);
      await assert.rejects(ask(partner, one), TokenError);
    },
  ],
  [
    "a key that two issuers show belongs to the first: the second cannot borrow it",
    async () => {
      const shared = createIdentity({
        issuers: [
          { ...ours, jwks: { keys: [one.jwk] } },
          { ...partner, jwks: { keys: [one.jwk] } },
        ],
      });
      assert.ok(await shared(requestWith(await signed(ours, one)), NOW));
      await assert.rejects(shared(requestWith(await signed(partner, one)), NOW), TokenError);
    },
  ],
  [
    "an audience, an algorithm and a kind are each issuer's own",
    async () => {
      const rsa = await keyPair("r", "RS256");
      const each = createIdentity({
        issuers: [
          { ...ours, jwks: { keys: [one.jwk] } },
          { ...partner, audience: "their", jwks: { keys: [rsa.jwk] }, algorithms: ["RS256"] },
        ],
      });
      const send = async (...facts) => each(requestWith(await signed(...facts)), NOW);
      assert.ok(await send({ ...partner, audience: "their" }, rsa));
      await assert.rejects(send(partner, rsa), TokenError);
      await assert.rejects(send({ ...ours, audience: "their" }, one), TokenError);
      await assert.rejects(
        send(ours, { ...rsa, alg: "PS256", privateKey: await ps256(rsa) }),
        TokenError,
      );
    },
  ],
  [
    "keys are fetched once, from the address that is configured and no other",
    async () => {
      const key = await keyPair("a");
      const { sent, send } = served([key]);
      await send(key);
      await send(key);
      assert.deepEqual(
        sent.map(({ url, init }) => [url, init.method, init.redirect]),
        [["https://id.example/keys", "GET", "manual"]],
      );
    },
  ],
  [
    "unknown names load the keys anew once in a cool-down, however many come",
    async () => {
      const [old, young, never] = await Promise.all(["a", "b", "x"].map((kid) => keyPair(kid)));
      const { sent, state, send } = served([old]);
      await send(old);
      for (let count = 0; count < 20; count += 1) await assert.rejects(send(never), TokenError);
      assert.equal(sent.length, 1, "within the cool-down of the first load");
      state.keys = [old, young];
      await assert.rejects(send(young), TokenError);
      state.now += 30_000;
      assert.ok(await send(young), "after it the new key is found");
      for (let count = 0; count < 20; count += 1) await assert.rejects(send(never), TokenError);
      assert.equal(sent.length, 2);
    },
  ],
  [
    "keys are kept for ten minutes: then one that was withdrawn counts no more",
    async () => {
      const [old, young] = await Promise.all(["a", "b"].map((kid) => keyPair(kid)));
      const { sent, state, send } = served([old]);
      await send(old);
      state.keys = [young];
      state.now += 599_999;
      await send(old);
      state.now += 1;
      await assert.rejects(send(old), TokenError);
      assert.equal(sent.length, 2);
    },
  ],
  [
    "while keys cannot be had nobody gets in, and nobody is told to sign in again: 503",
    async () => {
      const key = await keyPair("a");
      const cases = {
        "no network": { status: 0 },
        "an error": { status: 500 },
        "a redirection": { status: 302 },
        "no JSON": { body: "<html>" },
        "no key set": { body: "{}" },
        "too much": { body: JSON.stringify({ keys: [], pad: "x".repeat(300_000) }) },
      };
      for (const [name, broken] of Object.entries(cases)) {
        const { state, send } = served([key]);
        Object.assign(state, broken);
        await assert.rejects(send(key), KeysUnavailable, name);
        const answer = await quiet(() => gateWith({ identify: () => send(key) }).ask());
        assert.deepEqual([answer.status, (await answer.json()).code], [503, "keys_unavailable"]);
      }
    },
  ],
  [
    "a load that failed is not tried again for each token, and is tried again",
    async () => {
      const key = await keyPair("a");
      const { sent, state, send } = served([key]);
      state.status = 500;
      for (let count = 0; count < 20; count += 1) await assert.rejects(send(key), KeysUnavailable);
      assert.equal(sent.length, 1);
      state.status = 200;
      state.now += 5_000;
      assert.ok(await send(key));
      assert.equal(sent.length, 2);
    },
  ],
  [
    "one issuer's outage does not lock another's members out",
    async () => {
      const down = { ...partner, jwksUrl: "https://partner.example/keys" };
      const fetch = async () => {
        throw new TypeError("no network");
      };
      const both = createIdentity({
        issuers: [{ ...ours, jwks: { keys: [one.jwk] } }, down],
        fetch,
      });
      assert.ok(await both(requestWith(await signed(ours, one)), NOW));
      await assert.rejects(both(requestWith(await signed(partner, other)), NOW), KeysUnavailable);
    },
  ],
  [
    "of a fetched set only public keys with one algorithm count",
    async () => {
      const [good, bare, leaked] = await Promise.all(["a", "b", "c"].map((kid) => keyPair(kid)));
      delete bare.jwk.alg;
      leaked.jwk.d = (await exportJWK(leaked.privateKey)).d;
      const { send } = served([good, bare, leaked]);
      assert.ok(await send(good));
      assert.ok(await send(bare), "there is one allowed algorithm for it");
      await assert.rejects(send(leaked), TokenError);
      await assert.rejects(send({ ...good, alg: "EdDSA" }), TokenError);
    },
  ],
];

/** The same RSA key for another algorithm. */
async function ps256({ privateKey }) {
  const { hash: _, ...algorithm } = privateKey.algorithm;
  const bits = await crypto.subtle.exportKey("pkcs8", privateKey);
  return crypto.subtle.importKey(
    "pkcs8",
    bits,
    { ...algorithm, name: "RSA-PSS", hash: "SHA-256" },
    false,
    ["sign"],
  );
}
