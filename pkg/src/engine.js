import * as glue from "../gen/keyrack.js";
import { KeyrackError } from "./errors.js";
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
  const { memory } = await glue.default({ module_or_path: await source() });
  return new Memory(memory);
}

/** The engine's memory as JavaScript sees it. */
class Memory {
  #memory;
  #bytes = new Uint8Array(0);
  #words = new Uint32Array(0);

  constructor(memory) {
    this.#memory = memory;
    this.writer = new Writer((length, kept) => {
      const capacity = Math.max(length, 2 * kept, 1024);
      const address = glue.reserve(capacity);
      return new Uint8Array(this.#memory.buffer, address, capacity);
    });
  }

  /** All of it as words. When memory grows, older views are empty. */
  get words() {
    if (this.#words.length === 0) this.#words = new Uint32Array(this.#memory.buffer);
    return this.#words;
  }
}

/** Starts the engine from a compiled module, a response with it, or its bytes. */
export async function initialise(module) {
  provide(() => module);
  await engine();
}
