/**
 * Second verifications that were made, and challenges that wait for one. A proof is recorded only
 * for a permission whose challenge is open, in the session that was challenged. One isolate holds
 * them in memory; `objects/proofs.js` keeps them for all by the same rules.
 */

import { isAnswer, isProof } from "./challenges.js";

/** Proofs in memory. */
export class Proofs {
  #proofs = new Map();
  #challenges = new Map();

  /** All proofs of a session, as a decision takes them. */
  of({ tenant, subject, session }) {
    return this.#proofs.get(key(tenant, subject, session)) ?? [];
  }

  /** Remembers that this was asked for, when, and of which sign-in. */
  challenge({ tenant, subject, session, permission, at, signedIn }) {
    const challenge = { at, signedIn, isAnswered: false };
    this.#challenges.set(key(tenant, subject, session, permission), challenge);
  }

  /**
   * Records the answer to an open challenge; `false` if there is none.
   *
   * @param {import("keyrack/edge").Answer} answer
   */
  answer({ tenant, subject, session, permission, level, at, signedIn }) {
    const challenge = this.#challenges.get(key(tenant, subject, session, permission));
    if (!isAnswer(challenge, { at, signedIn })) return false;
    challenge.isAnswered = true;
    // An answer, and yet no proof of anything.
    if (!isProof({ session, level })) return true;
    const proof = { subject, session, permission, level, at };
    const made = this.of({ tenant, subject, session });
    this.#proofs.set(key(tenant, subject, session), [...made, proof]);
    return true;
  }

  /**
   * Whether the last challenge was answered and it was not enough. Told once, so that a client
   * which answers every challenge does not do so for ever.
   */
  failed({ tenant, subject, session, permission }) {
    const challenged = key(tenant, subject, session, permission);
    const isAnswered = this.#challenges.get(challenged)?.isAnswered === true;
    if (isAnswered) this.#challenges.delete(challenged);
    return isAnswered;
  }

  /** Forgets the challenge of a permission that was then allowed. */
  settle({ tenant, subject, session, permission }) {
    this.#challenges.delete(key(tenant, subject, session, permission));
  }
}

const key = (...parts) => JSON.stringify(parts);
