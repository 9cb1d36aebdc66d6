const decoder = new TextDecoder();

/**
 * Reads words where the engine left them, in the order of src/wasm. Names that are asked for while
 * an answer is read come from elsewhere, and memory that grows meanwhile is seen anew.
 */
export class Answer {
  #memory;
  #at;

  constructor(memory, address) {
    this.#memory = memory;
    this.#at = address >>> 2;
  }

  word() {
    return this.#memory.words[this.#at++];
  }

  flag() {
    return this.word() !== 0;
  }

  /** A number that is written one higher, 0 standing for none. */
  optional() {
    const number = this.word();
    return number === 0 ? undefined : number - 1;
  }

  /** A signed number of two words, if there is one. */
  wide() {
    const told = this.flag();
    const low = this.word();
    const high = this.word() | 0;
    return told ? high * 4294967296 + low : undefined;
  }

  bytes() {
    const length = this.word();
    const bytes = new Uint8Array(this.#memory.words.buffer, this.#at * 4, length);
    this.#at += (length + 3) >>> 2;
    return bytes;
  }

  text() {
    return decoder.decode(this.bytes());
  }

  /** So many values as are told. */
  list(read, count = this.word()) {
    const values = [];
    for (let place = 0; place < count; place++) values.push(read());
    return values;
  }

  /** Values behind a 1 each, up to a 0. */
  until(read) {
    const values = [];
    while (this.flag()) values.push(read());
    return values;
  }
}

/** An object without the members that are not told. */
export function told(members) {
  const kept = {};
  for (const name in members) if (members[name] !== undefined) kept[name] = members[name];
  return kept;
}
