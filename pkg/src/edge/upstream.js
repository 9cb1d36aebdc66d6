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
 * What is there at once is given at once, and needs no clock.
 *
 * @template T
 * @param {number} limit milliseconds
 * @param {() => T | Promise<T>} work
 * @param {AbortController} [abort] ends work that is late
 * @returns {T | Promise<T>}
 */
export function within(limit, work, abort) {
  let done;
  try {
    done = work();
  } catch (error) {
    throw blamed(error);
  }
  return isLater(done) ? inTime(limit, done, abort) : done;
}

/** Whether a value is one that has to be waited for. */
export const isLater = (value) => typeof value?.then === "function";

async function inTime(limit, work, abort) {
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        reject(slow());
        abort?.abort();
      }, limit);
    });
    // Raced, as work may not heed the signal.
    return await Promise.race([work, late]);
  } catch (error) {
    throw blamed(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for one piece after the other, as {@link within} does, but by one timer for all. */
export class Patience {
  #limit;
  #timer;
  #since = 0;
  #late;

  /** @param {number} limit milliseconds for each */
  constructor(limit) {
    this.#limit = limit;
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  async wait(work) {
    this.#since = Date.now();
    this.#late ??= new Promise((_, reject) => this.#arm(this.#limit, reject));
    try {
      return await Promise.race([work(), this.#late]);
    } catch (error) {
      throw blamed(error);
    }
  }

  /** No more is waited for. */
  end() {
    clearTimeout(this.#timer);
  }

  #arm(milliseconds, reject) {
    this.#timer = setTimeout(() => {
      const rest = this.#since + this.#limit - Date.now();
      if (rest > 0) this.#arm(rest, reject);
      else reject(slow());
    }, milliseconds);
  }
}

const slow = () => new UpstreamError("store-slow", "store_timeout");

function blamed(error) {
  if (error instanceof UpstreamError) return error;
  // For the log alone: an answer says nothing of it.
  console.error("store:", error);
  return new UpstreamError("store-failed", "store_failed", { cause: error });
}
