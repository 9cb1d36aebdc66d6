/** Objects that were made by an older version of the package, on their storage. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";

import { openPlace } from "../../www/worker/place.mjs";
import { bundleWorker } from "../../www/worker/serve.mjs";

const entry = fileURLToPath(new URL("../../pkg/entry/edge/objects.js", import.meta.url));

/** As it was before it kept digests. */
const OLD_VERSION_KEEPER = `
  import { DurableObject } from "cloudflare:workers";

  export class VersionKeeper extends DurableObject {
    #sql;

    constructor(context, env) {
      super(context, env);
      this.#sql = context.storage.sql;
      this.#sql.exec(\`
        CREATE TABLE IF NOT EXISTS trusted (
          one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, name TEXT NOT NULL
        );
      \`);
    }

    raise({ version, name }) {
      this.#sql.exec("INSERT INTO trusted VALUES (1, ?, ?)", version, name);
    }
  }

  export default {};
`;

/** Opens the object of today, or of another source, on storage that outlives the server. */
async function onStorage(work) {
  const place = await openPlace();
  let miniflare;
  const open = async (contents = `export * from "${entry}"; export default {};`) => {
    await miniflare?.dispose();
    await bundleWorker(place.path, { stdin: { contents, resolveDir: place.path } });
    miniflare = new Miniflare({
      compatibilityDate: "2026-04-01",
      modules: [{ type: "ESModule", path: place.at("index.mjs") }],
      modulesRoot: place.path,
      durableObjects: { VERSION: { className: "VersionKeeper", useSQLite: true } },
      durableObjectsPersist: place.at("objects"),
    });
    const namespace = await miniflare.getDurableObjectNamespace("VERSION");
    return namespace.get(namespace.idFromName("shop"));
  };
  try {
    return await work(open);
  } finally {
    await miniflare?.dispose();
    place.close();
  }
}

/** What it remembers, and no more than that. */
async function least(keeper) {
  const { version, name, digest } = await keeper.least();
  return { version, name, digest };
}

export const upgrading = [
  [
    "a trusted version that was kept without a digest stands, and the next one is kept with its own",
    () =>
      onStorage(async (open) => {
        await (await open(OLD_VERSION_KEEPER)).raise({ version: 7, name: "seven" });
        const keeper = await open();
        assert.deepEqual(await least(keeper), { version: 7, name: "seven", digest: undefined });
        await keeper.raise({ version: 6, name: "six", digest: "d6" });
        await keeper.raise({ version: 7, name: "other", digest: "d7" });
        assert.equal((await least(keeper)).name, "seven", "nothing newer has come");
        const eight = { version: 8, name: "eight", digest: "d8" };
        await keeper.raise(eight);
        assert.deepEqual(await least(keeper), eight);
        assert.deepEqual(await least(await open()), eight, "upgraded once, and kept");
      }),
  ],
];
