/**
 * Racks that are no longer in force. Requests that began under them go on to their end; then their
 * memory is freed, without waiting for a collector that does not see it.
 */

import { letGo } from "./held.js";

/** Longer than a request takes, also where its answer is masked while it passes. */
const GRACE_MS = 60_000;
/** As long as most requests take: nobody goes earlier, unless there is no memory at all. */
const LEAST_GRACE_MS = 5000;

/** How many times what they should take: from here on nobody new comes in, and the oldest go. */
const FULL = 2;
const OVERFULL = 4;

export class Parting {
  #racks = [];
  #bytes = 0;
  #time;
  #most;
  #mostBytes;

  /**
   * @param {object} limits
   * @param {() => number} limits.time milliseconds
   * @param {number} [limits.most] racks that should wait here
   * @param {number} [limits.mostBytes] of their snapshots
   */
  constructor({ time, most = 8, mostBytes = Infinity }) {
    this.#time = time;
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** Whether something new should rather wait than push out what is still asked. */
  get isFull() {
    this.clear();
    return this.#fill > FULL;
  }

  /** Lets a rack go, in a while. */
  add(rack, bytes) {
    if (rack === undefined) return;
    this.#racks.push({ rack, bytes, at: this.#time() });
    this.#bytes += bytes;
    this.clear();
  }

  /** Frees those whose time is over, or for whom is no room. Who still asks one is refused. */
  clear() {
    while (this.#racks.length > 0 && this.#isOver(this.#racks[0])) {
      const { rack, bytes } = this.#racks.shift();
      this.#bytes -= bytes;
      letGo(rack);
      rack.release();
    }
  }

  #isOver({ at }) {
    const age = this.#time() - at;
    const fill = this.#fill;
    return age >= GRACE_MS || (fill > 1 && age >= LEAST_GRACE_MS) || fill > OVERFULL;
  }

  /** How much of the room is taken. */
  get #fill() {
    return Math.max(this.#racks.length / this.#most, this.#bytes / this.#mostBytes);
  }
}
