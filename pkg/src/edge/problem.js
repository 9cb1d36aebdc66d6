/**
 * Refusals as people's programs read them: RFC 9457 problem documents and RFC 9470 challenges.
 * A closed table: what is not in it cannot be answered.
 */

import { bearer } from "./problem/bearer.js";
import { languageOf, WORDS } from "./problem/language.js";
import { KINDS } from "./problem/table.js";

/** Kinds that pass on a code of the store behind the gate, and the code that stands for those. */
const OF_STORE = { "not-found": "not_found", conflict: "store_refused" };
/** What a code of the store may look like. */
const isCode = (value) => typeof value === "string" && /^[a-z][a-z0-9_]{0,63}$/.test(value);

/** What a document says itself. */
const OWN_MEMBERS = ["type", "title", "status", "detail", "instance", "code"];

/** What an answer is in before it is known who asks. */
const FIRST = "en";

/** What each answer was made of, so that it can be said in another language. */
const documents = new WeakMap();

/**
 * A problem document.
 *
 * @param {keyof typeof KINDS} kind
 * @param {string} code stable; programs read this and nothing else
 * @param {object} [members] further members; never policy internals
 */
export function problem(kind, code, members = {}) {
  if (!Object.hasOwn(KINDS, kind)) throw new TypeError(`there is no kind of problem \`${kind}\``);
  if (KINDS[kind].status === 401) throw new TypeError("a 401 tells how to sign in");
  if (OWN_MEMBERS.some((name) => Object.hasOwn(members, name))) {
    throw new TypeError("a document says this itself");
  }
  const known = KINDS[kind].codes.includes(code);
  const said = known ? code : OF_STORE[kind];
  if (said === undefined) throw new TypeError(`\`${code}\` is no code of a problem \`${kind}\``);
  // SECURITY: a store that writes data where a code belongs is not quoted.
  return written({ kind, said, code: known || isCode(code) ? code : said, members }, FIRST);
}

/** The code of an answer that was made here, a word of the table; `undefined` for any other. */
export const codeOf = (answer) => documents.get(answer)?.said;

/** A token that is missing, wrong, or of a session that was ended. */
export function invalidToken(description, code = "invalid_token") {
  if (!KINDS.token.codes.includes(code)) throw new TypeError(`\`${code}\` is no code of a token`);
  const challenge = bearer({ error: "invalid_token", error_description: description });
  return written({ kind: "token", said: code, code, challenge }, FIRST);
}

/**
 * Asks for a stronger or fresher verification (RFC 9470).
 *
 * @param {string} permission what the proof will count for
 * @param {string[]} acrValues in order of preference; none where any fresh sign-in does
 * @param {number} [maxAge] seconds; absent where the sign-in itself is too weak
 */
export function challenge(permission, acrValues, maxAge) {
  // SECURITY: a value with a space in it would be read as two.
  if (acrValues.some((value) => !/^\S+$/.test(value))) throw new TypeError("an `acr` is one word");
  const stronger = acrValues.length > 0;
  const demand = bearer({
    error: "insufficient_user_authentication",
    error_description: stronger
      ? "A different authentication level is required"
      : "More recent authentication is required",
    acr_values: stronger ? acrValues.join(" ") : undefined,
    max_age: maxAge === undefined ? undefined : String(maxAge),
  });
  const code = "step_up_required";
  const members = { permission };
  return written({ kind: "step-up", said: code, code, members, challenge: demand }, FIRST);
}

/**
 * The same answer in the language that the client wants; what is no problem stays what it is.
 *
 * @param {Request} request
 * @param {Response} answer
 */
export function inLanguageOf(request, answer) {
  const document = documents.get(answer);
  if (document === undefined) return answer;
  const language = languageOf(request.headers.get("accept-language"));
  return language === FIRST ? answer : written(document, language);
}

function written(document, language) {
  const { kind, said, code, members, challenge: demand } = document;
  const { titles, details } = WORDS[language];
  const { status } = KINDS[kind];
  const body = {
    type: `urn:keyrack:problem:${kind}`,
    title: titles[kind],
    status,
    detail: details[said],
    code,
    ...members,
  };
  const answer = new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "content-language": language,
      vary: "accept-language",
      "cache-control": "no-store",
      ...(demand !== undefined && { "www-authenticate": demand }),
    },
  });
  documents.set(answer, document);
  return answer;
}
