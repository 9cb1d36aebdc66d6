/** A worker for `heads.mjs`: bodies of any length and make, whose beginnings are read. */

import { readHead } from "../../pkg/src/edge/stream.js";

const MOST = 20_000;
const LIMIT = 60_000;
const LENGTHS = [0, 1, 4, 255, 256, 257, 4_095, 4_096, 4_097, 5_000, 19_999, 20_000, 20_001, 90_000];
const GUESSES = [undefined, 0, 1, 4_000, 5_000, 90_000];

const letter = (at) => 97 + (at % 23);
const bytesOf = (length) => Uint8Array.from({ length }, (_, at) => letter(at));

/** Cuts bytes into pieces of so many. */
function* cut(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** A stream that gives one piece whenever it is asked for more. */
function pulled(pieces, type) {
  return new ReadableStream({
    type,
    pull(controller) {
      const { done, value } = pieces.next();
      if (!done) return controller.enqueue(value);
      controller.close();
      return controller.byobRequest?.respond(0);
    },
  });
}

/** What body a store may have, by the bytes of it. */
const MAKES = {
  whole: (bytes) => new Response(bytes).body,
  text: (bytes) => new Response(new TextDecoder().decode(bytes)).body,
  bytes: (bytes) => pulled(cut(bytes, 700), "bytes"),
  pieces: (bytes) => pulled(cut(bytes, 700), undefined),
  through: (bytes) => new Response(bytes).body.pipeThrough(new TransformStream()),
};

async function rest(reader) {
  const pieces = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return pieces;
    pieces.push(value);
  }
}

/** What is wrong of what is read of all such bodies, and how many there were. */
export async function readAll() {
  const wrong = [];
  let count = 0;
  for (const [make, bodyOf] of Object.entries(MAKES)) {
    for (const length of LENGTHS) {
      for (const guess of GUESSES) {
        const bytes = bytesOf(length);
        const head = await readHead(bodyOf(bytes), { most: MOST, limit: LIMIT, guess });
        const begun = head.pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
        const pieces = [...head.pieces, ...(head.reader ? await rest(head.reader) : [])];
        const all = pieces.flatMap((piece) => [...piece]);
        const isRight =
          all.length === length &&
          all.every((byte, at) => byte === letter(at)) &&
          (head.reader !== undefined) === length > MOST &&
          // A stream of pieces gives them as they are: here, all in one.
          (make === "through" || begun <= MOST + 700);
        if (!isRight) wrong.push(`${make} of ${length}, ${guess} guessed: ${begun}, ${all.length}`);
        count += 1;
      }
    }
  }
  return { wrong, count };
}

/** What becomes of a body that breaks off behind so many bytes. */
export async function readBroken() {
  const ends = [];
  for (const type of ["bytes", undefined]) {
    for (const length of [0, 700, 4_900]) {
      const pieces = cut(bytesOf(length), 700);
      const broken = {
        next() {
          const found = pieces.next();
          if (found.done) throw new Error("the line broke");
          return found;
        },
      };
      const read = readHead(pulled(broken, type), { most: MOST, limit: LIMIT });
      ends.push(await read.then(() => "whole").catch(({ code }) => code));
    }
  }
  return ends;
}

export default {
  async fetch() {
    return Response.json({ ...(await readAll()), ends: await readBroken() });
  },
};
