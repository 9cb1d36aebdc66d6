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
    // Objects of before have no such column.
    const columns = this.#sql.exec("SELECT name FROM pragma_table_info('trusted')").toArray();
    if (!columns.some(({ name }) => name === "digest")) {
      this.#sql.exec("ALTER TABLE trusted ADD COLUMN digest TEXT");
    }
  }

  /** The newest version, the name of its bytes and its digest; `undefined` before the first. */
  least() {
    const [least] = this.#sql.exec("SELECT version, name, digest FROM trusted").toArray();
    return least && { ...least, digest: least.digest ?? undefined };
  }

  /**
   * Remembers a version that was verified. An older one changes nothing.
   *
   * @param {{ version: number, name: string, digest?: string }} trusted
   */
  raise({ version, name, digest = null }) {
    const isDigest = digest === null || typeof digest === "string";
    if (!Number.isSafeInteger(version) || typeof name !== "string" || !isDigest) {
      throw new TypeError("a version, a name and a digest are expected");
    }
    this.#sql.exec(
      `INSERT INTO trusted (one, version, name, digest) VALUES (1, ?, ?, ?)
       ON CONFLICT (one) DO UPDATE SET
         version = excluded.version, name = excluded.name, digest = excluded.digest
       WHERE excluded.version > version`,
      version,
      name,
      digest,
    );
  }

  /** For a publisher who went too far ahead, and has changed the key: trust begins anew. */
  forget() {
    this.#sql.exec("DELETE FROM trusted");
  }
}
