/**
 * What a member's browser gets: the member's slice and, where one is in force, the member's part
 * of the overlay, one container behind the other. Each says how long it is.
 */

import { Reader } from "./reader.js";

/** What a caller names in `Accept` to get both; any other gets the slice alone. */
export const VIEW_TYPE = "application/vnd.keyrack.view";
/** The clock of whoever answered, in unix seconds. */
export const NOW_HEADER = "x-keyrack-now";
const ACTOR_HEADER = "x-keyrack-actor";

const HEADER_BYTES = 18;
const SIGNATURE_BYTES = 64;
const LENGTH_AT = 14;
const DIGEST_BYTES = 32;

/** Says for which app a slice is cut, where one acts on the member's behalf. */
export const actorHeader = (actor) =>
  actor === undefined ? {} : { [ACTOR_HEADER]: encodeURIComponent(actor) };

/** Whether it is for this app. What is cut for one says nothing true of the member alone. */
export const isFor = (actor, headers) =>
  (headers.get(ACTOR_HEADER) ?? undefined) === actorHeader(actor)[ACTOR_HEADER];

/** The payload of one container; whoever reads it has checked the signature, or has it checked. */
export const payloadOf = (container) => container.subarray(HEADER_BYTES, -SIGNATURE_BYTES);

/** A slice and its overlay as one body. */
export function joined(slice, overlay = new Uint8Array(0)) {
  const body = new Uint8Array(slice.length + overlay.length);
  body.set(slice);
  body.set(overlay, slice.length);
  return body;
}

/** The two containers of a body. Nobody has looked into either: who loads them does. */
export function parted(body) {
  const whole = HEADER_BYTES + SIGNATURE_BYTES;
  if (body.length < whole) return { slice: body };
  const told = new DataView(body.buffer, body.byteOffset).getUint32(LENGTH_AT, true) + whole;
  const slice = body.subarray(0, told);
  return told < body.length ? { slice, overlay: body.subarray(told) } : { slice };
}

/** Whose view a slice is, by its own word. */
export function memberOf(slice) {
  const reader = new Reader(payloadOf(slice));
  reader.text();
  reader.varint();
  reader.integer();
  reader.maybe(() => reader.integer());
  reader.varint();
  reader.bytes(DIGEST_BYTES);
  reader.varint();
  reader.byte();
  return reader.maybe(() => reader.text());
}
