/** A signed token and the issuer whose key signed it. */

import { errors, jwtVerify } from "jose";

const MAX_TOKEN_CHARACTERS = 8192;
export const LEEWAY_SECONDS = 60;
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** `jose` says so where a token is not for these keys; another issuer's may be. */
const OTHER_KEYS = [
  errors.JOSEAlgNotAllowed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JWSSignatureVerificationFailed,
];
/** `jose` says so where keys could not be loaded. */
const NO_KEYS = [errors.JWKSTimeout, errors.JWKSInvalid];

/**
 * A token that does not count.
 * `step`: `form`, `key`, `claims`; or `unavailable`, where nobody can tell at present.
 */
export class Unverified extends Error {
  /** @param {"form" | "key" | "claims" | "unavailable"} step @param {ErrorOptions} [options] */
  constructor(step, options) {
    super(step, options);
    this.step = step;
  }
}

/**
 * What makes a token good: one issuer, one kind. A token that is good by one set of rules is good
 * by no other, since the kind is in what was signed.
 *
 * @typedef {object} Rules
 * @property {string} issuer
 * @property {string | string[]} audience
 * @property {import("jose").JWTVerifyGetKey} keys
 * @property {string[]} algorithms
 * @property {string} typ
 * @property {string[]} requires claims that have to be there
 * @property {number} [maxAge] seconds since it was issued
 */

/**
 * Verifies a token by each set of rules in turn. The key decides whose token it is; what the token
 * says of its issuer is held against that.
 *
 * @template {Rules} R
 * @param {R[]} sets
 * @param {string} token as it was sent
 * @param {number} now unix seconds
 * @param {number} [mostCharacters]
 * @returns {Promise<{ payload: import("jose").JWTPayload, rules: R }>}
 */
export async function verify(sets, token, now, mostCharacters = MAX_TOKEN_CHARACTERS) {
  if (token.length > mostCharacters || !COMPACT.test(token)) throw new Unverified("form");
  let failure = new Unverified("key");
  for (const rules of sets) {
    try {
      return { payload: await verifyBy(rules, token, now), rules };
    } catch (cause) {
      const step = stepOf(cause);
      if (step !== "key") failure = new Unverified(step, { cause });
      // Another kind of the same issuer may be next, and while keys lack another issuer's may fit.
      if (step === "form" || (step === "claims" && cause.claim !== "typ")) throw failure;
    }
  }
  throw failure;
}

async function verifyBy({ keys, issuer, audience, algorithms, typ, requires, maxAge }, token, now) {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms,
    typ,
    requiredClaims: requires,
    clockTolerance: LEEWAY_SECONDS,
    currentDate: new Date(now * 1000),
    // Looks at the issue time too: neither to come nor too long ago.
    ...(maxAge !== undefined && { maxTokenAge: maxAge }),
  });
  return payload;
}

/** Which step failed, by what `jose` threw. */
function stepOf(cause) {
  if (OTHER_KEYS.some((type) => cause instanceof type)) return "key";
  if (NO_KEYS.some((type) => cause instanceof type)) return "unavailable";
  if (cause instanceof errors.JWTClaimValidationFailed) return "claims";
  if (cause instanceof errors.JWTExpired) return "claims";
  if (cause instanceof errors.JWTInvalid || cause instanceof errors.JWSInvalid) return "form";
  if (cause instanceof errors.JOSENotSupported) return "form";
  // A load that failed: neither the token's fault nor its merit.
  return "unavailable";
}
