/**
 * Serves the sample store in workerd on localhost; with `--check` plays its scripted day and stops.
 *
 * node www/worker/serve.mjs [--check] [--port 8787] [--persist FOLDER]
 */

import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { publish as put } from "keyrack/edge";
import { Miniflare } from "miniflare";

import { openDemo } from "./demo.mjs";
import { openPlace } from "./place.mjs";
import { play } from "./play.mjs";
import { createPublisher, publicHalf, signingKey } from "./provision.mjs";
import { site } from "./site.mjs";
import { printTable } from "./table.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The demo's day begins at 09:00 in Zagreb, whenever it is started. */
const DEMO_START = Date.parse("2026-03-02T08:00:00Z") / 1000;

/**
 * Starts the worker.
 *
 * @param {{ port?: number, policy?: "published" | "absent", isDemo?: boolean, persist?: string, bindings?: object }} [options]
 *   any free port if none is named; `isDemo`: with what the scripted day has around the worker;
 *   `persist`: a folder in which the objects' storage outlives the worker
 */
export async function start({
  port = 0,
  policy = "published",
  isDemo = false,
  persist,
  bindings,
} = {}) {
  const publisher = await createPublisher("examples/atlas.toml");
  // A place of its own, so that several can run beside each other.
  const place = await openPlace();
  const dist = place.path;
  await bundle(dist);
  const keys = [{ publicKey: publisher.publicKey, domains: ["snapshot", "overlay"] }];
  const kept = persist === undefined ? {} : await keptIn(resolve(persist));
  const plain = worker(dist, keys, { TENANT: "atlas", ...kept, ...bindings });
  const demo = isDemo ? openDemo(plain) : undefined;
  const store = {
    ...(demo?.options ?? plain),
    name: "store",
    assets: {
      directory: join(dist, "site"),
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
  };
  const decisions = demo && (await demo.decisions(join(dist, "decisions"), bundleWorker));
  const workers = decisions
    ? [{ ...store, serviceBindings: { DECISIONS: decisions.name } }, decisions]
    : [store];
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port,
    ...(persist !== undefined && { durableObjectsPersist: join(resolve(persist), "objects") }),
    workers,
  });
  const url = (await miniflare.ready).origin;
  const kv = await miniflare.getKVNamespace("POLICY");
  const publish = async (entries) => {
    const overlay = entries && (await publisher.overlay(entries));
    await put({ kv, snapshot: publisher.snapshot, overlay });
  };
  if (policy === "published") await publish();
  return {
    url,
    publish,
    demo: demo && { ...demo, stop: (entries) => demo.stop(miniflare, entries) },
    snapshot: publisher.snapshot,
    overlay: publisher.overlay,
    /** Puts any bytes where the worker reads, good or not. */
    put: (bytes) => put({ kv, ...bytes }),
    stop: async () => {
      await miniflare.dispose();
      publisher.close();
      place.close();
    },
  };
}

/** Keys of a developer's machine that belong to what its objects keep: a log goes on under its own. */
async function keptIn(folder) {
  const file = join(folder, "keys.json");
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  const { LOG_KEY, LOG_PSEUDONYM_KEYS } = worker(folder, []).bindings;
  const keys = { LOG_KEY, LOG_PSEUDONYM_KEYS };
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

/**
 * One worker, as it runs on a developer's machine.
 *
 * @param {string} dist where {@link bundle} has put it
 * @param {object[]} snapshotKeys whose policies it loads
 * @param {Record<string, string>} [bindings] more of them
 */
export function worker(dist, snapshotKeys, bindings) {
  const signer = signingKey();
  const logKey = signingKey();
  return {
    compatibilityDate: "2026-04-01",
    modulesRoot: dist,
    modules: [
      { type: "ESModule", path: join(dist, "index.mjs") },
      { type: "CompiledWasm", path: join(dist, "keyrack-slicing.wasm") },
    ],
    kvNamespaces: ["POLICY"],
    durableObjects: {
      APPROVALS: { className: "ApprovalsKeeper", useSQLite: true },
      LOG: { className: "LogKeeper", useSQLite: true },
      LEDGER: { className: "LedgerKeeper", useSQLite: true },
      PROOFS: { className: "ProofsKeeper", useSQLite: true },
    },
    bindings: {
      LOCAL: "1",
      DEMO_OFFSET: String(DEMO_START - Math.floor(Date.now() / 1000)),
      ISSUER: "https://id.atlas.example",
      AUDIENCE: "atlas-admin",
      ISSUER_JWKS: JSON.stringify({ keys: [publicHalf(signer)] }),
      DEV_SIGNER: JSON.stringify(signer),
      SLICE_KEY: JSON.stringify(signingKey()),
      SNAPSHOT_KEYS: JSON.stringify(snapshotKeys),
      MIN_VERSION: "1",
      // Every request looks for what was published: the scripted day does not wait.
      REFRESH_SECONDS: "0",
      LOG_KEY: JSON.stringify(logKey),
      LOG_PSEUDONYM_KEYS: JSON.stringify([{ id: "1", key: randomBytes(32).toString("base64url") }]),
      // The demo's own page shows who it was.
      LOG_IDS: "1",
      ...bindings,
    },
  };
}

/** One module for the worker, and the page with the package's own files beside it. */
export async function bundle(dist) {
  await bundleWorker(dist, { entryPoints: [join(root, "www/worker/index.mjs")] });
  await site(join(dist, "site"));
}

/**
 * One module for a worker, with the package in it, and the edge module beside it.
 *
 * @param {string} dist
 * @param {import("esbuild").BuildOptions} source
 */
export async function bundleWorker(dist, source) {
  await build({
    ...source,
    outfile: join(dist, "index.mjs"),
    bundle: true,
    external: ["cloudflare:*"],
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    // An entry of the package says where its module comes from, and is more than its exports.
    ignoreAnnotations: true,
    logLevel: "warning",
  });
}

async function main(wants) {
  const check = wants.includes("--check");
  const told = (name) => (wants.includes(name) ? wants[wants.indexOf(name) + 1] : undefined);
  const port = Number(told("--port") ?? (check ? 0 : 8787));
  const persist = told("--persist");
  const begun = performance.now();
  const server = await start({ port, persist, isDemo: true });
  if (!check) {
    console.log(`Atlas Outdoor is open: ${server.url}, and its shop: ${server.url}/shop/`);
    console.log(
      "The demo's clock begins on Monday, 2 March 2026, 09:00 in Zagreb. Stop it with Ctrl+C.",
    );
    return;
  }
  try {
    const failed = printTable(await play(server.url, server.demo));
    console.log(`A day at ${server.url} in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
