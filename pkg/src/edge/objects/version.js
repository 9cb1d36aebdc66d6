/** Remembers the newest policy version of one tenant that any isolate has trusted. */

import { DurableObject } from "cloudflare:workers";

const TABLES = `
  CREATE TABLE IF NOT EXISTS trusted (
    one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, name TEXT NOT NULL
  );
`;

/** A Durable Object, one for each tenant. What it has once seen, no isolate goes below. */
export class VersionKeeper extends DurableObject {
  #sql;

  constructor(context, env) {
    super(context, env);
    this.#sql = context.storage.sql;
    this.#sql.exec(TABLES);
  }

  /** The newest version and the name of its bytes; `undefined` before the first. */
  least() {
    return this.#sql.exec("SELECT version, name FROM trusted").toArray()[0];
  }

  /**
   * Remembers a version that was verified. An older one changes nothing.
   *
   * @param {{ version: number, name: string }} trusted
   */
  raise({ version, name }) {
    if (!Number.isSafeInteger(version) || typeof name !== "string") {
      throw new TypeError("a version and a name are expected");
    }
    this.#sql.exec(
      `INSERT INTO trusted VALUES (1, ?, ?)
       ON CONFLICT (one) DO UPDATE SET version = excluded.version, name = excluded.name
       WHERE excluded.version > version`,
      version,
      name,
    );
  }

  /** For a publisher who went too far ahead, and has changed the key: trust begins anew. */
  forget() {
    this.#sql.exec("DELETE FROM trusted");
  }
}
