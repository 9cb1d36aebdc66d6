/** Signs what one member's browser may see, so that the browser can tell where it came from. */

const HEADER_BYTES = 18;
const KEY_ID = [6, 14];
const SIGNATURE_BYTES = 64;
const DOMAIN = "keyrack/slice/v1\0";

/**
 * Makes the function that signs an unsigned slice.
 *
 * @param {{ jwk: JsonWebKey }} parts an Ed25519 key pair of the worker's own, for slices alone
 */
export function createSliceSigner({ jwk }) {
  let keys;
  return async function sign(slice) {
    keys ??= await prepare(jwk);
    const bytes = new Uint8Array(slice);
    bytes.set(keys.id, KEY_ID[0]);
    const end = bytes.length - SIGNATURE_BYTES;
    if (end < HEADER_BYTES) throw new Error("a slice is a container");
    const domain = new TextEncoder().encode(DOMAIN);
    const message = new Uint8Array(domain.length + end);
    message.set(domain);
    message.set(bytes.subarray(0, end), domain.length);
    bytes.set(new Uint8Array(await crypto.subtle.sign("Ed25519", keys.pair, message)), end);
    return bytes;
  };
}

async function prepare(jwk) {
  const pair = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["sign"]);
  const raw = Uint8Array.from(atob(jwk.x.replaceAll("-", "+").replaceAll("_", "/")), (unit) =>
    unit.charCodeAt(0),
  );
  const digest = await crypto.subtle.digest("SHA-256", raw);
  return { pair, id: new Uint8Array(digest, 0, KEY_ID[1] - KEY_ID[0]) };
}
