/**
 * Approvals that survive a crash: an object for each tenant. A consent that was spent stays spent
 * where the worker dies in between: nobody can tell whether the act was done.
 */

import {
  actOf,
  consentOf,
  isPending,
  KEPT_SECONDS,
  keptOf,
  MOST_PENDING,
  questionOf,
} from "../consents.js";
import { asked as askedOf, Kept, objectOf } from "./kept.js";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS filed (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, at INTEGER NOT NULL, requester TEXT NOT NULL,
    act TEXT NOT NULL, question TEXT NOT NULL, asked TEXT NOT NULL,
    by TEXT, answered INTEGER, spent_by TEXT, done INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS filed_by_act ON filed (act, state);
  CREATE INDEX IF NOT EXISTS filed_by_state ON filed (state, requester, at);
  CREATE TABLE IF NOT EXISTS try (
    filed TEXT NOT NULL, attempt TEXT NOT NULL, PRIMARY KEY (filed, attempt)
  ) WITHOUT ROWID;
`;

/** All approvals of one tenant. */
export class ApprovalsKeeper extends Kept {
  constructor(context, env) {
    super(context, env, SCHEMA);
  }

  /** Files a request, once for the same question while it waits, and gives its id. */
  request({ asked, now }) {
    const id = this.whole(() => this.#request(asked, now));
    this.clearLater(now);
    return id;
  }

  #request(asked, now) {
    const question = questionOf(asked);
    const act = actOf(question);
    const wanted = JSON.stringify(question);
    const same = this.rows(
      "SELECT id, state, at FROM filed WHERE act = ? AND state = 'pending' AND question = ?",
      ...[act, wanted],
    ).find((filed) => isPending(filed, now));
    if (same !== undefined) return same.id;
    const { requester } = question;
    // What one member can make others wait for has an end: the oldest gives way.
    this.rows(
      `DELETE FROM filed WHERE id IN (SELECT id FROM filed WHERE state = 'pending'
         AND requester = ? ORDER BY at DESC LIMIT -1 OFFSET ?)`,
      ...[requester, MOST_PENDING - 1],
    );
    const id = crypto.randomUUID();
    this.rows(
      `INSERT INTO filed (id, state, at, requester, act, question, asked)
       VALUES (?, 'pending', ?, ?, ?, ?, ?)`,
      ...[id, now, requester, act, wanted, JSON.stringify(keptOf(asked))],
    );
    return id;
  }

  /** What waits for a second person. */
  pending({ now }) {
    return this.rows("SELECT * FROM filed WHERE state = 'pending' ORDER BY at, id")
      .filter((filed) => isPending(filed, now))
      .map(told);
  }

  /** One request, whatever has become of it. */
  get({ id }) {
    const filed = this.row("SELECT * FROM filed WHERE id = ?", id);
    return filed && told(filed);
  }

  /** Records that a member agrees or refuses, once. */
  answer({ id, by, agrees, now }) {
    const filed = this.row("SELECT state, at FROM filed WHERE id = ?", id);
    if (filed === undefined || !isPending(filed, now)) return false;
    this.rows(
      "UPDATE filed SET state = ?, by = ?, answered = ? WHERE id = ?",
      ...[agrees ? "given" : "refused", by, now, id],
    );
    return true;
  }

  /** Consents to the same act on the same record that are not spent, or by this request. */
  for({ asked, request }) {
    return this.rows(
      `SELECT id, question, by, answered FROM filed
       WHERE act = ? AND (state = 'given' OR (state = 'spent' AND spent_by = ?))
       ORDER BY answered DESC, id`,
      ...[actOf(questionOf(asked)), request],
    ).map(({ id, question, by, answered }) => ({
      id,
      approval: consentOf(JSON.parse(question), by, answered),
    }));
  }

  /** Spends a consent for a request. The same attempt twice is one. */
  spend({ id, request, attempt }) {
    return this.whole(() => {
      const filed = this.row("SELECT state, spent_by, done FROM filed WHERE id = ?", id);
      const isOwn = filed?.state === "spent" && filed.spent_by === request;
      if (filed?.state !== "given" && !isOwn) return "gone";
      this.rows("UPDATE filed SET state = 'spent', spent_by = ? WHERE id = ?", request, id);
      this.rows("INSERT OR IGNORE INTO try (filed, attempt) VALUES (?, ?)", id, attempt);
      return filed.done || this.#tries(id) > 1 ? "repeated" : "held";
    });
  }

  /** The act was done: the way back is closed. */
  commit({ id, request }) {
    this.rows(
      "UPDATE filed SET done = 1 WHERE id = ? AND state = 'spent' AND spent_by = ?",
      ...[id, request],
    );
  }

  /** One attempt was not done. If there was no other, the consent counts again. */
  release({ id, request, attempt }) {
    this.whole(() => {
      this.rows("DELETE FROM try WHERE filed = ? AND attempt = ?", id, attempt);
      if (this.#tries(id) > 0) return;
      this.rows(
        `UPDATE filed SET state = 'given', spent_by = NULL
         WHERE id = ? AND state = 'spent' AND spent_by = ? AND NOT done`,
        ...[id, request],
      );
    });
  }

  #tries(id) {
    return this.row("SELECT COUNT(*) AS tries FROM try WHERE filed = ?", id).tries;
  }

  clear(now) {
    const old = now - KEPT_SECONDS;
    this.rows(
      "DELETE FROM try WHERE filed IN (SELECT id FROM filed WHERE COALESCE(answered, at) <= ?)",
      old,
    );
    this.rows("DELETE FROM filed WHERE COALESCE(answered, at) <= ?", old);
    return this.row("SELECT 1 FROM filed LIMIT 1") === undefined;
  }
}

function told({ id, state, at, asked, by }) {
  return { id, state, at, asked: JSON.parse(asked), ...(by !== null && { by }) };
}

/** The gate's way to these objects. */
export class DurableApprovals {
  #tenants;

  /** @param {DurableObjectNamespace<ApprovalsKeeper>} tenants */
  constructor(tenants) {
    this.#tenants = tenants;
  }

  request({ tenant, ...filed }) {
    return this.#ask(tenant, (object) => object.request(filed));
  }

  pending({ tenant, now }) {
    return this.#ask(tenant, (object) => object.pending({ now }));
  }

  get({ tenant, id }) {
    return this.#ask(tenant, (object) => object.get({ id }));
  }

  answer({ tenant, ...answer }) {
    return objectOf(this.#tenants, tenant).answer(answer);
  }

  for({ tenant, ...wanted }) {
    return this.#ask(tenant, (object) => object.for(wanted));
  }

  /**
   * Spends a consent. It throws where it cannot tell.
   *
   * @param {import("keyrack/edge").Spent} spent
   * @returns {Promise<import("keyrack/edge").Consent>}
   */
  async spend({ tenant, id, request }) {
    const spent = { id, request, attempt: crypto.randomUUID() };
    const release = () => this.#ask(tenant, (object) => object.release(spent));
    let state;
    try {
      state = await this.#ask(tenant, (object) => object.spend(spent));
    } catch (error) {
      // Whether it heard is not known. What it may have spent is given back by its attempt.
      await Promise.allSettled([release()]);
      throw error;
    }
    if (state === "gone") return { state, commit() {}, release() {} };
    let open = true;
    const once = (work) => async () => {
      if (!open) return;
      open = false;
      await work();
    };
    const commit = () => this.#ask(tenant, (object) => object.commit(spent));
    return { state, commit: once(commit), release: once(release) };
  }

  #ask(tenant, work) {
    return askedOf(() => work(objectOf(this.#tenants, tenant)));
  }
}
