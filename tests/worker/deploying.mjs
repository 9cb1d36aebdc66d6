/** What `wrangler deploy` would send, made with its dry run, and then run as an account would. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { publish } from "keyrack/edge";
import { unstable_readConfig as readConfig } from "wrangler";

import { openPlace } from "../../www/worker/place.mjs";
import { createPublisher, signingKey } from "../../www/worker/provision.mjs";
import { dryRun, openAccount, openIssuer } from "./account.mjs";

// It cannot be imported here: its objects need the platform.
const entry = fileURLToPath(new URL("../../pkg/entry/edge/objects.js", import.meta.url));
const folder = fileURLToPath(new URL("../../www/worker/", import.meta.url));
const config = readConfig({ config: join(folder, "wrangler.jsonc") });

/** What an account is told with `wrangler secret put`, as the file lists it. */
const SECRETS = {
  OVERLAY_KEY: JSON.stringify(signingKey()),
  LOG_KEY: JSON.stringify(signingKey()),
  LOG_PSEUDONYM_KEYS: JSON.stringify([{ id: "1", key: randomBytes(32).toString("base64url") }]),
  SLICE_KEY: JSON.stringify(signingKey()),
  PDP_TOKEN: "p".repeat(32),
};

export const deploying = [
  [
    "the file binds every object once, with a migration, and nothing that is local or secret",
    async () => {
      const bound = config.durable_objects.bindings.map(({ class_name: name }) => name);
      const migrated = config.migrations.flatMap(({ new_sqlite_classes: names }) => names);
      const keepers = (await readFile(entry, "utf8")).match(/\b\w+Keeper\b/g);
      assert.deepEqual(bound.toSorted(), keepers.toSorted());
      assert.deepEqual(migrated.toSorted(), keepers.toSorted());
      const forbidden = ["LOCAL", "DEV_SIGNER", "DEMO_OFFSET", ...Object.keys(SECRETS)];
      for (const name of forbidden) assert.ok(!(name in config.vars), name);
      assert.equal(config.assets.run_worker_first, true);
    },
  ],
  [
    "the dry run's worker gates a store, on the real clock, with its issuer's keys from afar",
    async () => {
      const place = await openPlace();
      const issuer = await openIssuer(config.vars, "Ed25519");
      const publisher = await createPublisher("examples/atlas.toml", { expires: "never" });
      const { publicKey } = publisher;
      const keys = [{ publicKey, domains: ["snapshot"] }];
      let account;
      try {
        const printed = await dryRun(folder, place.path);
        const size = /gzip: ([\d.]+ KiB)/.exec(printed)[1];
        account = await openAccount({
          config,
          outdir: place.path,
          secrets: { ...SECRETS, SNAPSHOT_KEYS: JSON.stringify(keys) },
          world: (request) => issuer.answer(request) ?? new Response(null, { status: 404 }),
          assets: {
            directory: join(folder, config.assets.directory),
            binding: config.assets.binding,
            routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
          },
        });
        const { ask } = account;
        const orders = "/api/stores/zagreb-01/orders";
        const owner = await issuer.token("u_mirna");
        assert.equal((await ask(orders, owner))[0], 503);
        await publish({ kv: await account.kv("POLICY"), snapshot: publisher.snapshot });
        await new Promise((resolve) => setTimeout(resolve, 1000));
        const [status, { items }] = await ask(orders, owner);
        assert.equal(status, 200);
        assert.ok(items.length > 0);
        assert.equal((await ask(orders))[0], 401);
        assert.equal((await ask(orders, await issuer.token("u_nobody")))[0], 403);
        const post = { method: "POST", body: "{}" };
        assert.notEqual((await ask("/dev/token", undefined, post))[0], 200);
        const [, page] = await ask("/");
        assert.match(page, /<title>/);
        return `${size} gzip`;
      } finally {
        await account?.stop();
        publisher.close();
        place.close();
      }
    },
  ],
];
