import { Answer } from "./answer.js";
import { high, low } from "./clock.js";
import { KeyrackError } from "./errors.js";
import { BATCH, FIND, FIRST, NOBODY, OVERLAY, RELEASE, SLICE, SNAPSHOT } from "./numbers.js";
import { bytes, text } from "./postcard.js";

/** What stands below an address: why there is no answer. As src/wasm/edge/mod.rs numbers it. */
const FAILURES = [
  undefined, "damaged", "engine_too_old", "expired", "issued_in_future", "rollback",
  "tenant_mismatch", "request_invalid", "slicing_unavailable",
];

/** Codes that are the same for snapshots and overlays. */
const WHOLE = ["engine_too_old", "request_invalid", "slicing_unavailable", "tenant_mismatch"];

/** One policy in the engine, by its handle. */
export class Policy {
  #memory;
  #handle;

  constructor(memory, handle) {
    this.#memory = memory;
    this.#handle = handle;
    memory.registry.register(this, handle, this);
  }

  /**
   * Frees its memory now.
   *
   * SECURITY: the engine gives the handle to another policy. So it is forgotten here first, and
   * nothing else lets it go a second time.
   */
  release() {
    const handle = this.#handle;
    if (handle === NOBODY) return;
    this.#handle = NOBODY;
    this.#memory.registry.unregister(this);
    this.#memory.exports.ask(RELEASE, handle);
  }

  /** Opens a payload that has been verified. */
  static open(memory, payload, isSlice, minVersion, now) {
    try {
      const handle = load(memory, isSlice ? SLICE : SNAPSHOT, 0, payload, minVersion, now);
      return new Policy(memory, handle);
    } finally {
      // The engine has taken the scratch itself, whether it liked what was in it or not.
      memory.writer.forget();
    }
  }

  /** The same policy under an overlay that has been verified. */
  under(payload, minVersion, now) {
    const memory = this.#memory;
    return new Policy(memory, load(memory, OVERLAY, this.#handle, payload, minVersion, now));
  }

  /** The number of a name, 0 if nobody has it. */
  find(kind, name) {
    const length = this.#memory.writer.write(text, name);
    return call(this.#memory, "snapshot", FIND + kind, this.#handle, length) - FIRST;
  }

  /** The boolean question, by numbers. */
  can(member, permission, scope, now) {
    const may = this.#memory.exports.can(this.#handle, member, permission, scope, high(now), low(now));
    if (may > 1) throw failure("snapshot", 1);
    return may === 1;
  }

  /** The boolean question for each row of three numbers, in bytes that the next question changes. */
  canEach(rows, now) {
    const length = this.#memory.writer.write(bytes, new Uint8Array(rows.buffer, 0, rows.length * 4));
    return this.tell(BATCH, (answer) => answer.bytes(), length, 0, 0, now);
  }

  /** What `read` gives, if nothing is asked meanwhile. */
  told(read, value) {
    let told;
    this.#memory.writer.write(() => (told = read(value)));
    return told;
  }

  /** Writes a value, asks about it, and reads the answer. */
  ask(what, read, write, value, second, third, now) {
    return this.tell(what, read, this.#memory.writer.write(write, value), second, third, now);
  }

  /** Asks by numbers, and reads the answer. */
  tell(what, read, first = 0, second = 0, third = 0, now = 0) {
    const memory = this.#memory;
    const top = high(now);
    const rest = low(now);
    const address = call(memory, "snapshot", what, this.#handle, first, second, third, top, rest);
    return read(new Answer(memory, address));
  }
}

function load(memory, what, handle, payload, minVersion, now) {
  const length = memory.writer.write(bytes, payload);
  const [bottom, above] = [low(minVersion), high(minVersion)];
  const name = what === OVERLAY ? "overlay" : "snapshot";
  return call(memory, name, what, handle, length, bottom, above, high(now), low(now)) - FIRST;
}

function call(memory, name, what, handle, first, second, third, top, rest) {
  const told = memory.exports.ask(what, handle, first, second, third, top, rest) >>> 0;
  if (told < FIRST) throw failure(name, told);
  return told;
}

function failure(name, number) {
  const code = FAILURES[number] ?? "damaged";
  return new KeyrackError(WHOLE.includes(code) ? code : `${name}_${code}`, `refused: ${code}`);
}
