// A publisher in a few lines, so that tests can sign what no publisher would.

const HEADER_BYTES = 18;
const SIGNATURE_BYTES = 64;
const PKCS8_PREFIX = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

export const KINDS = { snapshot: 0, slice: 1, overlay: 2, labels: 3 };

/** A pair of keys; the same seed gives the same pair. */
export async function keyPair(seed) {
  const bytes = Uint8Array.from([...PKCS8_PREFIX, ...new Uint8Array(32).fill(seed)]);
  const privateKey = await crypto.subtle.importKey("pkcs8", bytes, "Ed25519", true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicKey = Uint8Array.from(
    atob(x.replaceAll("-", "+").replaceAll("_", "/")),
    (unit) => unit.charCodeAt(0),
  );
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", publicKey));
  return { privateKey, publicKey, text: x, id: digest.slice(0, 8) };
}

/** The payload of a container. */
export function payloadOf(container) {
  return container.slice(HEADER_BYTES, container.length - SIGNATURE_BYTES);
}

/** The payload of a snapshot as its next version: that stands behind the tenant's name. */
export function withVersion(payload, version) {
  const changed = payload.slice();
  changed[1 + payload[0]] = version;
  return changed;
}

/** A container without a signature. */
export function unsigned(payload, kind = "snapshot") {
  return frame(payload, kind, new Uint8Array(8), new Uint8Array(SIGNATURE_BYTES));
}

/** A signed container. `domain` can be another than the kind it says it is. */
export async function sign(payload, pair, kind = "snapshot", domain = kind) {
  const draft = frame(payload, kind, pair.id, new Uint8Array(SIGNATURE_BYTES));
  const prefix = new TextEncoder().encode(`keyrack/${domain}/v1\0`);
  const message = Uint8Array.from([...prefix, ...draft.subarray(0, draft.length - SIGNATURE_BYTES)]);
  const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, message);
  draft.set(new Uint8Array(signature), draft.length - SIGNATURE_BYTES);
  return draft;
}

function frame(payload, kind, keyId, signature) {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length + SIGNATURE_BYTES);
  bytes.set([75, 89, 82, 75, 1, KINDS[kind]]);
  bytes.set(keyId, 6);
  new DataView(bytes.buffer).setUint32(14, payload.length, true);
  bytes.set(payload, HEADER_BYTES);
  bytes.set(signature, HEADER_BYTES + payload.length);
  return bytes;
}

/** An overlay's payload: postcard by hand, for the few shapes that tests need. */
export function overlayPayload({ tenant, version, issued, freshUntil, suspended = [] }) {
  const out = [];
  const varint = (value) => {
    let rest = BigInt(value);
    while (rest > 127n) {
      out.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    out.push(Number(rest));
  };
  const text = (value) => {
    const bytes = new TextEncoder().encode(value);
    varint(bytes.length);
    out.push(...bytes);
  };
  const signed = (value) => varint(value < 0 ? -2n * BigInt(value) - 1n : 2n * BigInt(value));
  const optional = (write, value) => {
    out.push(value === undefined ? 0 : 1);
    if (value !== undefined) write(value);
  };
  text(tenant);
  varint(version);
  signed(issued);
  optional(signed, freshUntil);
  varint(0);
  varint(suspended.length);
  for (const member of suspended) {
    text(member);
    out.push(0, 0);
  }
  varint(0);
  return Uint8Array.from(out);
}
