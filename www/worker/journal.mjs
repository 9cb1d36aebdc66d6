/** The last decisions: every refusal, and every allow that has to be logged. */
export class Journal {
  #entries = [];
  #most;

  /** @param {number} most how many entries are kept */
  constructor(most = 500) {
    this.#most = most;
  }

  /** Notes a decision if it is one to note. */
  note({ subject, permission, scope, now }, { outcome, reason, obligations = [] }) {
    if (outcome === "allow" && !obligations.some(({ type }) => type === "log")) return;
    this.#entries.push({ at: now, subject, permission, scope, outcome, reason });
    if (this.#entries.length > this.#most) this.#entries.shift();
  }

  /** The newest first. */
  entries() {
    return this.#entries.toReversed();
  }
}
