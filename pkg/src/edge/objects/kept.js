/** What the objects share: tables in SQLite, and an alarm that clears what nobody needs any more. */

import { DurableObject } from "cloudflare:workers";

const DAY = 24 * 60 * 60;
const HOUR_MS = 60 * 60 * 1000;

/** An object that keeps rows. Every step between two awaits is atomic; so is each transaction. */
export class Kept extends DurableObject {
  #sql;
  #hasAlarm = false;

  /** @param {string} schema statements that may run again */
  constructor(context, env, schema) {
    super(context, env);
    this.#sql = context.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS clock (one INTEGER PRIMARY KEY, ahead INTEGER NOT NULL)");
    this.#sql.exec(schema);
  }

  /** All rows of a statement. */
  rows(statement, ...values) {
    return this.#sql.exec(statement, ...values).toArray();
  }

  /** The first row of a statement, if there is one. */
  row(statement, ...values) {
    return this.rows(statement, ...values)[0];
  }

  /** All of the work, or nothing of it. */
  whole(work) {
    return this.ctx.storage.transactionSync(work);
  }

  /**
   * Clears old rows a day from now. The gate's clock is what rows are old by: it differs from this
   * machine's where a demo or a test lives on another day.
   *
   * @param {number} now unix seconds, as the gate has it
   */
  clearLater(now) {
    const ahead = now - Math.floor(Date.now() / 1000);
    const known = this.row("SELECT ahead FROM clock WHERE one = 1")?.ahead;
    if (known === undefined || Math.abs(known - ahead) > DAY / 24) {
      this.rows("INSERT OR REPLACE INTO clock (one, ahead) VALUES (1, ?)", ahead);
    }
    if (this.#hasAlarm) return;
    this.#hasAlarm = true;
    this.ctx.waitUntil(this.#setAlarm());
  }

  async #setAlarm() {
    const { storage } = this.ctx;
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + 24 * HOUR_MS);
  }

  /** The platform calls this. */
  async alarm() {
    const { ahead = 0 } = this.row("SELECT ahead FROM clock WHERE one = 1") ?? {};
    const isEmpty = this.whole(() => this.clear(Math.floor(Date.now() / 1000) + ahead));
    this.#hasAlarm = !isEmpty;
    if (!isEmpty) await this.ctx.storage.setAlarm(Date.now() + 24 * HOUR_MS);
  }
}

/** The object of a name. Names are made of parts, of which none can run into the next. */
export function objectOf(namespace, ...parts) {
  return namespace.get(namespace.idFromName(JSON.stringify(parts)));
}

/**
 * Asks an object, and once more where the platform says that this helps. What is asked has to be
 * the same when it is asked twice.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function asked(work) {
  try {
    return await work();
  } catch (error) {
    if (error?.retryable !== true || error.overloaded === true) throw error;
    return work();
  }
}
