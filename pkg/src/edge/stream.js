/** The bodies of answers, read a piece at a time. */

import { Masker } from "./masker.js";
import { Patience, UpstreamError, within } from "./upstream.js";

// One piece is what is masked before anything else may be read.
const MAX_PIECE_BYTES = 64 * 1024;

/** As much as most single records have, and what is asked for at a time of longer ones. */
const FIRST_BYTES = 4 * 1024;
const NEXT_BYTES = 32 * 1024;
/** Where nothing should come any more. */
const LAST_BYTES = 64;

/**
 * Reads the beginning of a body: all of it, if it is no longer than so.
 *
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {{ most: number, limit: number, told?: number }} bounds bytes, milliseconds for all of
 *   them, and how many bytes are said to come: more or fewer may
 * @returns {Promise<{ pieces: Uint8Array[], reader?: ReadableStreamDefaultReader<Uint8Array> }>}
 *   with the reader of what is left, if anything may be
 */
export async function readHead(body, { most, limit, told }) {
  const pieces = [];
  let length = 0;
  if (body === null) return { pieces };
  const patience = new Patience(limit);
  const reader = openReader(body);
  try {
    for (let size = told || FIRST_BYTES; ; size = length === told ? LAST_BYTES : NEXT_BYTES) {
      const { done, value } = await read(reader, (work) => patience.wait(work), size);
      if (done) return { pieces };
      pieces.push(value);
      length += value.byteLength;
      if (length > most) break;
    }
  } finally {
    patience.end();
  }
  reader.releaseLock();
  return { pieces, reader: body.getReader() };
}

/** A reader that fills what it is given, where the body can do that: it has less to go through. */
function openReader(body) {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return body.getReader();
  }
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

async function read(reader, wait, size) {
  try {
    return await wait(() => (size > 0 ? reader.read(new Uint8Array(size)) : reader.read()));
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
