/** W3C Trace Context: which trace a request belongs to, and the gate's own span in it. */

const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO = /^0+$/;
/** The flags that are known: sampled, and a trace id made at random. */
const KNOWN_FLAGS = 0b11;
const RANDOM = 0b10;

const MAX_MEMBERS = 32;
const MAX_STATE_CHARACTERS = 8192;
const KEY =
  /^(?:[a-z0-9][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * @typedef {object} Trace
 * @property {string} traceId
 * @property {string} spanId the gate's own
 * @property {string} [parentId] the caller's span
 * @property {number} flags
 * @property {string} [state] what tracing systems told each other
 */

/**
 * Continues the caller's trace, or begins one where there is none that can be read.
 *
 * @param {Headers} headers
 * @param {(bytes: number) => string} [random] hexadecimal digits for so many bytes
 * @returns {Trace}
 */
export function openTrace(headers, random = randomHex) {
  const spanId = random(8);
  const parent = readParent(headers.get("traceparent"));
  // Whether to record is left to those behind the gate: it has no say, so the bit stays unset.
  if (parent === undefined) return { traceId: random(16), spanId, flags: RANDOM };
  const state = readState(headers.get("tracestate"));
  return { ...parent, spanId, ...(state !== undefined && { state }) };
}

/**
 * Tells the next one which span is its parent. What was there is replaced.
 *
 * @param {Headers} headers
 * @param {Trace} trace
 */
export function passTrace(headers, { traceId, spanId, flags, state }) {
  headers.set("traceparent", `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, "0")}`);
  headers.delete("tracestate");
  if (state !== undefined) headers.set("tracestate", state);
}

/** Two headers of the name come joined by a comma, which no version allows. */
function readParent(header) {
  const [, version, traceId, parentId, flags, more] = PARENT.exec(header?.trim() ?? "") ?? [];
  if (version === undefined || version === "ff") return undefined;
  if (version === "00" && more !== undefined) return undefined;
  if (ZERO.test(traceId) || ZERO.test(parentId)) return undefined;
  // A later version may mean more by other bits; the gate speaks version 00 and sets none of them.
  return { traceId, parentId, flags: Number.parseInt(flags, 16) & KNOWN_FLAGS };
}

/** The members in their order; nothing of them if one is not well formed. */
function readState(header) {
  if (header === null || header.length > MAX_STATE_CHARACTERS) return undefined;
  const members = header
    .split(",")
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((member) => member !== "");
  if (members.length === 0 || members.length > MAX_MEMBERS) return undefined;
  const keys = new Set();
  for (const member of members) {
    const at = member.indexOf("=");
    const key = member.slice(0, Math.max(at, 0));
    if (!KEY.test(key) || !VALUE.test(member.slice(at + 1)) || keys.has(key)) return undefined;
    keys.add(key);
  }
  return members.join(",");
}

/** A version 4 UUID. */
export function randomId() {
  const digits = randomHex(16);
  const variant = "89ab"[Number.parseInt(digits[16], 16) & 3];
  const [first, second, third] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(13, 16)];
  return `${first}-${second}-4${third}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));
const pool = new Uint8Array(1024);
let used = pool.length;

/** Asking for random bytes costs more than the bytes: many are taken at a time. */
function randomHex(bytes) {
  if (used + bytes > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  let text = "";
  for (const end = used + bytes; used < end; used += 1) text += HEX[pool[used]];
  return text;
}
