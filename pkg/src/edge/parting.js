/**
 * Racks that are no longer in force. Requests that began under them go on to their end; then their
 * memory is freed, without waiting for a collector that does not see it.
 */
export class Parting {
  #racks = [];
  #bytes = 0;
  #time;
  #most;
  #mostBytes;

  /**
   * @param {object} limits beyond which the oldest goes at once: who still asks it is refused
   * @param {() => number} limits.time milliseconds
   * @param {number} [limits.most] racks
   * @param {number} [limits.mostBytes] of all their snapshots
   */
  constructor({ time, most = 8, mostBytes = Infinity }) {
    this.#time = time;
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** Lets a rack go, in a while. */
  add(rack, bytes) {
    if (rack === undefined) return;
    this.#racks.push({ rack, bytes, until: this.#time() + GRACE_MS });
    this.#bytes += bytes;
    this.clear();
  }

  /** Frees those whose time is over, or for whom there is no room. */
  clear() {
    while (this.#racks.length > 0 && this.#isOver(this.#racks[0])) {
      const { rack, bytes } = this.#racks.shift();
      this.#bytes -= bytes;
      rack.release();
    }
  }

  #isOver({ until }) {
    const isFull = this.#racks.length > this.#most || this.#bytes > this.#mostBytes;
    return isFull || this.#time() >= until;
  }
}

/** Longer than a request takes, also where its answer is masked while it passes. */
const GRACE_MS = 60_000;
