/** Keeps and signs one tenant's overlay. */

import { DurableObject } from "cloudflare:workers";

import { createSigner } from "../../signing.js";
import { unsignedOverlay } from "../overlay.js";

const FRESH_SECONDS = 60;
const KEEP_SECONDS = 30 * 86_400;
const MAX_TEXT = 256;
/** An issuer's clock may run ahead so far. A revocation of the future would shut a member out. */
const LEEWAY_SECONDS = 60;

const TABLES = `
  CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS revoked (
    member TEXT PRIMARY KEY, before INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS suspended (
    permission TEXT NOT NULL, member TEXT NOT NULL, since INTEGER, until INTEGER,
    PRIMARY KEY (permission, member)
  ) WITHOUT ROWID;
`;

/** What stands in the tables for everybody, or for every permission. */
const ALL = "";

/**
 * A Durable Object, one for each tenant. Bindings: `OVERLAY_KEY` (secret; an Ed25519 key pair as a
 * JWK, for overlays alone), `OVERLAY_FRESH_SECONDS` (60, or the word `never`) and
 * `OVERLAY_KEEP_SECONDS` (30 days; longer than any session lives).
 */
export class OverlayKeeper extends DurableObject {
  #sql;
  #signer;
  #fresh;
  #keep;
  /** The newest overlay that was signed, until something changes. */
  #signed;
  #changes = 0;

  constructor(context, env) {
    super(context, env);
    this.#sql = context.storage.sql;
    this.#sql.exec(TABLES);
    this.#signer = createSigner({ jwk: JSON.parse(env.OVERLAY_KEY), kinds: ["overlay"] });
    const fresh = env.OVERLAY_FRESH_SECONDS ?? FRESH_SECONDS;
    this.#fresh = fresh === "never" ? undefined : positive(fresh, "OVERLAY_FRESH_SECONDS");
    this.#keep = positive(env.OVERLAY_KEEP_SECONDS ?? KEEP_SECONDS, "OVERLAY_KEEP_SECONDS");
  }

  /** Unix seconds. */
  now() {
    return Math.floor(Date.now() / 1000);
  }

  /** Sign-ins of a member before an instant count no longer. A later instant stays. */
  revoke({ member, notBefore = this.now() }) {
    const before = Math.min(whole(notBefore, "notBefore"), this.now() + LEEWAY_SECONDS);
    this.#change(
      `INSERT INTO revoked VALUES (?, ?)
       ON CONFLICT (member) DO UPDATE SET before = max(before, excluded.before)`,
      named(member, "member"),
      before,
    );
  }

  /** Stops a member, a permission, or one permission of one member, while `from` ≤ now < `to`. */
  suspend({ member, permission, from, to }) {
    this.#change(
      "INSERT OR REPLACE INTO suspended VALUES (?, ?, ?, ?)",
      ...subject({ member, permission }),
      from === undefined ? null : whole(from, "from"),
      to === undefined ? null : whole(to, "to"),
    );
  }

  /** Takes a suspension back, the very one that was made; `false` if there is none. */
  lift({ member, permission }) {
    const removed = this.#change(
      "DELETE FROM suspended WHERE permission = ? AND member = ?",
      ...subject({ member, permission }),
    );
    return removed > 0;
  }

  /** What is revoked and suspended. */
  entries() {
    const revoked = this.#sql.exec("SELECT member, before FROM revoked ORDER BY member");
    const suspended = this.#sql
      .exec("SELECT * FROM suspended ORDER BY permission, member")
      .toArray()
      .map(suspension);
    return {
      sessionRevoked: revoked.toArray().map(({ member, before }) => ({ member, before })),
      memberSuspended: suspended.filter(({ permission }) => permission === undefined),
      operationSuspended: suspended.filter(({ permission }) => permission !== undefined),
    };
  }

  /**
   * The newest overlay, signed anew before it goes stale; `undefined` if the caller has it.
   *
   * @param {{ tenant: string, have?: number }} asked
   */
  async current({ tenant, have }) {
    this.#belong(named(tenant, "tenant"));
    while (this.#signed === undefined || this.now() >= this.#signed.renewed) {
      await this.#sign(tenant);
    }
    const { version, bytes } = this.#signed;
    return have === version ? undefined : { version, bytes };
  }

  async #sign(tenant) {
    const now = this.now();
    const changes = this.#changes;
    this.#prune(now);
    // Taken before anything is waited for, so that no two overlays have the same.
    const version = (this.#fact("version") ?? 0) + 1;
    this.#sql.exec("INSERT OR REPLACE INTO facts VALUES ('version', ?)", version);
    const freshUntil = this.#fresh === undefined ? undefined : now + this.#fresh;
    const overlay = { tenant, version, issued: now, freshUntil, ...this.entries() };
    // SECURITY: more than fits is not cut. Without a new overlay the last one goes stale, which
    // shuts what is sensitive for everybody, until entries end or are lifted.
    const bytes = await this.#signer(unsignedOverlay(overlay));
    const isNewest = changes === this.#changes && version > (this.#signed?.version ?? 0);
    const renewed = this.#fresh === undefined ? Infinity : now + this.#fresh / 4;
    if (isNewest) this.#signed = { version, bytes, renewed };
  }

  /** SECURITY: an object signs for the tenant that it first signed for, and for no other. */
  #belong(tenant) {
    const owner = this.#fact("tenant");
    if (owner === tenant) return;
    if (owner !== undefined) throw new Error("this overlay is another tenant's");
    this.#sql.exec("INSERT INTO facts VALUES ('tenant', ?)", tenant);
  }

  #fact(name) {
    return this.#sql.exec("SELECT value FROM facts WHERE name = ?", name).toArray()[0]?.value;
  }

  #change(statement, ...values) {
    this.#changes += 1;
    this.#signed = undefined;
    return this.#sql.exec(statement, ...values).rowsWritten;
  }

  /** Forgets what stops nobody any more. */
  #prune(now) {
    this.#sql.exec("DELETE FROM revoked WHERE before < ?", now - this.#keep);
    this.#sql.exec("DELETE FROM suspended WHERE until <= ?", now);
  }
}

function suspension({ permission, member, since, until }) {
  return {
    ...(member !== ALL && { member }),
    ...(permission !== ALL && { permission }),
    ...(since !== null && { from: since }),
    ...(until !== null && { to: until }),
  };
}

/** What a suspension is about, as the table's key. */
function subject({ member, permission }) {
  if (member === undefined && permission === undefined) {
    throw new TypeError("a suspension names a member or a permission");
  }
  return [
    permission === undefined ? ALL : named(permission, "permission"),
    member === undefined ? ALL : named(member, "member"),
  ];
}

function named(value, name) {
  const good = typeof value === "string" && value !== "" && value.length <= MAX_TEXT;
  if (!good || !value.isWellFormed()) throw new TypeError(`\`${name}\` is no name`);
  return value;
}

function whole(value, name) {
  if (!Number.isSafeInteger(value)) throw new TypeError(`\`${name}\` must be whole unix seconds`);
  return value;
}

function positive(value, name) {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new TypeError(`${name} is no duration`);
  return number;
}
