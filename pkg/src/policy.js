import { Answer } from "./answer.js";
import { high, low } from "./clock.js";
import { KeyrackError } from "./errors.js";
import { bytes, text } from "./postcard.js";

/** What stands below an address: why there is no answer. As src/wasm/mod.rs numbers it. */
const FAILURES = [
  undefined, "damaged", "engine_too_old", "expired", "issued_in_future", "rollback",
  "tenant_mismatch", "request_invalid",
];
const FIRST_HANDLE = 64;

/** Codes that are the same for snapshots and overlays. */
const WHOLE = ["engine_too_old", "request_invalid", "tenant_mismatch"];

/** One policy in the engine, by its handle. */
export class Policy {
  #memory;
  #handle;

  constructor(memory, handle) {
    this.#memory = memory;
    this.#handle = handle;
    memory.registry.register(this, handle);
  }

  /** Opens a payload that has been verified. */
  static open(memory, payload, isSlice, minVersion, now) {
    const length = memory.writer.write(bytes, payload);
    const told = memory.exports.open(length, isSlice, low(minVersion), high(minVersion), high(now), low(now));
    // The engine has taken the bytes out of the scratch.
    memory.writer.forget();
    return kept(memory, "snapshot", told);
  }

  /** The same policy under an overlay that has been verified. */
  under(payload, minVersion, now) {
    const memory = this.#memory;
    const length = memory.writer.write(bytes, payload);
    const told = memory.exports.overlay(this.#handle, length, low(minVersion), high(minVersion), high(now), low(now));
    return kept(memory, "overlay", told);
  }

  /** The number of a name, 0 if nobody has it. */
  find(kind, name) {
    const length = this.#memory.writer.write(text, name);
    const number = this.#memory.exports.find(this.#handle, kind, length) >>> 0;
    if (number === 0xffff_ffff) throw failure("snapshot", 1);
    return number;
  }

  /** The boolean question, by numbers. */
  can(member, permission, scope, now) {
    const may = this.#memory.exports.can(this.#handle, member, permission, scope, high(now), low(now));
    if (may > 1) throw failure("snapshot", 1);
    return may === 1;
  }

  /** Writes a value, asks about it, and reads the answer. */
  ask(what, read, write, value) {
    return this.tell(what, read, this.#memory.writer.write(write, value));
  }

  /** Asks by numbers, and reads the answer. */
  tell(what, read, first = 0, second = 0) {
    const address = this.#memory.exports.ask(this.#handle, what, first, second) >>> 0;
    if (address < FIRST_HANDLE) throw failure("snapshot", address);
    return read(new Answer(this.#memory, address));
  }
}

function kept(memory, what, told) {
  if (told >>> 0 < FIRST_HANDLE) throw failure(what, told);
  return new Policy(memory, (told >>> 0) - FIRST_HANDLE);
}

function failure(what, number) {
  const code = FAILURES[number] ?? "damaged";
  return new KeyrackError(WHOLE.includes(code) ? code : `${what}_${code}`, `refused: ${code}`);
}
