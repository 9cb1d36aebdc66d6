/**
 * Masks JSON that is there as a whole by finding the spans of it that may be seen: no value is
 * built and none is written anew, so that what leaves stands as the store wrote it, numbers to
 * their last digit. Equal to `pick` over the parsed value.
 *
 * What is no JSON, and what could be read in two ways where the plan looks, is given up; so is what
 * is rare, as an escape in a name. Whoever asked then parses it, and refuses it if that fails.
 */

import { isAt, mix, Names } from "./compiled.js";

const MAX_DEPTH = 128;
const MAX_PLAIN_BYTES = 64;

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const EXPONENT = 0x65;
const UNICODE = 0x75;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

/** What a byte is: what ends a string's plain part, a space, a digit, hexadecimal, escapable. */
const STOP = 1;
const SPACE = 2;
const DIGIT = 4;
const HEX = 8;
const ESCAPABLE = 16;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const unit = String.fromCharCode(byte);
  return (
    (byte < 0x20 || byte >= 0x80 || '"\\'.includes(unit) ? STOP : 0) |
    (" \t\n\r".includes(unit) ? SPACE : 0) |
    ("0123456789".includes(unit) ? DIGIT : 0) |
    ("0123456789abcdefABCDEF".includes(unit) ? HEX : 0) |
    ('"\\/bfnrt'.includes(unit) ? ESCAPABLE : 0)
  );
});

const bytesOf = (text) => new TextEncoder().encode(text);
/** By their first letter. */
const WORDS = [];
for (const word of ["true", "false", "null"]) WORDS[word.charCodeAt(0)] = bytesOf(word);
const ENVELOPE = new Names([["items"]]);
const LIST_BEGIN = bytesOf('{"items":[');
const LIST_CLOSE = bytesOf("]}");

/** Thrown, and caught here. */
const GIVEN_UP = new Error("given up");

/**
 * Masks a record in its own bytes.
 *
 * @param {Uint8Array} bytes which are changed, unless it is given up
 * @param {import("./compiled.js").Compiled} plan
 * @returns {Uint8Array | undefined} a part of the bytes; `undefined` where it is given up
 */
export function maskRecord(bytes, plan) {
  const kept = tried(() => new Scan(bytes, plan).record());
  return kept && bytes.subarray(0, gather(bytes, kept, 0));
}

/**
 * What is kept: where each span begins and ends, in turn, of `spans` from the first on.
 *
 * @typedef {{ spans: number[], first: number, last: number }} Kept
 */

/**
 * A record of a list, and what of it would be shown by the plan that was guessed.
 *
 * @typedef {{ from: number, to: number, idFrom: number, idTo: number } & Kept} Listed
 */

/**
 * Finds the records of `{ "items": [ … ] }`.
 *
 * @param {Uint8Array} bytes
 * @param {import("./compiled.js").Compiled} guess the plan that most of them will be masked by
 * @returns {Listed[] | undefined}
 */
export const findRecords = (bytes, guess) => tried(() => new Scan(bytes, guess).list());

/** What a record is called: the value of its `id`, and what does not name anything is that, too. */
export function idOf(bytes, { idFrom, idTo }) {
  if (idTo === 0) return undefined;
  return plainText(bytes, idFrom, idTo) ?? JSON.parse(decoder.decode(bytes.subarray(idFrom, idTo)));
}

/** A short string without escapes in one kind of letters, as most ids are: the quickest to read. */
function plainText(bytes, from, to) {
  if (bytes[from] !== QUOTE || to - from > MAX_PLAIN_BYTES) return undefined;
  for (let at = from + 1; at < to - 1; at += 1) {
    if ((CLASS[bytes[at]] & STOP) !== 0) return undefined;
  }
  return String.fromCharCode.apply(null, bytes.subarray(from + 1, to - 1));
}

/**
 * What is kept of a record by another plan than the one that was guessed.
 *
 * @returns {Kept | undefined}
 */
export function keptOf(bytes, { from, to }, plan) {
  const kept = tried(() => new Scan(bytes.subarray(from, to), plan).record());
  return kept && { ...kept, spans: kept.spans.map((at) => at + from) };
}

/**
 * Puts a list together in its own bytes: they hold more than what is kept, and in the same order.
 *
 * @param {Uint8Array} bytes which are changed
 * @param {Kept[]} kept of each record that is shown
 * @returns {Uint8Array} a part of the bytes
 */
export function gatherList(bytes, kept) {
  bytes.set(LIST_BEGIN);
  let end = LIST_BEGIN.length;
  for (const [at, one] of kept.entries()) {
    if (at > 0) bytes[end++] = COMMA;
    end = gather(bytes, one, end);
  }
  bytes.set(LIST_CLOSE, end);
  return bytes.subarray(0, end + LIST_CLOSE.length);
}

/** Moves spans forward to where the last ended, those that touch as one. */
function gather(bytes, { spans, first, last }, begin) {
  let end = begin;
  for (let at = first; at < last; ) {
    const from = spans[at];
    let to = spans[at + 1];
    for (at += 2; at < last && spans[at] === to; at += 2) to = spans[at + 1];
    if (from !== end) bytes.copyWithin(end, from, to);
    end += to - from;
  }
  return end;
}

function tried(work) {
  try {
    return work();
  } catch (error) {
    if (error !== GIVEN_UP) throw error;
    return undefined;
  }
}

const decoder = new TextDecoder();
/** Objects that were looked into: a name that stands twice in one is known by its number. */
let objects = 0;

class Scan {
  #bytes;
  #end;
  #view;
  #plan;
  /** Where each kept span begins and ends, in turn. */
  #kept = [];
  #nameTo = 0;
  #idFrom = 0;
  #idTo = 0;

  constructor(bytes, plan) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#plan = plan;
  }

  record() {
    const from = this.#space(0);
    this.#nothingAfter(this.#record(from, 0));
    return { spans: this.#kept, first: 0, last: this.#kept.length };
  }

  list() {
    let records;
    let at = this.#space(0);
    if (this.#bytes[at] !== OBJECT) throw GIVEN_UP;
    at = this.#space(at + 1);
    // One that is empty has no items.
    for (;;) {
      const isItems = this.#name(at, ENVELOPE, ENVELOPE.begin) !== undefined;
      at = this.#value(this.#nameTo);
      if (isItems) {
        if (records !== undefined) throw GIVEN_UP;
        records = [];
        at = this.#records(at, records);
      } else {
        at = this.#skip(at, 1);
      }
      at = this.#space(at);
      if (this.#bytes[at] === OBJECT_END) break;
      at = this.#comma(at);
    }
    this.#nothingAfter(at + 1);
    if (records === undefined) throw GIVEN_UP;
    return records;
  }

  #records(from, records) {
    if (this.#bytes[from] !== LIST) throw GIVEN_UP;
    let at = this.#space(from + 1);
    if (this.#bytes[at] === LIST_END) return at + 1;
    for (;;) {
      const begin = at;
      const spans = this.#kept;
      const first = spans.length;
      at = this.#record(begin, 2);
      const [idFrom, idTo, last] = [this.#idFrom, this.#idTo, spans.length];
      records.push({ from: begin, to: at, idFrom, idTo, spans, first, last });
      at = this.#space(at);
      if (this.#bytes[at] === LIST_END) return at + 1;
      at = this.#comma(at);
    }
  }

  #record(from, depth) {
    if (this.#bytes[from] !== OBJECT) throw GIVEN_UP;
    this.#idFrom = 0;
    this.#idTo = 0;
    return this.#object(from, this.#plan, depth);
  }

  /** Looks into an object, and keeps what is shown of it. */
  #object(from, plan, depth) {
    if (depth > MAX_DEPTH) throw GIVEN_UP;
    const bytes = this.#bytes;
    const kept = this.#kept;
    const before = kept.length;
    const marks = before + 2;
    const object = (objects += 1);
    let last = plan.names.begin;
    kept.push(from, from + 1);
    let at = this.#space(from + 1);
    const isEmpty = bytes[at] === OBJECT_END;
    for (let comma = at; !isEmpty; comma = at, at = this.#comma(at)) {
      const begin = kept.length === marks ? at : comma;
      const name = this.#name(at, plan.names, last);
      const value = this.#value(this.#nameTo);
      if (name === undefined) {
        at = this.#member(begin, value, plan.rest, depth + 1);
      } else {
        if (name.seen === object) throw GIVEN_UP;
        name.seen = object;
        last.next = name;
        last = name;
        at = this.#member(begin, value, name.compiled, depth + 1);
        if (name.isId) {
          this.#idFrom = value;
          this.#idTo = at;
        }
      }
      at = this.#space(at);
      if (bytes[at] === OBJECT_END) break;
    }
    if (plan.shown || kept.length > marks) kept.push(at, at + 1);
    else kept.length = before;
    return at + 1;
  }

  #list(from, plan, depth) {
    if (depth > MAX_DEPTH) throw GIVEN_UP;
    const bytes = this.#bytes;
    const kept = this.#kept;
    const before = kept.length;
    const marks = before + 2;
    kept.push(from, from + 1);
    let at = this.#space(from + 1);
    const isEmpty = bytes[at] === LIST_END;
    for (let comma = at; !isEmpty; comma = at, at = this.#comma(at)) {
      at = this.#member(kept.length === marks ? at : comma, at, plan.each, depth + 1);
      at = this.#space(at);
      if (bytes[at] === LIST_END) break;
    }
    const isShown = plan.shown || kept.length > marks || (isEmpty && plan.keepsEmptyList);
    if (isShown) kept.push(at, at + 1);
    else kept.length = before;
    return at + 1;
  }

  /** A value, and what stands before it from `begin` if anything of it is shown. */
  #member(begin, from, plan, depth) {
    const kept = this.#kept;
    if (plan.copies) {
      const to = this.#skip(from, depth);
      kept.push(begin, to);
      return to;
    }
    if (plan.skips) return this.#skip(from, depth);
    const before = kept.length;
    kept.push(begin, from);
    const to = this.#open(from, plan, depth);
    if (kept.length === before + 2) kept.length = before;
    return to;
  }

  #open(from, plan, depth) {
    const mark = this.#bytes[from];
    if (mark === OBJECT && plan.opensObject) return this.#object(from, plan, depth);
    if (mark === LIST && plan.opensList) return this.#list(from, plan, depth);
    const to = this.#skip(from, depth);
    if (mark !== OBJECT && mark !== LIST && plan.shown) this.#kept.push(from, to);
    return to;
  }

  /** Reads a name where the plan looks; `undefined`: not known. One with an escape is given up. */
  #name(from, names, last) {
    const bytes = this.#bytes;
    const guess = last.next;
    if (guess !== undefined && isAt(guess.bytes, bytes, from)) {
      this.#nameTo = from + guess.bytes.length;
      return guess;
    }
    if (bytes[from] !== QUOTE) throw GIVEN_UP;
    this.#nameTo = this.#string(from + 1);
    let hash = 0;
    for (let at = from + 1; at < this.#nameTo - 1; at += 1) {
      if (bytes[at] === BACKSLASH) throw GIVEN_UP;
      hash = mix(hash, bytes[at]);
    }
    return names.find(hash, bytes, from);
  }

  /** The end of a value that is not looked into. */
  #skip(from, depth) {
    const mark = this.#bytes[from];
    if (mark === QUOTE) return this.#string(from + 1);
    if (mark !== OBJECT && mark !== LIST) return this.#scalar(from, mark);
    if (depth > MAX_DEPTH) throw GIVEN_UP;
    const close = mark === OBJECT ? OBJECT_END : LIST_END;
    let at = this.#space(from + 1);
    if (this.#bytes[at] === close) return at + 1;
    for (;;) {
      if (mark === OBJECT) {
        if (this.#bytes[at] !== QUOTE) throw GIVEN_UP;
        at = this.#value(this.#string(at + 1));
      }
      at = this.#space(this.#skip(at, depth + 1));
      if (this.#bytes[at] === close) return at + 1;
      at = this.#comma(at);
    }
  }

  #scalar(from, mark) {
    const word = WORDS[mark];
    if (word === undefined) return this.#number(from);
    for (let at = 0; at < word.length; at += 1) {
      if (this.#bytes[from + at] !== word[at]) throw GIVEN_UP;
    }
    return from + word.length;
  }

  #number(from) {
    const bytes = this.#bytes;
    let at = bytes[from] === MINUS ? from + 1 : from;
    at = bytes[at] === ZERO ? at + 1 : this.#digits(at);
    if (bytes[at] === POINT) at = this.#digits(at + 1);
    // Of a capital letter and a small one all bits are alike but one.
    if ((bytes[at] | 0x20) === EXPONENT) {
      const sign = bytes[at + 1];
      at = this.#digits(sign === MINUS || sign === PLUS ? at + 2 : at + 1);
    }
    return at;
  }

  #digits(from) {
    let at = from;
    while ((CLASS[this.#bytes[at]] & DIGIT) !== 0) at += 1;
    if (at === from) throw GIVEN_UP;
    return at;
  }

  /** From behind a quote to behind the one that ends it. */
  #string(from) {
    const bytes = this.#bytes;
    const view = this.#view;
    let begin = from;
    for (const last = this.#end - 4; begin <= last; begin += 4) {
      const four = view.getInt32(begin, true);
      const quote = ((four ^ 0x22222222) - 0x01010101) | 0;
      const slash = ((four ^ 0x5c5c5c5c) - 0x01010101) | 0;
      const control = (four - 0x20202020) | 0;
      const hit = (four | quote | slash | control) & -0x7f7f7f80;
      if (hit !== 0) break;
    }
    for (let at = begin; at < this.#end; ) {
      const byte = bytes[at];
      if ((CLASS[byte] & STOP) === 0) at += 1;
      else if (byte === QUOTE) return at + 1;
      else if (byte === BACKSLASH) at = this.#escape(at + 1);
      else if (byte >= 0x80) at = this.#character(at);
      else break;
    }
    throw GIVEN_UP;
  }

  #escape(from) {
    const letter = this.#bytes[from];
    if ((CLASS[letter] & ESCAPABLE) !== 0) return from + 1;
    if (letter !== UNICODE) throw GIVEN_UP;
    for (let at = from + 1; at <= from + 4; at += 1) {
      if ((CLASS[this.#bytes[at]] & HEX) === 0) throw GIVEN_UP;
    }
    return from + 5;
  }

  /** A character of more than one byte, which is UTF-8 or nothing: no surrogate, none too long. */
  #character(from) {
    const bytes = this.#bytes;
    const first = bytes[from];
    if (first < 0xc2 || first > 0xf4) throw GIVEN_UP;
    const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    const second = bytes[from + 1];
    if (!(second >= least && second <= most)) throw GIVEN_UP;
    const end = from + (first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
    for (let at = from + 2; at < end; at += 1) {
      if ((bytes[at] & 0xc0) !== 0x80) throw GIVEN_UP;
    }
    return end;
  }

  #space(from) {
    const bytes = this.#bytes;
    let at = from;
    // Most often there is none.
    while (bytes[at] <= 0x20 && (CLASS[bytes[at]] & SPACE) !== 0) at += 1;
    return at;
  }

  /** Behind a comma, where the next begins. */
  #comma(from) {
    if (this.#bytes[from] !== COMMA) throw GIVEN_UP;
    return this.#space(from + 1);
  }

  /** Behind a colon, where the value begins. */
  #value(from) {
    const at = this.#space(from);
    if (this.#bytes[at] !== COLON) throw GIVEN_UP;
    return this.#space(at + 1);
  }

  #nothingAfter(from) {
    if (this.#space(from) !== this.#end) throw GIVEN_UP;
  }
}
