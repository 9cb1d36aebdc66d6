/**
 * Events that were taken, so that one which is sent again is not counted again. One isolate's
 * memory: an event that is taken twice after all ends the same sessions, and nothing else.
 */
export class SeenEvents {
  #keys = new Set();
  #most;

  /** @param {number} [most] how many are kept */
  constructor(most = 10_000) {
    this.#most = most;
  }

  has(issuer, id) {
    return this.#keys.has(JSON.stringify([issuer, id]));
  }

  add(issuer, id) {
    this.#keys.add(JSON.stringify([issuer, id]));
    if (this.#keys.size > this.#most) this.#keys.delete(this.#keys.values().next().value);
  }
}
