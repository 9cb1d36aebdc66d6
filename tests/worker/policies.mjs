/** Small signed policies of any tenant and version, and a KV that can be late, old and broken. */

import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

import { openPlace } from "../../www/worker/place.mjs";
import { command } from "../../www/worker/provision.mjs";

const run = promisify(execFile);

/**
 * One store. Ana views orders, cancels them (`sensitive`), marks them as paid (`funds`), and may
 * stop others; Ben views.
 */
const policyOf = (tenant, pad) => `
[policy]
tenant = "${tenant}"
version = 1
issued = "2026-01-01T00:00:00Z"
expires = "never"
profile = "delegated"

[[scopes]]
id = "${tenant}"
kind = "tenant"

[levels]
amr = { pwd = 1, otp = 2, hwk = 3 }

[[members]]
id = "olivia"
kind = "owner"
rank = 9
second_factor = true

[[members]]
id = "ana"
kind = "employee"
rank = 2
second_factor = true

[[members]]
id = "ben"
kind = "employee"
rank = 1
second_factor = true
${pad}
[[assignments]]
member = "ana"
permissions = [
  "order.view", "order.cancel", "order.mark_paid", "catalog.view",
  "staff.suspend", "operation.suspend", "staff.session.revoke",
]
scopes = ["${tenant}"]
conditions.limits = [{ permission = "order.mark_paid", currency = "EUR", max = 100_000 }]

[[assignments]]
member = "ben"
permissions = ["order.view"]
scopes = ["${tenant}"]
`;

/** A key, and what is signed under it. */
export async function createSigner() {
  const keyrack = await command();
  const { at, close } = await openPlace();
  const key = at("publisher.key");
  await run(keyrack, ["keygen", "-o", key]);
  const publicKey = (await readFile(`${key}.pub`, "utf8")).trim();
  let files = 0;
  const made = async (extension, content, words) => {
    files += 1;
    const [from, to] = [at(`${files}.${extension}`), at(`${files}.bytes`)];
    await writeFile(from, content);
    await run(keyrack, [words[0], from, "--key", key, "-o", to, ...words.slice(1)]);
    return new Uint8Array(await readFile(to));
  };
  return {
    keys: [{ publicKey }],
    close,

    /** A snapshot; with `members` more of them, so that it is larger, and `more` of a document. */
    snapshot: (tenant, version, { expires = "never", members = 0, more = "" } = {}) => {
      const pad = Array.from(
        { length: members },
        (_, number) =>
          `[[members]]\nid = "m${number}"\nkind = "employee"\nrank = 1\nsecond_factor = true\n`,
      );
      const words = ["compile", "--version", String(version), "--expires", expires];
      return made("toml", policyOf(tenant, pad.join("")) + more, words);
    },

    /** An overlay as `keyrack overlay` writes it. */
    overlay: (overlay) => made("json", JSON.stringify(overlay), ["overlay"]),
  };
}

/** KV in memory, as a worker sees it. */
export class FakeKv {
  #values = new Map();
  gets = [];
  /** The `cacheTtl` of each, where there is one. */
  kept = [];
  /** What happens before each answer; throws where KV is down. */
  before = async () => {};

  async put(name, value) {
    this.#values.set(name, value);
  }

  async delete(name) {
    this.#values.delete(name);
  }

  async get(name, how) {
    const { type, cacheTtl } = typeof how === "string" ? { type: how } : how;
    this.gets.push(name);
    if (cacheTtl !== undefined) this.kept.push([name, cacheTtl]);
    const value = this.#values.get(name) ?? null;
    await this.before(name);
    if (value === null) return null;
    if (type === "json") return JSON.parse(value);
    return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
  }
}
