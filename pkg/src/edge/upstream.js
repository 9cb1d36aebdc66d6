/** Calls to what stands behind the gate, which may be slow, broken, or gone. */

/** What stands behind did not do its part. The code is safe to send. */
export class UpstreamError extends Error {
  constructor(kind, code, options) {
    super(code, options);
    this.kind = kind;
    this.code = code;
  }
}

/**
 * Waits for work of the store's, and no longer than so. Whatever goes wrong there is its fault.
 *
 * @template T
 * @param {number} limit milliseconds
 * @param {() => T | Promise<T>} work
 * @param {AbortController} [abort] ends work that is late
 * @returns {Promise<T>}
 */
export async function within(limit, work, abort) {
  let timer;
  try {
    const done = work();
    // What is there at once needs no clock.
    if (typeof done?.then !== "function") return done;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        reject(new UpstreamError("store-slow", "store_timeout"));
        abort?.abort();
      }, limit);
    });
    // Raced, as work may not heed the signal.
    return await Promise.race([done, late]);
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    // For the log alone: an answer says nothing of it.
    console.error("store:", error);
    throw new UpstreamError("store-failed", "store_failed", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
