/** A request's body: JSON of bounded size that has one meaning. */

import { readJson } from "./json.js";
import { RequestError } from "./request_error.js";

const MAX_BODY_BYTES = 64 * 1024;
/** Of what is too long so much is read and dropped: a sender that is cut off does not hear why. */
const MAX_DROPPED_BYTES = 1024 * 1024;
// A body has no meaning for these, and what it has none for is read by some and not by others.
const WITHOUT_BODY = ["GET", "HEAD", "DELETE", "OPTIONS"];
const JSON_TYPE = /^application\/json(?:\s*;\s*charset=(?:utf-8|"utf-8"))?$/i;

/**
 * The body as JSON; `undefined` if there is none. What is forwarded later is written anew from
 * this value, so that what was decided on is what the store reads.
 *
 * @param {Request} request
 * @returns {Promise<object | undefined>}
 */
export async function readBody(request) {
  return (await readWhole(request)).value;
}

/**
 * A body with what is known of its numbers.
 *
 * @typedef {{ value?: object, loose: ReturnType<typeof readJson>["loose"] }} Read
 */

/**
 * Reads a body; where there is none, that is told at once.
 *
 * @param {Request} request
 * @returns {Read | Promise<Read>}
 */
export function readWhole(request) {
  const { headers } = request;
  // SECURITY: a length beside a coding is how one request is smuggled into another.
  if (headers.has("transfer-encoding") && headers.has("content-length")) throw invalid();
  if (request.body === null && !headers.has("content-length")) return NO_BODY;
  return readBytes(request);
}

const NO_BODY = Object.freeze({ value: undefined, loose: new Map() });

async function readBytes(request) {
  const { headers } = request;
  const bytes = await readCapped(request);
  if (bytes.length === 0) return NO_BODY;
  if (WITHOUT_BODY.includes(request.method)) {
    throw new RequestError("request-invalid", "body_unexpected");
  }
  const encoding = headers.get("content-encoding") ?? "identity";
  // Two types come joined with a comma, which is neither.
  if (!isJsonType(headers) || encoding.toLowerCase() !== "identity") {
    throw new RequestError("media-type-unsupported", "media_type_unsupported");
  }
  let read;
  try {
    read = readJson(decode(bytes));
  } catch {
    throw invalid();
  }
  const { value } = read;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid();
  return read;
}

/** Whether a message says that it is JSON, once, and nothing else. */
export function isJsonType(headers) {
  return JSON_TYPE.test(headers.get("content-type") ?? "");
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes as text; it throws for what is no UTF-8. A byte order mark stays, and is no JSON. */
export const decode = (bytes) => utf8.decode(bytes);

/** Pieces as one. */
export function joinBytes(pieces) {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

async function readCapped({ body, headers }) {
  const told = headers.get("content-length");
  if (told !== null && !/^[0-9]+$/.test(told)) throw invalid();
  const chunks = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_DROPPED_BYTES) throw tooLarge();
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (length > MAX_BODY_BYTES || Number(told ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (told !== null && Number(told) !== length) throw invalid();
  return joinBytes(chunks);
}

const invalid = () => new RequestError("request-invalid", "body_invalid");
const tooLarge = () => new RequestError("body-too-large", "body_too_large");
