/**
 * The chain of a log: each line holds the digest of the one before it, over its exact bytes, and a
 * checkpoint signs the last one. `keyrack log verify` reads what is written here.
 */

import { fromBase64url, toBase64url } from "./text.js";

const DOMAIN = "keyrack/log/v1\0";
const KEY_ID_BYTES = 8;

/**
 * The end of a log: how many records it has, and the digest of the last line.
 *
 * @typedef {{ tenant: string, sequence: number, head: string }} End
 */

/** The end of a log without records. */
export async function emptyLog(tenant) {
  return { tenant, sequence: 0, head: await digest(DOMAIN + tenant) };
}

/**
 * Chains records to the end of a log.
 *
 * @param {End} end
 * @param {object[]} records
 * @returns {Promise<{ lines: string[], end: End }>} the lines without their ends
 */
export async function chain({ tenant, sequence, head }, records) {
  const lines = [];
  for (const record of records) {
    sequence += 1;
    const line = JSON.stringify({ keyrack: "log/1", tenant, sequence, previous: head, record });
    head = await digest(line);
    lines.push(line);
  }
  return { lines, end: { tenant, sequence, head } };
}

/**
 * Makes the function that signs a checkpoint over the end of a log.
 *
 * @param {{ jwk: JsonWebKey }} parts an Ed25519 key pair of its own, for logs alone
 */
export function createCheckpoint({ jwk }) {
  let keys;
  /** @param {End} end @param {number} time unix seconds */
  return async function checkpoint({ tenant, sequence, head }, time) {
    keys ??= prepare(jwk);
    const { id, pair } = await keys;
    const open = { keyrack: "log-checkpoint/1", tenant, sequence, head, time, key: id };
    // The signature covers the bytes before it, and stands last.
    const signed = JSON.stringify(open).slice(0, -1);
    const message = new TextEncoder().encode(DOMAIN + signed);
    const signature = await crypto.subtle.sign("Ed25519", pair, message);
    return `${signed},"signature":"${toBase64url(signature)}"}`;
  };
}

async function digest(text) {
  return toBase64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

async function prepare(jwk) {
  const pair = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["sign"]);
  const hash = await crypto.subtle.digest("SHA-256", fromBase64url(jwk.x));
  const id = Array.from(new Uint8Array(hash, 0, KEY_ID_BYTES), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  return { id, pair };
}
