/** What `wrangler deploy` would send, made with its dry run, and then run as an account would. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { publish } from "keyrack/edge";
import { Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";

import { openPlace } from "../../www/worker/place.mjs";
import { createPublisher, signingKey } from "../../www/worker/provision.mjs";

const run = promisify(execFile);
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

/** The dry run's files. */
async function dryRun(outdir) {
  const quiet = { WRANGLER_SEND_METRICS: "false", CI: "1", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
  const words = ["wrangler", "deploy", "--dry-run", "--outdir", outdir];
  const { stdout } = await run("npx", words, { cwd: folder, env: { ...process.env, ...quiet } });
  return stdout;
}

/** An issuer whose keys are somewhere in the world. */
async function openIssuer() {
  const { privateKey, publicKey } = await generateKeyPair("Ed25519");
  const keys = [{ ...(await exportJWK(publicKey)), kid: "k", alg: "Ed25519" }];
  const now = Math.floor(Date.now() / 1000);
  return {
    keys,
    token: (member) =>
      new SignJWT({ client_id: "c", sid: "s", auth_time: now - 60, acr: "atlas:otp" })
        .setProtectedHeader({ alg: "Ed25519", typ: "at+jwt", kid: "k" })
        .setIssuer(config.vars.ISSUER)
        .setAudience(config.vars.AUDIENCE)
        .setSubject(member)
        .setJti(crypto.randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + 300)
        .sign(privateKey),
  };
}

/** Runs what was made, with nothing but what the file and the secrets say. */
function account(outdir, files, issuer, publicKey) {
  const snapshotKeys = JSON.stringify([{ publicKey, domains: ["snapshot"] }]);
  return new Miniflare({
    name: config.name,
    host: "127.0.0.1",
    compatibilityDate: config.compatibility_date,
    modulesRoot: outdir,
    modules: files.map((file) => ({
      type: file.endsWith(".wasm") ? "CompiledWasm" : "ESModule",
      path: join(outdir, file),
    })),
    kvNamespaces: config.kv_namespaces.map(({ binding }) => binding),
    durableObjects: Object.fromEntries(
      config.durable_objects.bindings.map(({ name, class_name: className }) => [
        name,
        { className, useSQLite: true },
      ]),
    ),
    assets: {
      directory: join(folder, config.assets.directory),
      binding: config.assets.binding,
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
    bindings: { ...config.vars, ...SECRETS, SNAPSHOT_KEYS: snapshotKeys },
    outboundService: (request) =>
      request.url === config.vars.ISSUER_JWKS_URL
        ? Response.json({ keys: issuer.keys })
        : new Response(null, { status: 404 }),
  });
}

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
      const issuer = await openIssuer();
      const publisher = await createPublisher("examples/atlas.toml", { expires: "never" });
      let miniflare;
      try {
        const printed = await dryRun(place.path);
        assert.match(printed, /--dry-run: exiting now/);
        const size = /gzip: ([\d.]+ KiB)/.exec(printed)[1];
        const files = (await readdir(place.path)).filter((name) => /\.(js|wasm)$/.test(name));
        assert.deepEqual(files.map((name) => name.split(".").at(-1)).toSorted(), ["js", "wasm"]);
        files.sort();
        files.reverse();
        miniflare = account(place.path, files, issuer, publisher.publicKey);
        const url = (await miniflare.ready).origin;
        const ask = async (path, token, init = {}) => {
          const headers = token && { authorization: `Bearer ${token}` };
          const answer = await fetch(url + path, { headers, ...init });
          const isJson = /json/.test(answer.headers.get("content-type"));
          return [answer.status, isJson ? await answer.json() : await answer.text()];
        };
        const orders = "/api/stores/zagreb-01/orders";
        const owner = await issuer.token("u_mirna");
        assert.equal((await ask(orders, owner))[0], 503);
        const kv = await miniflare.getKVNamespace("POLICY");
        await publish({ kv, snapshot: publisher.snapshot });
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
        await miniflare?.dispose();
        publisher.close();
        place.close();
      }
    },
  ],
];
