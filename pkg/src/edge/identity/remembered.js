/**
 * Tokens that were verified a moment ago. The same characters need not be verified again while the
 * keys that they were verified with would be kept too; the times are held against each request.
 */
export class Remembered {
  #tokens = new Map();
  #seconds;
  #most;

  /** @param {number} seconds how long; 0 remembers nothing @param {number} [most] tokens */
  constructor(seconds, most = 1_000) {
    this.#seconds = seconds;
    this.#most = most;
  }

  /** What a token said, if it is known and `now` lies in the time that it was found good for. */
  get(token, now) {
    const known = this.#tokens.get(token);
    return known !== undefined && known.from <= now && now < known.until ? known.claims : undefined;
  }

  /** @param {number} end when the token itself ends */
  add(token, claims, now, end) {
    const until = Math.min(end, now + this.#seconds);
    this.#tokens.delete(token);
    if (until <= now) return;
    this.#tokens.set(token, { claims, from: now, until });
    // The oldest goes first: a map keeps the order in which it was filled.
    if (this.#tokens.size > this.#most) this.#tokens.delete(this.#tokens.keys().next().value);
  }
}
