/** Names of figures that are looked up as well as shown. */

export const LOAD = "keyrack load";
export const SIGNATURE = "floor: WebCrypto's check of the signature";
export const FIRST_SIGNATURE = "floor: WebCrypto's first signature";
export const EMPTY_MODULE = "floor: an empty module";
export const EMPTY_WASM = "floor: an empty WebAssembly module";
export const IDLE = "a worker that does nothing";
export const JSON_FLOOR = "floor: the request as JSON, handed to WebAssembly";
