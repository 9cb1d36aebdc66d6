import { KeyrackError } from "./errors.js";

/** Unix seconds as told, or the host's. */
export function instant(told) {
  if (told === undefined) return Math.floor(Date.now() / 1000);
  if (!Number.isSafeInteger(told)) {
    throw new KeyrackError("request_invalid", "`now` must be whole unix seconds");
  }
  return told;
}

// An instant crosses into the engine as two words: a BigInt would be allocated each time.

export const high = (instant) => Math.floor(instant / 4294967296);
export const low = (instant) => instant >>> 0;
