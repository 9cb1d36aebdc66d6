/** Who asks: a verified access token, and nothing that was not in it. */

import { RequestError } from "./request_error.js";
import { VerifiedClaims } from "./identity/claims.js";
import { keysOf } from "./identity/keys.js";
import { Remembered } from "./identity/remembered.js";
import { LEEWAY_SECONDS, Unverified, verify } from "./identity/verify.js";

/** What RFC 9068 wants of an access token. */
const REQUIRED = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];
/** The kinds of token that can be allowed. No other kind passes as one of them. */
const KINDS = ["at+jwt", "JWT"];
const DAY_SECONDS = 86_400;
const REMEMBER_SECONDS = 60;
const OPTIONS = ["issuers", "fetch", "rememberSeconds"];
const TRUST_OPTIONS = [
  "issuer",
  "audience",
  "jwks",
  "jwksUrl",
  "algorithms",
  "types",
  "maxAgeSeconds",
  "memberOf",
  "named",
];

/** A token that does not count. The message is safe to send. */
export class TokenError extends Error {}

/** Nobody can tell at present whether a token counts: its issuer's keys cannot be had. */
export class KeysUnavailable extends Error {}

/**
 * One issuer, and what of its tokens is good.
 *
 * @typedef {object} Trust
 * @property {string} issuer compared character by character
 * @property {string | string[]} audience who the tokens have to be for
 * @property {import("jose").JSONWebKeySet} [jwks] its keys, or
 * @property {string} [jwksUrl] where they are, by https
 * @property {string[]} [algorithms] `Ed25519` if not said
 * @property {("at+jwt" | "JWT")[]} [types] `at+jwt` if not said; `JWT` for issuers that know no better
 * @property {number} [maxAgeSeconds] how long ago a token may have been issued; a day if not said
 * @property {(who: object) => string | undefined} [memberOf] the member that the token's claims, or
 *   its `act`, are about: `sub` if not said
 * @property {{ client_id?: string, jti?: string }} [named] other names that an issuer has for these
 */

/**
 * Makes the function that reads a request's bearer token; it throws for any that is not good.
 *
 * @param {Trust | { issuers: Trust[], fetch?: typeof globalThis.fetch, rememberSeconds?: number }} options
 *   one issuer, or several; `rememberSeconds`: how long the same token need not be verified again
 */
export function createIdentity(options) {
  const {
    issuers,
    fetch,
    rememberSeconds = REMEMBER_SECONDS,
  } = "issuers" in options ? only(options, OPTIONS) : { issuers: [options] };
  if (issuers.length === 0) throw new TypeError("no issuer is trusted");
  const names = issuers.map(({ issuer }) => issuer);
  if (new Set(names).size < names.length) throw new TypeError("an issuer is named twice");
  const sets = issuers.flatMap((trust, index) => rulesOf(only(trust, TRUST_OPTIONS), index, fetch));
  const remembered = new Remembered(rememberSeconds);

  return async function identify(request, now) {
    const token = bearer(request.headers.get("authorization") ?? "");
    const known = remembered.get(token, now);
    if (known !== undefined) return known;
    const { payload, rules } = await verified(sets, token, now);
    const claims = VerifiedClaims.of(payload, rules.memberOf, now + LEEWAY_SECONDS);
    if (claims === undefined) throw new TokenError("the token's claims are not valid");
    if (claims.subject === undefined || (claims.actors.length > 0 && claims.actor === undefined)) {
      throw new RequestError("permission-denied", "member_unknown");
    }
    remembered.add(token, claims, now, payload.exp + LEEWAY_SECONDS);
    return claims;
  };
}

function bearer(header) {
  const [scheme, token, ...rest] = header.split(" ");
  if (scheme.toLowerCase() !== "bearer" || !token || rest.length > 0) {
    throw new TokenError("no bearer token");
  }
  return token;
}

async function verified(sets, token, now) {
  try {
    return await verify(sets, token, now);
  } catch (error) {
    if (!(error instanceof Unverified)) throw error;
    if (error.step === "unavailable") throw new KeysUnavailable("keys", { cause: error.cause });
    throw new TokenError("the token is not valid", { cause: error });
  }
}

/** The sets of rules of one issuer: one for each kind. */
function rulesOf(trust, index, fetch) {
  const { issuer, audience, types = ["at+jwt"], algorithms = ["Ed25519"] } = trust;
  const { maxAgeSeconds = DAY_SECONDS, named = {} } = trust;
  const memberOf = trust.memberOf ?? (index === 0 ? ({ sub }) => sub : undefined);
  // SECURITY: without an audience every token of the issuer would do.
  const audiences = [audience].flat();
  if (audiences.length === 0 || ![issuer, ...audiences].every(isName)) {
    throw new TypeError("an issuer has a name and an audience");
  }
  // SECURITY: a second issuer that may say any `sub` speaks for every member of the first.
  if (memberOf === undefined) throw new TypeError(`say by \`memberOf\` who ${issuer} speaks for`);
  if (types.length === 0 || !types.every((type) => KINDS.includes(type))) {
    throw new TypeError(`kinds of token are ${KINDS.join(" and ")}`);
  }
  const keys = keysOf({ ...trust, algorithms, fetch });
  const requires = REQUIRED.map((claim) => only(named, ["client_id", "jti"])[claim] ?? claim);
  return types.map((typ) => ({
    ...{ issuer, audience, keys, algorithms, typ, requires, maxAge: maxAgeSeconds },
    memberOf: (who) => nameOrNone(memberOf(who)),
  }));
}

const isName = (value) => typeof value === "string" && value !== "";
const nameOrNone = (value) => (isName(value) ? value : undefined);

/** Options, none of which is misspelt: one that is overlooked could be one that narrows. */
function only(options, known) {
  for (const name in options) {
    if (!known.includes(name)) throw new TypeError(`\`${name}\` is no option`);
  }
  return options;
}
