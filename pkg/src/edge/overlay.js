/**
 * Revocations and suspensions, ahead of the snapshot: their bytes, and how a worker reaches the
 * object that keeps and signs them.
 */

import { KINDS } from "../container.js";
import { integer, optional, Writer } from "../postcard.js";

const HEADER_BYTES = 18;
const SIGNATURE_BYTES = 64;
const FORMAT = 1;
/** Entries of one kind that any reader takes. */
const MAX_ENTRIES = 65_536;

/**
 * An overlay that nobody has signed, as docs/snapshot-format.md has it and `keyrack overlay
 * --unsigned` writes it. `createSigner` signs it.
 *
 * @param {object} overlay
 * @param {string} overlay.tenant
 * @param {number} overlay.version grows with every overlay
 * @param {number} overlay.issued unix seconds
 * @param {number} [overlay.freshUntil] unix seconds; absent: never stale
 * @param {{ member: string, before: number }[]} [overlay.sessionRevoked]
 * @param {{ member: string, from?: number, to?: number }[]} [overlay.memberSuspended]
 * @param {{ member?: string, permission: string, from?: number, to?: number }[]} [overlay.operationSuspended]
 * @returns {Uint8Array}
 */
export function unsignedOverlay(overlay) {
  const payload = encoded(overlay);
  const bytes = new Uint8Array(HEADER_BYTES + payload.length + SIGNATURE_BYTES);
  bytes.set(new TextEncoder().encode("KYRK"));
  bytes.set([FORMAT, KINDS.indexOf("overlay")], 4);
  new DataView(bytes.buffer).setUint32(14, payload.length, true);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** An overlay that was never fresh: where none can be had, it shuts what needs a fresh one. */
export function staleOverlay(tenant) {
  return unsignedOverlay({ tenant, version: 0, issued: 0, freshUntil: 0 });
}

function encoded(overlay) {
  let bytes = new Uint8Array(0);
  const writer = new Writer((length) => (bytes = new Uint8Array(length)));
  const length = writer.write(whole, overlay);
  return bytes.slice(0, length);
}

const maybe = optional(integer);
const maybeText = optional(text);

function whole(out, overlay) {
  const { tenant, version, issued, freshUntil } = overlay;
  const { sessionRevoked, memberSuspended, operationSuspended } = overlay;
  text(out, tenant);
  unsignedInteger(out, version);
  integer(out, issued);
  maybe(out, freshUntil);
  entries(out, sessionRevoked, "member", ({ member, before }) => {
    text(out, member);
    integer(out, before);
  });
  entries(out, memberSuspended, "member", ({ member, from, to }) => {
    text(out, member);
    maybe(out, from);
    maybe(out, to);
  });
  entries(out, operationSuspended, "permission", ({ member, permission, from, to }) => {
    maybeText(out, member);
    text(out, permission);
    maybe(out, from);
    maybe(out, to);
  });
}

/** Entries in the order of their names' bytes, so that the same entries give the same bytes. */
function entries(out, list = [], name, write) {
  if (list.length > MAX_ENTRIES) throw new RangeError("an overlay has too many entries");
  out.varint(list.length);
  const sorted = list.map((entry) => [new TextEncoder().encode(entry[name]), entry]);
  sorted.sort(([one], [other]) => order(one, other));
  for (const [, entry] of sorted) write(entry);
}

/** Bytes, not UTF-16 units: the two orders differ. */
function order(one, other) {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    if (one[at] !== other[at]) return one[at] - other[at];
  }
  return one.length - other.length;
}

/** Text behind its length, written as short as can be: the same overlay has the same bytes. */
function text(out, value) {
  if (typeof value !== "string" || !value.isWellFormed()) throw new TypeError("text is expected");
  const encoded = new TextEncoder().encode(value);
  out.varint(encoded.length);
  out.bytes(encoded);
}

/** A number of up to 53 bits as a varint. */
function unsignedInteger(out, value) {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("a version is expected");
  let rest = value;
  while (rest > 127) {
    out.byte((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.byte(rest);
}

/**
 * A tenant's overlay, kept by an `OverlayKeeper` object of `keyrack/edge/objects`.
 *
 * @param {object} parts
 * @param {DurableObjectNamespace} parts.namespace
 * @param {string} parts.tenant
 */
export function createOverlay({ namespace, tenant }) {
  // A stub belongs to the request that made it.
  const keeper = () => namespace.get(namespace.idFromName(tenant));
  return {
    /** Sign-ins of a member before an instant count no longer. */
    revoke: (revocation) => keeper().revoke(revocation),
    /** Stops a member, a permission, or one permission of one member. */
    suspend: (suspension) => keeper().suspend(suspension),
    /** Takes such a suspension back; `false` if there is none. A revocation stays. */
    lift: (suspension) => keeper().lift(suspension),
    /** What is revoked and suspended now. */
    entries: () => keeper().entries(),
    /** The newest signed overlay; `undefined` if it is the one that the caller has. */
    current: (have) => keeper().current({ tenant, have }),
  };
}
