/** The public keys of one issuer. Each has exactly one algorithm. */

import { createLocalJWKSet, createRemoteJWKSet, customFetch } from "jose";

import { readText } from "../capped.js";

/** Algorithms that can be allowed, and the keys that are made for each. */
const MADE_FOR = {
  Ed25519: { kty: "OKP", crv: "Ed25519" },
  // The older name. An issuer's keys have the one or the other, never both.
  EdDSA: { kty: "OKP", crv: "Ed25519" },
  ES256: { kty: "EC", crv: "P-256" },
  ES384: { kty: "EC", crv: "P-384" },
  ES512: { kty: "EC", crv: "P-521" },
  RS256: { kty: "RSA" },
  RS384: { kty: "RSA" },
  RS512: { kty: "RSA" },
  PS256: { kty: "RSA" },
  PS384: { kty: "RSA" },
  PS512: { kty: "RSA" },
};

const PUBLIC_MEMBERS = ["kty", "crv", "x", "y", "n", "e", "kid", "use", "key_ops", "alg"];
/** 2,048 bits in base64url. */
const MIN_MODULUS_CHARACTERS = 342;
const MAX_KEYS = 100;
const MAX_KEY_SET_BYTES = 256 * 1024;
const TIMEOUT_MS = 5_000;
const COOL_DOWN_MS = 30_000;
const MAX_AGE_MS = 600_000;
/** After a load that failed; short, because nobody gets in meanwhile. */
const FAILURE_COOL_DOWN_MS = 5_000;

/**
 * The function by which `jose` finds a key.
 *
 * @param {object} trust
 * @param {import("jose").JSONWebKeySet} [trust.jwks] the keys themselves, or
 * @param {string} [trust.jwksUrl] where they are, by https
 * @param {string[]} trust.algorithms that are allowed
 * @param {typeof globalThis.fetch} [trust.fetch]
 */
export function keysOf({
  jwks,
  jwksUrl,
  algorithms,
  fetch = (...sent) => globalThis.fetch(...sent),
}) {
  if (algorithms.length === 0) throw new TypeError("no algorithm is allowed");
  for (const algorithm of algorithms) {
    if (!Object.hasOwn(MADE_FOR, algorithm)) {
      throw new TypeError(`\`${algorithm}\` is no algorithm that can be allowed`);
    }
  }
  if ((jwks === undefined) === (jwksUrl === undefined)) {
    throw new TypeError("an issuer has either `jwks` or `jwksUrl`");
  }
  return jwks === undefined
    ? remote(new URL(jwksUrl), algorithms, fetch)
    : local(usable(jwks, algorithms));
}

function local(jwks) {
  if (jwks.keys.length === 0) throw new TypeError("an issuer without a key that can be used");
  const names = new Set(jwks.keys.map(({ kid, alg }) => JSON.stringify([kid, alg])));
  if (names.size < jwks.keys.length) throw new TypeError("two keys of an issuer have one name");
  return createLocalJWKSet(jwks);
}

/** Keys that are fetched, kept, and fetched anew when a name is unknown, not more often than may be. */
function remote(url, algorithms, fetch) {
  if (url.protocol !== "https:") throw new TypeError("keys come by https only");
  let failedAt = Number.NEGATIVE_INFINITY;
  return createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOL_DOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
    [customFetch]: async (...sent) => {
      // SECURITY: tokens with any name may come in any number; each must not cost a request.
      if (Date.now() < failedAt + FAILURE_COOL_DOWN_MS)
        throw new Error("the keys could not be had");
      try {
        const answer = await fetch(...sent);
        if (answer.status !== 200) throw new Error(`the keys' address answered ${answer.status}`);
        const jwks = usable(JSON.parse(await readText(answer.body, MAX_KEY_SET_BYTES)), algorithms);
        return Response.json(jwks);
      } catch (error) {
        failedAt = Date.now();
        throw error;
      }
    },
  });
}

/**
 * Of a key set what can be used, with the algorithm written on each key: its own, or the only
 * allowed one that it is made for. What says nothing and could be two is left out.
 */
function usable({ keys }, algorithms) {
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new TypeError("not a key set");
  const settled = keys.flatMap((jwk) => {
    // SECURITY: a private half that was given away is nobody's signature any more.
    if (typeof jwk !== "object" || jwk === null || "d" in jwk) return [];
    const fits = algorithms.filter(
      (algorithm) =>
        (jwk.alg === undefined || jwk.alg === algorithm) &&
        Object.entries(MADE_FOR[algorithm]).every(([name, value]) => jwk[name] === value) &&
        (jwk.kty !== "RSA" || jwk.n?.length >= MIN_MODULUS_CHARACTERS),
    );
    if (fits.length !== 1) return [];
    const members = Object.entries(jwk).filter(([name]) => PUBLIC_MEMBERS.includes(name));
    return [{ ...Object.fromEntries(members), alg: fits[0] }];
  });
  return { keys: settled };
}
