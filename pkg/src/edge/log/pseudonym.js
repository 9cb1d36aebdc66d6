/** Names that tell people apart without telling who they are. */

import { fromBase64url, toBase64url } from "./text.js";

const DOMAIN = "keyrack/log/user/v1\0";
const LEAST_KEY_BYTES = 32;
/** Whoever refuses one member refuses it again: most pseudonyms are wanted more than once. */
const MOST_REMEMBERED = 2048;

/**
 * Makes the function that gives a member's pseudonym: a keyed digest, under the newest key that is
 * in force. Records under different keys cannot be joined, so a new key ends what the old one lets
 * anybody follow; whoever destroys a key makes its pseudonyms nobody's.
 *
 * @param {{ keys: { id: string, key: string, from?: number }[] }} parts each key 32 bytes or more as
 *   base64url, in force from a unix second
 */
export function createPseudonym({ keys }) {
  const all = keys.map(({ id, key, from = 0 }) => ({ id, from, bytes: fromBase64url(key) }));
  if (all.length === 0) throw new TypeError("a pseudonym needs a key");
  for (const { id, bytes } of all) {
    if (bytes.length < LEAST_KEY_BYTES) throw new TypeError(`the key \`${id}\` is too short`);
  }
  all.sort((left, right) => right.from - left.from);
  const imported = new Map();
  const made = new Map();

  /**
   * @param {string} tenant in whose log it stands: nobody is followed from one to another
   * @param {string} member
   * @param {number} now unix seconds
   */
  return async function pseudonym(tenant, member, now) {
    const chosen = all.find(({ from }) => from <= now) ?? all.at(-1);
    const name = JSON.stringify([tenant, member]);
    const known = made.get(chosen.id + name);
    if (known !== undefined) return known;
    if (!imported.has(chosen.id)) imported.set(chosen.id, importKey(chosen.bytes));
    const message = new TextEncoder().encode(DOMAIN + name);
    const digest = await crypto.subtle.sign("HMAC", await imported.get(chosen.id), message);
    const pseudonym = { hash: toBase64url(digest), key: chosen.id };
    if (made.size >= MOST_REMEMBERED) made.clear();
    made.set(chosen.id + name, pseudonym);
    return pseudonym;
  };
}

function importKey(bytes) {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}
