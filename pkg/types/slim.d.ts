export * from "./index.js";

/** Starts the engine from a compiled module, a response with it, or its bytes. Call it once, before the first load. */
export declare function initialise(
  module:
    | WebAssembly.Module
    | Response
    | BufferSource
    | Promise<WebAssembly.Module | Response | BufferSource>,
): Promise<void>;
