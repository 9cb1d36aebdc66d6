/**
 * Budgets that survive a crash: an object for each tenant and budget, in which each holder,
 * currency and window has an account. What is reserved counts from that moment on, and until
 * somebody releases it. Where the worker dies in between, nobody can tell whether the act was done;
 * so it stays counted until its window ends, and the request may be repeated under its id.
 */

import { duesOf, fits, isSame } from "../budgets.js";
import { asked, Kept, objectOf } from "./kept.js";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY, amount INTEGER NOT NULL, count INTEGER NOT NULL, until INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS hold (
    id TEXT PRIMARY KEY, digest TEXT NOT NULL, dues TEXT NOT NULL, at INTEGER NOT NULL,
    until INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS try (
    hold TEXT NOT NULL, attempt TEXT NOT NULL, PRIMARY KEY (hold, attempt)
  ) WITHOUT ROWID;
`;

/** From this age on, in seconds, nobody is still on the way with a hold: no store may take so long. */
const ORPHANED_SECONDS = 10 * 60;

/** One budget of one tenant. */
export class LedgerKeeper extends Kept {
  constructor(context, env) {
    super(context, env, SCHEMA);
  }

  /**
   * Takes all dues or none of them. The same attempt twice is one.
   *
   * @param {{ id: string, attempt: string, digest: string, dues: object[], now: number }} wanted
   * @returns {"held" | "repeated" | "exceeded" | "reused"}
   */
  reserve(wanted) {
    const state = this.whole(() => this.#reserve(wanted));
    this.clearLater(wanted.now);
    return state;
  }

  #reserve({ id, attempt, digest, dues, now }) {
    const known = this.row("SELECT digest, dues, done FROM hold WHERE id = ?", id);
    if (known !== undefined) {
      const of = { digest: known.digest, dues: JSON.parse(known.dues) };
      if (!isSame(of, { digest, dues })) return "reused";
      this.rows("INSERT OR IGNORE INTO try (hold, attempt) VALUES (?, ?)", id, attempt);
      return known.done || this.#tries(id) > 1 ? "repeated" : "held";
    }
    if (!dues.every((due) => fits(this.#used(due.account), due))) return "exceeded";
    for (const due of dues) this.#add(due);
    const until = Math.max(...dues.map((due) => due.until));
    this.rows(
      "INSERT INTO hold (id, digest, dues, at, until) VALUES (?, ?, ?, ?, ?)",
      ...[id, digest, JSON.stringify(dues), now, until],
    );
    this.rows("INSERT INTO try (hold, attempt) VALUES (?, ?)", id, attempt);
    return "held";
  }

  /** It was done, and counts for good. */
  commit({ id }) {
    this.rows("UPDATE hold SET done = 1 WHERE id = ?", id);
  }

  /** One attempt was not done. If there was no other, nothing was. */
  release({ id, attempt }) {
    this.whole(() => {
      this.rows("DELETE FROM try WHERE hold = ? AND attempt = ?", id, attempt);
      const hold = this.row("SELECT dues, done FROM hold WHERE id = ?", id);
      if (hold !== undefined && !hold.done && this.#tries(id) === 0) this.#free(id, hold);
    });
  }

  /**
   * What people found out about a hold that nobody settled: it was done, or it was not.
   *
   * @returns {boolean} false if there is none, or if somebody may still be on the way with it
   */
  settle({ id, isDone, now }) {
    return this.whole(() => {
      const hold = this.row("SELECT dues, at FROM hold WHERE id = ? AND NOT done", id);
      if (hold === undefined || now < hold.at + ORPHANED_SECONDS) return false;
      if (isDone) this.commit({ id });
      else this.#free(id, hold);
      return true;
    });
  }

  #free(id, { dues }) {
    for (const { account, amount } of JSON.parse(dues)) {
      this.rows(
        "UPDATE account SET amount = amount - ?, count = count - 1 WHERE name = ?",
        ...[amount, account],
      );
    }
    this.rows("DELETE FROM try WHERE hold = ?", id);
    this.rows("DELETE FROM hold WHERE id = ?", id);
  }

  /** What is used, and what of it nobody has settled: for people who look into it. */
  report() {
    return {
      accounts: this.rows("SELECT name, amount, count FROM account ORDER BY name"),
      open: this.rows("SELECT id, at, dues FROM hold WHERE NOT done ORDER BY at").map(
        ({ id, at, dues }) => ({ id, at, dues: JSON.parse(dues) }),
      ),
    };
  }

  #used(account) {
    const used = this.row("SELECT amount, count FROM account WHERE name = ?", account);
    return used ?? { amount: 0, count: 0 };
  }

  #add({ account, amount, until }) {
    this.rows(
      `INSERT INTO account (name, amount, count, until) VALUES (?, ?, 1, ?)
       ON CONFLICT (name) DO UPDATE SET amount = amount + excluded.amount, count = count + 1`,
      ...[account, amount, until],
    );
  }

  #tries(id) {
    return this.row("SELECT COUNT(*) AS tries FROM try WHERE hold = ?", id).tries;
  }

  clear(now) {
    this.rows("DELETE FROM try WHERE hold IN (SELECT id FROM hold WHERE until <= ?)", now);
    this.rows("DELETE FROM hold WHERE until <= ?", now);
    this.rows("DELETE FROM account WHERE until <= ?", now);
    return this.row("SELECT 1 FROM account LIMIT 1") === undefined;
  }
}

/** The gate's way to these objects. */
export class DurableLedger {
  #budgets;

  /** @param {DurableObjectNamespace<LedgerKeeper>} budgets */
  constructor(budgets) {
    this.#budgets = budgets;
  }

  /**
   * Takes what an allow must reserve, all of it or nothing. It throws where it cannot tell.
   *
   * @param {import("keyrack/edge").Reservation} wanted
   * @returns {Promise<import("keyrack/edge").Hold>}
   */
  async reserve({ id, tenant, obligations, now, digest = "" }) {
    const attempt = crypto.randomUUID();
    const held = [];
    let state = "held";
    try {
      for (const [budget, dues] of byBudget(duesOf(obligations))) {
        const ask = (work) => asked(() => work(objectOf(this.#budgets, tenant, budget)));
        held.push(ask);
        // One after the other, for everybody in the same order.
        const got = await ask((object) => object.reserve({ id, attempt, digest, dues, now }));
        if (got !== "held") state = got;
        if (got === "exceeded" || got === "reused") break;
      }
    } catch (error) {
      // Whether the last one heard is not known. What it may hold is given back by its attempt.
      await Promise.allSettled(held.map((ask) => ask((object) => object.release({ id, attempt }))));
      throw error;
    }
    let open = true;
    const settle = async (work) => {
      if (!open) return;
      open = false;
      await Promise.all(held.map((ask) => ask(work)));
    };
    const release = () => settle((object) => object.release({ id, attempt }));
    if (state !== "exceeded" && state !== "reused") {
      return { state, release, commit: () => settle((object) => object.commit({ id })) };
    }
    await release();
    return { state, commit() {}, release() {} };
  }

  /** What a budget's accounts have used, and the holds that nobody settled. */
  report({ tenant, budget }) {
    return asked(() => objectOf(this.#budgets, tenant, budget).report());
  }

  /** Settles a hold that nobody settled, when the store's books tell whether it was done. */
  settle({ tenant, budget, id, isDone, now }) {
    return objectOf(this.#budgets, tenant, budget).settle({ id, isDone, now });
  }
}

/** Dues by the object that keeps them, in order. */
function byBudget(dues) {
  const groups = new Map();
  for (const due of dues) groups.set(due.budget, [...(groups.get(due.budget) ?? []), due]);
  return groups;
}
