/** The bodies of answers, read a piece at a time. */

import { Masker } from "./masker.js";
import { Patience, UpstreamError, within } from "./upstream.js";

// One piece is what is masked before anything else may be read.
const MAX_PIECE_BYTES = 64 * 1024;

/** What is asked for first where nobody knows how much comes, and at least of what is longer. */
const FIRST_BYTES = 4 * 1024;
const NEXT_BYTES = 64 * 1024;
const SLACK_BYTES = 256;

/**
 * Reads the beginning of a body: all of it, if it is no longer than so.
 *
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {{ most: number, limit: number, guess?: number }} bounds bytes, milliseconds for all of
 *   them, and how many bytes are likely to come
 * @returns {Promise<{ pieces: Uint8Array[], reader?: ReadableStreamDefaultReader<Uint8Array> }>}
 *   with the reader of what is left, if anything may be
 */
export async function readHead(body, { most, limit, guess = FIRST_BYTES }) {
  if (body === null) return { pieces: [] };
  const patience = new Patience(limit);
  const wait = (work) => patience.wait(work);
  try {
    const reader = openReader(body);
    const pieces = await (reader === undefined
      ? piecesOf(body.getReader(), wait, most)
      : filled(reader, wait, most, Math.min(guess + (guess >> 2) + SLACK_BYTES, most) + 1));
    return lengthOf(pieces) > most ? { pieces, reader: body.getReader() } : { pieces };
  } finally {
    patience.end();
  }
}

const lengthOf = (pieces) => pieces.reduce((length, piece) => length + piece.byteLength, 0);

/** A reader that fills what it is given, where the body can do that: it has less to go through. */
function openReader(body) {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}

/**
 * Whether this platform gives back what it is given only when that is full, or nothing more comes.
 * Then what is not full is the end, and need not be asked for. Some look how full it should be, and
 * then fail at the end of a body, so it is tried.
 */
let fills;

async function isFilling() {
  let isHeeded = false;
  const four = {
    get min() {
      isHeeded = true;
      return 4;
    },
  };
  try {
    const reader = new Response("12345").body.getReader({ mode: "byob" });
    const first = await reader.read(new Uint8Array(4), four);
    const rest = await reader.read(new Uint8Array(4), four);
    return isHeeded && first.value.byteLength === 4 && rest.value.byteLength === 1;
  } catch {
    return false;
  }
}

/** Fills one buffer, and a larger one when it is full. */
async function filled(reader, wait, most, size) {
  fills ??= await isFilling();
  let buffer = new Uint8Array(size);
  let length = 0;
  while (length <= most) {
    if (length === buffer.length) {
      const larger = new Uint8Array(Math.min(Math.max(4 * length, NEXT_BYTES), most + 1));
      larger.set(buffer);
      buffer = larger;
    }
    const { done, value } = await read(reader, wait, buffer.subarray(length));
    // The buffer moves into what is read, and the one that was given is no more.
    if (value === undefined) break;
    buffer = new Uint8Array(value.buffer);
    length += value.byteLength;
    if (done || (fills && length < buffer.length)) break;
  }
  reader.releaseLock();
  return [buffer.subarray(0, length)];
}

async function piecesOf(reader, wait, most) {
  const pieces = [];
  for (let length = 0; length <= most; length += pieces.at(-1).byteLength) {
    const { done, value } = await read(reader, wait);
    if (done) break;
    pieces.push(value);
  }
  reader.releaseLock();
  return pieces;
}

/**
 * A body that is masked while it passes. It reads as fast as it is read, and ends in an error if
 * what stands behind does not end well: never as a document that only looks whole.
 *
 * @param {{ pieces: Uint8Array[], reader: ReadableStreamDefaultReader<Uint8Array> }} head
 * @param {number} limit milliseconds that each piece may take
 * @param {Masker} masker
 * @param {(masker: Masker, isLast: boolean) => string | Promise<string>} leave what may leave by now
 */
export function streamed({ pieces, reader }, limit, masker, leave) {
  const bytes = split(pieces, reader, limit);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          for (let text = ""; text === "";) {
            const { done, value } = await bytes.next();
            masker.write(decode(decoder, value));
            if (done) masker.end();
            text = await leave(masker, done);
            if (text !== "") controller.enqueue(encoder.encode(text));
            if (done) return controller.close();
          }
        } catch (error) {
          await reader.cancel(error).catch(() => {});
          // SECURITY: the error of a body may hold what stands in it.
          const told = error instanceof UpstreamError ? error : broken();
          controller.error(told);
        }
        return undefined;
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read before somebody wants it.
    { highWaterMark: 0 },
  );
}

async function* split(pieces, reader, limit) {
  for (const piece of pieces) yield* parts(piece);
  for (;;) {
    // Whoever reads takes the time that they like between two pieces: a clock for each.
    const { done, value } = await read(reader, (work) => within(limit, work));
    if (done) return;
    yield* parts(value);
  }
}

function* parts(piece) {
  for (let at = 0; at < piece.byteLength; at += MAX_PIECE_BYTES) {
    yield piece.subarray(at, at + MAX_PIECE_BYTES);
  }
}

function decode(decoder, piece) {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch {
    throw new UpstreamError("answer-refused", "answer_refused");
  }
}

const how = (into) => (fills ? { min: into.length } : undefined);

async function read(reader, wait, into) {
  try {
    return await wait(() => (into === undefined ? reader.read() : reader.read(into, how(into))));
  } catch (error) {
    // Nobody waits for the rest.
    reader.cancel(error).catch(() => {});
    throw error;
  }
}

/** What the records of a list come to, those that may be seen. */
export function joined(mask) {
  let isFirst = true;
  let hasBegun = false;
  return async (masker, isLast) => {
    const kept = await mask(masker.takeRecords());
    let text = hasBegun ? "" : '{"items":[';
    hasBegun = true;
    for (const record of kept) {
      text += (isFirst ? "" : ",") + JSON.stringify(record);
      isFirst = false;
    }
    return isLast ? `${text}]}` : text;
  };
}

const broken = () => new UpstreamError("store-failed", "store_failed");
