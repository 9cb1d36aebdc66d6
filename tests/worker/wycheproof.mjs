/**
 * Wycheproof's vectors for JSON web signatures and keys, through the checks that an access token
 * meets. They are not part of this project: node tests/worker/wycheproof.mjs FOLDER, where FOLDER is
 * `testvectors_v1` of C2SP/wycheproof at dac1dd4729fd1f8dd9e1e9f3dce51d783da6c166 (Apache-2.0).
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errors } from "jose";

import { keysOf } from "../../pkg/src/edge/identity/keys.js";
import { Unverified, verify } from "../../pkg/src/edge/identity/verify.js";

const ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "Ed25519"],
];

const EMPTY = "an empty payload is no claims, so it is refused by its form";
const OTHER = "the key says another algorithm than the token: a key has one";

/** DIFFERENCE: where an answer is not the vector's, and why. All but the last refuse more. */
const DEVIATIONS = {
  ...Object.fromEntries(
    [259, 264, 268, 272, 320, 325].map((id) => [`json_web_signature_test ${id}`, EMPTY]),
  ),
  ...Object.fromEntries([346, 347, 350, 351].map((id) => [`json_web_signature_test ${id}`, OTHER])),
  "json_web_key_test 7":
    "an issuer's key of a weak generator (ROCA) is not told from others; the issuer has to know",
};

/** What the checks made of a vector: its payloads are no claims, so a good signature ends there. */
async function judged(jwks, token) {
  let rules;
  try {
    const keys = keysOf({ jwks, algorithms: ALGORITHMS });
    rules = {
      issuer: "i",
      audience: "a",
      keys,
      algorithms: ALGORITHMS,
      typ: "at+jwt",
      requires: [],
    };
  } catch (error) {
    if (error instanceof TypeError) return "invalid";
    throw error;
  }
  try {
    await verify([rules], token, 0);
  } catch (error) {
    if (!(error instanceof Unverified)) throw error;
    const { cause } = error;
    const isRead = cause instanceof errors.JWTInvalid || cause?.claim !== undefined;
    return isRead ? "valid" : "invalid";
  }
  throw new Error("no vector is an access token");
}

const folder = process.argv[2];
if (folder === undefined) throw new Error("name the folder of the vectors");
const counts = { passed: 0, deviated: 0, "not applicable (shared secrets)": 0 };
const wrong = [];
for (const name of ["json_web_signature_test", "json_web_key_test"]) {
  const { testGroups } = JSON.parse(await readFile(join(folder, `${name}.json`), "utf8"));
  for (const group of testGroups) {
    const set = group.public ?? group.private;
    const jwks = { keys: set.keys ?? [set] };
    const isSecret = jwks.keys.every(({ kty }) => kty === "oct");
    for (const { tcId, comment, jws, result } of group.tests) {
      const key = `${name} ${tcId}`;
      if (isSecret && result === "valid") {
        counts["not applicable (shared secrets)"] += 1;
      } else if ((await judged(jwks, jws)) === result) {
        counts.passed += 1;
      } else if (Object.hasOwn(DEVIATIONS, key)) {
        counts.deviated += 1;
        console.log(`deviated  ${key} (${comment}): ${DEVIATIONS[key]}`);
      } else {
        wrong.push(`${key} (${group.comment}: ${comment}) should be ${result}`);
      }
    }
  }
}
for (const line of wrong) console.log(`FAILED    ${line}`);
console.log(
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(", "),
);
process.exitCode = wrong.length === 0 ? 0 : 1;
