import { toHex } from "./bytes.js";
import { KINDS } from "./container.js";
import { KeyrackError } from "./errors.js";

const KIND_BYTE = 5;
const KEY_ID = [6, 14];
const HEADER_BYTES = 18;
const SIGNATURE_BYTES = 64;

/**
 * Makes the function that signs unsigned containers.
 *
 * @param {object} parts
 * @param {JsonWebKey} parts.jwk an Ed25519 key pair
 * @param {string[]} [parts.kinds] what it may sign; all kinds, if absent
 * @returns {(container: Uint8Array) => Promise<Uint8Array>} of the signed bytes
 */
export function createSigner({ jwk, kinds = KINDS }) {
  let prepared;
  return async function sign(container) {
    const bytes = new Uint8Array(container);
    const end = bytes.length - SIGNATURE_BYTES;
    const kind = KINDS[bytes[KIND_BYTE]];
    if (end < HEADER_BYTES || !kinds.includes(kind)) {
      throw new KeyrackError("source_invalid", `this key does not sign ${kind ?? "such bytes"}`);
    }
    if (!/^0+$/.test(toHex(bytes.subarray(...KEY_ID)))) {
      throw new KeyrackError("source_invalid", "it is signed already");
    }
    const { key, id } = await (prepared ??= prepare(jwk));
    bytes.set(id, KEY_ID[0]);
    const domain = new TextEncoder().encode(`keyrack/${kind}/v1\0`);
    const message = new Uint8Array(domain.length + end);
    message.set(domain);
    message.set(bytes.subarray(0, end), domain.length);
    bytes.set(new Uint8Array(await crypto.subtle.sign("Ed25519", key, message)), end);
    return bytes;
  };
}

async function prepare(jwk) {
  const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["sign"]);
  const raw = Uint8Array.from(atob(jwk.x.replaceAll("-", "+").replaceAll("_", "/")), (unit) =>
    unit.charCodeAt(0),
  );
  const digest = await crypto.subtle.digest("SHA-256", raw);
  return { key, id: new Uint8Array(digest, 0, KEY_ID[1] - KEY_ID[0]) };
}
