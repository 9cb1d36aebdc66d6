/**
 * Work that is done once in a period, however many ask for it, and once at a time.
 *
 * A request never waits for ever on work that another one began: a platform may end that other
 * request, and what it began then never ends.
 */
export class Turns {
  #work;
  #time;
  #begun = -Infinity;
  #running;

  /**
   * @param {(...facts: unknown[]) => Promise<void>} work never fails: it reports by itself
   * @param {() => number} time milliseconds
   */
  constructor(work, time) {
    this.#work = work;
    this.#time = time;
  }

  /**
   * Does the work if it is due, and gives what to wait for, if anything.
   *
   * @param {object} how
   * @param {number} how.period milliseconds between two beginnings
   * @param {number} how.patience milliseconds that anybody waits
   * @param {boolean} how.together whether to wait for work that another request began
   * @param {{ waitUntil?: (work: Promise<unknown>) => void }} [how.context]
   * @param {...unknown} facts for the work
   */
  take({ period, patience, together, context }, ...facts) {
    const age = this.#time() - this.#begun;
    // A clock that was set back makes the work due.
    const isDue = age < 0 || age >= period;
    const isStuck = age < 0 || age >= patience;
    if (this.#running !== undefined && !isStuck) {
      return together ? within(this.#running, patience - age) : undefined;
    }
    if (!isDue) return undefined;
    return within(this.#begin(context, facts), patience);
  }

  #begin(context, facts) {
    this.#begun = this.#time();
    const running = this.#work(...facts).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    context?.waitUntil?.(running);
    return running;
  }
}

/** Waits for work, but not for longer than so many milliseconds. */
async function within(work, milliseconds) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
