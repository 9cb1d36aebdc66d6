/** Keeps one tenant's decision log: chains its records and signs checkpoints over them. */

import { DurableObject } from "cloudflare:workers";

import { chain, createCheckpoint, emptyLog } from "../log/chain.js";

const DAY_SECONDS = 86_400;
const MAX_PAGE = 1000;

const TABLES = `
  CREATE TABLE IF NOT EXISTS chain (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    tenant TEXT NOT NULL, sequence INTEGER NOT NULL, head TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS records (sequence INTEGER PRIMARY KEY, line TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS checkpoints (
    sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, line TEXT NOT NULL
  );
`;

/**
 * A Durable Object, one for each tenant. Bindings: `LOG_KEY` (secret; an Ed25519 key pair as a JWK,
 * for logs alone), `LOG_CHECKPOINT_RECORDS` (100) and `LOG_CHECKPOINT_SECONDS` (60), whichever comes
 * first, and `LOG_KEEP_SECONDS` (a year; or the word `never` to delete nothing).
 */
export class LogKeeper extends DurableObject {
  #storage;
  #sql;
  #sign;
  #every;
  #within;
  #keep;
  /** The last piece of work on the chain: each waits for the one before. */
  #turn = Promise.resolve();

  constructor(context, env) {
    super(context, env);
    this.#storage = context.storage;
    this.#sql = context.storage.sql;
    this.#sql.exec(TABLES);
    this.#sign = createCheckpoint({ jwk: keyOf(env.LOG_KEY) });
    this.#every = positive(env.LOG_CHECKPOINT_RECORDS ?? 100, "LOG_CHECKPOINT_RECORDS");
    this.#within = positive(env.LOG_CHECKPOINT_SECONDS ?? 60, "LOG_CHECKPOINT_SECONDS");
    const { LOG_KEEP_SECONDS: keep = 365 * DAY_SECONDS } = env;
    this.#keep = keep === "never" ? undefined : positive(keep, "LOG_KEEP_SECONDS");
  }

  /** Unix seconds. */
  now() {
    return Math.floor(Date.now() / 1000);
  }

  /**
   * Adds records to the end, all or none.
   *
   * @param {{ tenant: string, records: object[] }} added
   */
  append({ tenant, records }) {
    return this.#alone(async () => {
      const { lines, end } = await chain(await this.#end(tenant), records);
      const first = end.sequence - lines.length + 1;
      this.#storage.transactionSync(() => {
        for (const [at, line] of lines.entries()) {
          this.#sql.exec("INSERT INTO records VALUES (?, ?)", first + at, line);
        }
        const { sequence, head } = end;
        this.#sql.exec("INSERT OR REPLACE INTO chain VALUES (1, ?, ?, ?)", tenant, sequence, head);
      });
      await this.#finish(end);
    });
  }

  /** Signs what no checkpoint covers yet; gives the number of the last record. */
  seal() {
    return this.#alone(async () => {
      await this.#seal();
      await this.#wake();
      return this.#stored()?.sequence ?? 0;
    });
  }

  /**
   * Lines as they were written, each checkpoint after the record that it covers. Where earlier
   * records were deleted, the first page begins with the checkpoint over them.
   *
   * @param {{ after?: number, upTo: number, most?: number }} wanted
   * @returns {{ lines: string[], after: number }} and after which record to go on
   */
  page({ after = 0, upTo, most = MAX_PAGE }) {
    const rows = this.#sql
      .exec(
        "SELECT sequence, line FROM records WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?",
        after,
        upTo,
        Math.min(most, MAX_PAGE),
      )
      .toArray();
    const last = rows.at(-1)?.sequence ?? after;
    const checkpoints = this.#sql
      .exec(
        "SELECT sequence, line FROM checkpoints WHERE sequence > ? AND sequence <= ?",
        after,
        last,
      )
      .toArray();
    const over = new Map(checkpoints.map(({ sequence, line }) => [sequence, line]));
    const before = over.get((rows[0]?.sequence ?? 0) - 1);
    const lines = rows.flatMap(({ sequence, line }) =>
      over.has(sequence) ? [line, over.get(sequence)] : [line],
    );
    return { lines: before === undefined ? lines : [before, ...lines], after: last };
  }

  /** The newest records, the newest first. */
  newest(most = MAX_PAGE) {
    return this.#sql
      .exec("SELECT line FROM records ORDER BY sequence DESC LIMIT ?", Math.min(most, MAX_PAGE))
      .toArray()
      .map(({ line }) => JSON.parse(line).record);
  }

  /** Signs by time, and deletes what is older than it may be. Where it fails, it is called again. */
  alarm() {
    return this.#alone(async () => {
      await this.#seal();
      if (this.#keep !== undefined) this.#prune(this.now() - this.#keep);
      await this.#wake();
    });
  }

  /** Nothing comes between reading the end of the chain and writing the next. */
  #alone(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #stored() {
    return this.#sql.exec("SELECT tenant, sequence, head FROM chain").toArray()[0];
  }

  /** SECURITY: an object keeps the log of the tenant that it first kept, and of no other. */
  async #end(tenant) {
    const end = this.#stored() ?? (await emptyLog(tenant));
    if (end.tenant !== tenant) throw new Error("this log is another tenant's");
    return end;
  }

  /** The last record that a checkpoint covers. */
  #sealed() {
    return this.#sql.exec("SELECT max(sequence) AS last FROM checkpoints").one().last ?? 0;
  }

  async #seal() {
    const end = this.#stored();
    if (end === undefined || end.sequence === this.#sealed()) return;
    const time = this.now();
    const line = await this.#sign(end, time);
    this.#sql.exec("INSERT INTO checkpoints VALUES (?, ?, ?)", end.sequence, time, line);
  }

  /** The records are written already: whatever fails here is made up for by the next, or the alarm. */
  async #finish(end) {
    try {
      await this.#wake();
      if (end.sequence - this.#sealed() >= this.#every) await this.#seal();
    } catch (error) {
      console.error("log: no checkpoint:", error.message);
    }
  }

  /** Deletes records up to the last checkpoint that is older; that one stays, to begin after. */
  #prune(before) {
    const cut = this.#sql
      .exec("SELECT max(sequence) AS last FROM checkpoints WHERE time < ?", before)
      .one().last;
    if (cut === null) return;
    this.#storage.transactionSync(() => {
      this.#sql.exec("DELETE FROM records WHERE sequence <= ?", cut);
      this.#sql.exec("DELETE FROM checkpoints WHERE sequence < ?", cut);
    });
  }

  /** Sets the alarm for what is due first. */
  async #wake() {
    const due = [];
    const sealed = this.#sealed();
    if ((this.#stored()?.sequence ?? 0) > sealed) due.push(this.now() + this.#within);
    // The checkpoint at the cut stays for good: it alone is no reason to wake.
    const [oldest] = this.#sql
      .exec(
        "SELECT min(time) AS time FROM checkpoints WHERE sequence >= (SELECT min(sequence) FROM records)",
      )
      .toArray();
    if (this.#keep !== undefined && oldest?.time !== null) due.push(oldest.time + this.#keep + 1);
    if (due.length === 0) return;
    const next = Math.min(...due) * 1000;
    const set = await this.#storage.getAlarm();
    if (set === null || set > next) await this.#storage.setAlarm(next);
  }
}

/** SECURITY: what is wrong with a secret is not told in its own words. */
function keyOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError("LOG_KEY is no JWK");
  }
}

function positive(value, name) {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new TypeError(`${name} is no number`);
  return number;
}
