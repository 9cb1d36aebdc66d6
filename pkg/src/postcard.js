import { KeyrackError } from "./errors.js";
import { MAX_UNITS } from "./numbers.js";

const encoder = new TextEncoder();

/** In a loop over the same object's members V8 sees through it, and not through `Object.hasOwn`. */
const hasOwn = Object.prototype.hasOwnProperty;


/** The member that is being written, for the message of an error. */
let writing = "request";

/** Refuses the request. */
export function refuse(expected) {
  throw new KeyrackError("request_invalid", `\`${writing}\`: ${expected}`);
}

/**
 * Writes postcard into memory that `reserve` gives: https://postcard.jamesmunns.com. The scratch is
 * the engine's own memory, so that nothing is copied on the way in. What lies beyond its end is
 * counted and lost, and all is written again into more: a check at each byte would cost more than
 * the bytes.
 */
export class Writer {
  #reserve;
  #bytes = new Uint8Array(0);
  #at = 0;
  #turn = 0;

  /** @param {(length: number) => Uint8Array} reserve at least so many bytes */
  constructor(reserve) {
    this.#reserve = reserve;
  }

  /** Writes one value from the start and gives its length. */
  write(write, value) {
    const turn = ++this.#turn;
    // Memory that grew has emptied the view. V8 makes writing slow for ever once it wrote to such.
    if (this.#bytes.length === 0) this.#bytes = this.#reserve(0);
    for (;;) {
      this.#at = 0;
      write(this, value);
      // SECURITY: a getter on the value could have asked something else and overwritten the bytes.
      if (turn !== this.#turn) refuse("it must not ask while it is being read");
      if (this.#at <= this.#bytes.length) return this.#at;
      this.#bytes = this.#reserve(this.#at);
    }
  }

  /** The memory that was reserved is no longer ours. */
  forget() {
    this.#bytes = new Uint8Array(0);
  }

  byte(value) {
    this.#bytes[this.#at++] = value;
  }

  /** A length or a number of a variant. */
  varint(value) {
    for (; value > 127; value >>>= 7) this.byte((value & 127) | 128);
    this.byte(value);
  }

  /** An i64, as far as numbers are exact. */
  integer(value) {
    // So are the instants of today, and most amounts.
    if (value >= 0 && value < 2147483648) return this.varint(value * 2);
    const negative = value < 0 ? 1 : 0;
    const size = negative ? -1 - value : value;
    let low = (size % 64) * 2 + negative;
    let high = Math.floor(size / 64);
    for (; high > 0; high = Math.floor(high / 128)) {
      this.byte(low | 128);
      low = high % 128;
    }
    this.byte(low);
  }

  bytes(value) {
    const end = this.#at + value.length;
    if (end <= this.#bytes.length) this.#bytes.set(value, this.#at);
    this.#at = end;
  }

  text(value) {
    if (typeof value !== "string") refuse("text is expected");
    const length = value.length;
    if (length > 127) return this.#encoded(value);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = length;
    for (let unit = 0; unit < length; unit++) {
      const code = value.charCodeAt(unit);
      if (code > 127) return this.#encoded(value);
      bytes[at++] = code;
    }
    this.#at = at;
  }

  #encoded(value) {
    if (value.length > MAX_UNITS) refuse("it is too long");
    // A lone surrogate would be written as U+FFFD, and equal to other text.
    if (!value.isWellFormed()) refuse("it is not well-formed text");
    // A view of memory that has grown is empty, and gives no part of itself.
    const most = this.#at + 4 + 3 * value.length;
    if (most > this.#bytes.length) {
      this.#at = most;
      return;
    }
    // The length is not known before, and a varint may be written wider than it must be.
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(this.#at + 4));
    this.byte((written & 127) | 128);
    this.byte(((written >>> 7) & 127) | 128);
    this.byte(((written >>> 14) & 127) | 128);
    this.byte(written >>> 21);
    this.#at += written;
  }
}

/** Bytes without their length. */
export const bytes = (out, value) => out.bytes(value);

export const text = (out, value) => out.text(value);

export function integer(out, value) {
  if (!Number.isSafeInteger(value)) refuse("a whole number is expected");
  out.integer(value);
}

/** A number that the decision judges: what is no exact integer is told to be invalid. */
export function exact(out, value) {
  if (typeof value !== "number") refuse("a number is expected");
  const good = Number.isSafeInteger(value);
  out.byte(good ? 1 : 0);
  if (good) out.integer(value);
}

export function small(out, value) {
  if (!Number.isInteger(value) || value < 0 || value > 255) refuse("0 to 255 is expected");
  out.byte(value);
}

/** Marks what is one zero byte where nothing is told. */
export const mayMiss = (write) => Object.assign(write, { absent: true });

export const optional = (write) =>
  mayMiss((out, value) => {
    if (value === undefined || value === null) return out.byte(0);
    out.byte(1);
    write(out, value);
  });

export const list = (write) =>
  mayMiss((out, value) => {
    if (value === undefined) return out.byte(0);
    if (!Array.isArray(value)) refuse("a list is expected");
    const length = value.length;
    if (length > MAX_UNITS) refuse("it is too long");
    out.varint(length);
    for (let index = 0; index < length; index++) write(out, value[index]);
  });

/**
 * Members by position. Unknown ones are refused: a misspelt one would drop a fact unseen. `read`
 * gives what is told, `put` writes it.
 */
export function struct(members) {
  const names = Object.keys(members);
  const writes = Object.values(members);
  const empty = writes.map((write) => write.absent === true);
  const places = new Map(names.map((name, place) => [name, place]));
  const nothing = writes.map(() => undefined);
  // The places of members as they came the last time: mostly they come in that order again.
  const order = writes.map((_, place) => place);
  const read = (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      refuse("an object is expected");
    }
    const told = nothing.slice();
    let turn = 0;
    for (const name in value) {
      let place = order[turn];
      if (names[place] !== name) place = order[turn] = places.get(name);
      turn++;
      // What is inherited was not said by the caller.
      if (place === undefined || !hasOwn.call(value, name)) {
        writing = name;
        refuse("this member is not known");
      }
      told[place] = value[name];
    }
    return told;
  };
  const put = (out, told) => {
    for (let place = 0; place < told.length; place++) {
      const fact = told[place];
      if (fact === undefined && empty[place]) {
        out.byte(0);
      } else {
        writing = names[place];
        writes[place](out, fact);
      }
    }
  };
  return Object.assign((out, value) => put(out, read(value)), { read, put });
}
