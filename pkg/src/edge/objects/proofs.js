/**
 * Proofs and challenges that count in every isolate: an object for each member of a tenant. Losing
 * one would only mean to ask again.
 */

import { CHALLENGE_SECONDS, isAnswer, isProof, KEPT_SECONDS } from "../challenges.js";
import { asked, Kept, objectOf } from "./kept.js";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS challenge (
    session TEXT NOT NULL, permission TEXT NOT NULL, at INTEGER NOT NULL, signed_in INTEGER,
    answered INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (session, permission)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS proof (
    session TEXT NOT NULL, permission TEXT NOT NULL, level INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (session, permission, level)
  ) WITHOUT ROWID;
`;

/** One member of one tenant. Without a session the name is empty, which no session is. */
export class ProofsKeeper extends Kept {
  constructor(context, env) {
    super(context, env, SCHEMA);
  }

  /** All proofs of a session. */
  of({ session = "" }) {
    return this.rows("SELECT session, permission, level, at FROM proof WHERE session = ?", session);
  }

  /** Remembers that this was asked for, when, and of which sign-in. */
  challenge({ session = "", permission, at, signedIn = null }) {
    this.rows(
      `INSERT OR REPLACE INTO challenge (session, permission, at, signed_in, answered)
       VALUES (?, ?, ?, ?, 0)`,
      ...[session, permission, at, signedIn],
    );
    this.clearLater(at);
  }

  /** Records the answer to an open challenge; `false` if there is none. */
  answer({ session = "", permission, level, at, signedIn }) {
    return this.whole(() => {
      if (!isAnswer(this.#challenge(session, permission), { at, signedIn })) return false;
      this.rows(
        "UPDATE challenge SET answered = 1 WHERE session = ? AND permission = ?",
        ...[session, permission],
      );
      if (!isProof({ session, level })) return true;
      // Of two of the same level the newer counts for longer.
      this.rows(
        `INSERT INTO proof (session, permission, level, at) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET at = MAX(at, excluded.at)`,
        ...[session, permission, level, at],
      );
      return true;
    });
  }

  /** Whether the last challenge was answered and it was not enough. Told once. */
  failed({ session = "", permission }) {
    return this.whole(() => {
      const isAnswered = this.#challenge(session, permission)?.isAnswered === true;
      if (isAnswered) this.settle({ session, permission });
      return isAnswered;
    });
  }

  /** Forgets the challenge of a permission that was then allowed. */
  settle({ session = "", permission }) {
    this.rows(
      "DELETE FROM challenge WHERE session = ? AND permission = ?",
      ...[session, permission],
    );
  }

  #challenge(session, permission) {
    const row = this.row(
      "SELECT at, signed_in, answered FROM challenge WHERE session = ? AND permission = ?",
      ...[session, permission],
    );
    if (row === undefined) return undefined;
    return { at: row.at, signedIn: row.signed_in ?? undefined, isAnswered: row.answered === 1 };
  }

  clear(now) {
    this.rows("DELETE FROM challenge WHERE at <= ?", now - CHALLENGE_SECONDS);
    this.rows("DELETE FROM proof WHERE at <= ?", now - KEPT_SECONDS);
    return this.row("SELECT 1 FROM challenge UNION ALL SELECT 1 FROM proof") === undefined;
  }
}

/** The gate's way to these objects. */
export class DurableProofs {
  #members;

  /** @param {DurableObjectNamespace<ProofsKeeper>} members */
  constructor(members) {
    this.#members = members;
  }

  async of({ tenant, subject, session }) {
    const found = await this.#ask({ tenant, subject }, (object) => object.of({ session }));
    return found.map((proof) => ({ subject, ...proof }));
  }

  challenge(challenged) {
    return this.#ask(challenged, (object, own) => object.challenge(own));
  }

  answer(answer) {
    // Not asked twice: the second time nothing would be open.
    const { tenant, subject, ...own } = answer;
    return objectOf(this.#members, tenant, subject).answer(own);
  }

  failed({ tenant, subject, ...own }) {
    return objectOf(this.#members, tenant, subject).failed(own);
  }

  settle(challenged) {
    return this.#ask(challenged, (object, own) => object.settle(own));
  }

  #ask({ tenant, subject, ...own }, work) {
    return asked(() => work(objectOf(this.#members, tenant, subject), own));
  }
}
