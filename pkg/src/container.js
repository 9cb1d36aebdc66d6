import { fromBase64Url, toHex, view } from "./bytes.js";
import { KeyrackError } from "./errors.js";
import {
  FORMAT,
  HEADER_BYTES,
  KEY_BYTES,
  MAX_CONTAINER_BYTES,
  SIGNATURE_BYTES,
} from "./numbers.js";


/** What a container can hold, by its number in the bytes. */
export const KINDS = ["snapshot", "slice", "overlay", "labels"];

/**
 * Checks a container's frame and signature, and gives its payload.
 *
 * SECURITY: this is the only way into the engine, which does not look at signatures itself.
 *
 * @param {Uint8Array} bytes as `read` gives them: held by nobody else, with room before them
 * @param {string[]} kinds the kinds that are welcome
 * @param {object} options `keys`, `unsigned`, `now`
 */
export async function verify(bytes, kinds, { keys, unsigned, now }) {
  const { kind, keyId, payload } = parse(bytes, kinds);
  if (/^0+$/.test(keyId)) {
    if (unsigned !== true) throw new KeyrackError(`${kinds[0]}_unsigned`, "it has no signature");
    return { kind, payload };
  }
  const key = await find(keys, keyId, kind, now);
  const domain = `keyrack/${kind}/v1\0`;
  const end = bytes.length - SIGNATURE_BYTES;
  const { length } = domain;
  const message = new Uint8Array(bytes.buffer, bytes.byteOffset - length, length + end);
  new TextEncoder().encodeInto(domain, message);
  let good = false;
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    good = await crypto.subtle.verify("Ed25519", imported, bytes.subarray(end), message);
  } catch (cause) {
    throw new KeyrackError("crypto_unavailable", "this runtime cannot check Ed25519", { cause });
  }
  if (good !== true) throw new KeyrackError("signature_invalid", "the signature is not by its key");
  return { kind, payload };
}

function parse(bytes, kinds) {
  const name = kinds[0];
  const refuse = (what, message) => {
    throw new KeyrackError(`${name}_${what}`, message);
  };
  const malformed = () => refuse("malformed", "it is no container, or cut, or too long");
  if (bytes.length > MAX_CONTAINER_BYTES) refuse("too_large", "it is larger than any that is read");
  if (bytes.length < 6 || String.fromCharCode(...bytes.subarray(0, 4)) !== "KYRK") malformed();
  if (bytes[4] !== FORMAT) refuse("format_unknown", `format ${bytes[4]} is not known`);
  const kind = KINDS[bytes[5]];
  if (!kinds.includes(kind)) refuse("wrong_domain", `it holds ${kind ?? "something else"}`);
  const length = bytes.length - HEADER_BYTES - SIGNATURE_BYTES;
  if (length < 0) malformed();
  const told = new DataView(bytes.buffer, bytes.byteOffset).getUint32(14, true);
  if (told !== length) malformed();
  return {
    kind,
    keyId: toHex(bytes.subarray(6, 14)),
    payload: bytes.subarray(HEADER_BYTES, HEADER_BYTES + length),
  };
}

async function find(keys, keyId, kind, now) {
  if (!(keys?.length > 0)) throw new KeyrackError("key_missing", "no keys are given");
  if (globalThis.crypto?.subtle === undefined) {
    throw new KeyrackError("crypto_unavailable", "there is no WebCrypto; is this a secure context?");
  }
  for (const key of keys) {
    const bytes = publicKey(key?.publicKey);
    const domains = key.domains ?? KINDS;
    if (!Array.isArray(domains)) invalid("domains");
    if (key.notAfter !== undefined && !Number.isSafeInteger(key.notAfter)) invalid("notAfter");
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    if (toHex(new Uint8Array(digest, 0, 8)) !== keyId) continue;
    if (domains.includes(kind) && (key.notAfter === undefined || now < key.notAfter)) return bytes;
  }
  throw new KeyrackError("key_unknown", "none of the keys made it");
}

function publicKey(value) {
  const bytes = typeof value === "string" ? fromBase64Url(value) : view(value);
  if (bytes?.length !== KEY_BYTES) invalid("publicKey");
  return new Uint8Array(bytes);
}

function invalid(name) {
  throw new KeyrackError("source_invalid", `a key's \`${name}\` is not valid`);
}
