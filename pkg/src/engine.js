import { KeyrackError } from "./errors.js";
import { RELEASE, RESERVE } from "./numbers.js";
import { Writer } from "./postcard.js";

/** How this entry point gets the module; called once, on the first load. */
let source;
let started;

/** Names where the module comes from. The first word counts. */
export function provide(load) {
  source ??= load;
}

/** Starts the engine, once for all racks. A failed start can be tried again. */
export function engine() {
  started ??= start().catch((cause) => {
    started = undefined;
    if (cause instanceof KeyrackError) throw cause;
    throw new KeyrackError("wasm_unavailable", `the engine does not start: ${cause}`, { cause });
  });
  return started;
}

async function start() {
  if (source === undefined) {
    throw new KeyrackError("wasm_unavailable", "call `initialise` with the module first");
  }
  let module = await source();
  // A response by what it can do: to name its class makes Node load all that fetches.
  if (module.arrayBuffer) {
    if (!module.ok) throw new Error(`the module's answer is ${module.status}`);
    // Not compiled while it streams: that fails where a server does not name the type.
    module = await module.arrayBuffer();
  }
  const made = await WebAssembly.instantiate(module);
  // From bytes it comes with the module, from a module alone.
  return new Memory((made.instance ?? made).exports);
}

/** The engine's exports, and its memory as JavaScript sees it. */
class Memory {
  #words = new Uint32Array(0);

  constructor(exports) {
    this.exports = exports;
    this.writer = new Writer((length) => {
      const capacity = Math.max(length, 1024);
      const address = exports.ask(RESERVE, 0, capacity) >>> 0;
      return new Uint8Array(exports.memory.buffer, address, capacity);
    });
    // Handles are numbers, so nothing in the engine keeps a rack alive or the other way round.
    this.registry = new FinalizationRegistry((handle) => exports.ask(RELEASE, handle));
  }

  /** All of it as words. When memory grows, older views are empty. */
  get words() {
    if (this.#words.length === 0) this.#words = new Uint32Array(this.exports.memory.buffer);
    return this.#words;
  }
}

/** Starts the engine from a compiled module, a response with it, or its bytes. */
export async function initialise(module) {
  // Whoever brings one means it: an entry point that came before it would look elsewhere.
  if (started === undefined) source = () => module;
  await engine();
}
