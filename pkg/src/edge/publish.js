/** Puts a policy where workers look for it. */

import { toHex } from "../bytes.js";

const DIGEST_BYTES = 16;

/**
 * Puts bytes into KV under names of their content, and then names them current. Bytes never change
 * under a name, so that whoever stops in between, and whenever, leaves the old policy whole.
 *
 * @param {object} parts
 * @param {{ put: (name: string, value: Uint8Array | string) => Promise<unknown> }} parts.kv
 * @param {string} [parts.prefix] of all names
 * @param {Uint8Array} parts.snapshot signed
 * @param {Uint8Array} [parts.overlay] signed; not where an object signs them
 * @returns {Promise<{ snapshot: string, overlay?: string }>} the names
 */
export async function publish({ kv, prefix = "", snapshot, overlay }) {
  const current = {};
  for (const [kind, content] of Object.entries({ snapshot, overlay })) {
    if (content === undefined) continue;
    current[kind] = await nameOf(kind, content);
    await kv.put(prefix + current[kind], content);
  }
  await kv.put(`${prefix}current`, JSON.stringify(current));
  return current;
}

async function nameOf(kind, content) {
  const digest = await crypto.subtle.digest("SHA-256", content);
  return `${kind}:${toHex(new Uint8Array(digest, 0, DIGEST_BYTES))}`;
}
