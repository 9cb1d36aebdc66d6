/** Reads postcard from bytes that somebody has signed: https://postcard.jamesmunns.com. */
export class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  /** Whether nothing is left. */
  get isDone() {
    return this.#at === this.#bytes.length;
  }

  byte() {
    if (this.#at >= this.#bytes.length) throw new RangeError("the bytes end too early");
    return this.#bytes[this.#at++];
  }

  bytes(length) {
    if (length > this.#bytes.length - this.#at) throw new RangeError("the bytes end too early");
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  /** A number of up to 53 bits. */
  varint() {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = this.byte();
      value += (byte & 127) * place;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError("the number is too large");
      if (byte < 128) return value;
      if (place > 2 ** 49) throw new RangeError("the number is too long");
    }
  }

  /** A number with a sign, of up to 53 bits with it. */
  integer() {
    const folded = this.varint();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }

  text() {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.bytes(this.varint()));
  }

  /** What may be left out. */
  maybe(read) {
    const told = this.byte();
    if (told > 1) throw new RangeError("neither there nor left out");
    return told === 0 ? undefined : read();
  }

  list(read) {
    const all = [];
    for (let left = this.varint(); left > 0; left--) all.push(read());
    return all;
  }
}
