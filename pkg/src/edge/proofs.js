/**
 * Second verifications that were made, and challenges that wait for one. A proof is recorded only
 * for a permission whose challenge is open, in the session that was challenged.
 */
export class Proofs {
  #proofs = new Map();
  #challenges = new Map();

  /** All proofs of a session, as a decision takes them. */
  of(subject, session) {
    return this.#proofs.get(key(subject, session)) ?? [];
  }

  /** Remembers that this was asked for. */
  challenge(subject, session, permission) {
    this.#challenges.set(key(subject, session, permission), "open");
  }

  /**
   * Records the answer to an open challenge; `false` if there is none.
   *
   * @param {{ subject: string, session: string, permission: string, level: number, at: number }} proof
   */
  answer(proof) {
    const challenged = key(proof.subject, proof.session, proof.permission);
    if (this.#challenges.get(challenged) !== "open") return false;
    this.#challenges.set(challenged, "answered");
    const made = this.of(proof.subject, proof.session);
    this.#proofs.set(key(proof.subject, proof.session), [...made, { ...proof }]);
    return true;
  }

  /**
   * Whether the last challenge was answered and it was not enough. Told once, so that a client
   * which answers every challenge does not do so for ever.
   */
  failed(subject, session, permission) {
    const challenged = key(subject, session, permission);
    const answered = this.#challenges.get(challenged) === "answered";
    if (answered) this.#challenges.delete(challenged);
    return answered;
  }

  /** Forgets the challenge of a permission that was then allowed. */
  settle(subject, session, permission) {
    this.#challenges.delete(key(subject, session, permission));
  }
}

const key = (...parts) => JSON.stringify(parts);
