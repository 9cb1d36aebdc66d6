/** A log in memory, chained as a durable one is: for one isolate. */

import { chain, emptyLog } from "./chain.js";

export class MemoryLog {
  #checkpoint;
  #time;
  #logs = new Map();
  #turn = Promise.resolve();

  /**
   * @param {object} parts
   * @param {ReturnType<typeof import("./chain.js").createCheckpoint>} [parts.checkpoint]
   * @param {() => number} [parts.time] milliseconds
   */
  constructor({ checkpoint, time = Date.now } = {}) {
    this.#checkpoint = checkpoint;
    this.#time = time;
  }

  /** Adds records to the end of a tenant's log. */
  append(tenant, records) {
    const done = this.#turn.then(async () => {
      const log = await this.#of(tenant);
      const { lines, end } = await chain(log.end, records);
      log.end = end;
      log.lines.push(...lines);
    });
    this.#turn = done.catch(() => {});
    return done;
  }

  /** The newest records, the newest first. */
  async newest(tenant, most = 1000) {
    const { lines } = await this.#of(tenant);
    return lines
      .slice(-most)
      .reverse()
      .map((line) => JSON.parse(line).record);
  }

  /** All lines, and a checkpoint over them if there is a key. */
  async *lines(tenant) {
    const { lines, end } = await this.#of(tenant);
    const time = Math.floor(this.#time() / 1000);
    const sealed = end.sequence > 0 && (await this.#checkpoint?.(end, time));
    yield* lines.slice(0, end.sequence);
    if (sealed) yield sealed;
  }

  async #of(tenant) {
    if (!this.#logs.has(tenant))
      this.#logs.set(
        tenant,
        emptyLog(tenant).then((end) => ({ end, lines: [] })),
      );
    return this.#logs.get(tenant);
  }
}
