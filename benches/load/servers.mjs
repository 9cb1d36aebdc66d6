/** The workers that are measured, each in a server of its own, and the tokens for them. */

import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { publish } from "keyrack/edge";
import { Miniflare } from "miniflare";

import { openPlace } from "../../www/worker/place.mjs";
import { createPublisher, publicHalf, signingKey } from "../../www/worker/provision.mjs";
import { bundleWorker } from "../../www/worker/serve.mjs";
import { LISTED } from "./store.mjs";
import { AUDIENCE, DAY, ISSUER, tokensOf } from "./tokens.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

const TENANT = "atlas";

const KEEPERS = {
  APPROVALS: "ApprovalsKeeper",
  LEDGER: "LedgerKeeper",
  LOG: "LogKeeper",
  OVERLAY: "OverlayKeeper",
  PROOFS: "ProofsKeeper",
  VERSION: "VersionKeeper",
};

/** How long a slow store takes, in milliseconds. */
export const WAIT = "10";

const KEYRACK = { entry: "keyrack", module: "keyrack.wasm", isKeyrack: true };

/** What is measured: the file of a worker, and what it gets beyond what all get. */
const WORKERS = {
  ungated: { entry: "ungated" },
  keyrack: KEYRACK,
  cedar: { entry: "cedar", module: "cedar_wasm_bg.wasm" },
  "cedar-masked": { entry: "cedar", module: "cedar_wasm_bg.wasm", bindings: { MASKS: "1" } },
  token: { entry: "token" },
  // The same with the store in a worker of its own, as an API that is there already is.
  "ungated-apart": { entry: "ungated", isApart: true },
  "keyrack-apart": { ...KEYRACK, isApart: true },
  // The same with a store that takes its time, as one with a database behind it does.
  "ungated-slow": { entry: "ungated", bindings: { WAIT } },
  "keyrack-slow": { ...KEYRACK, bindings: { WAIT } },
  // And that takes as long again to say what a decision wants to know of records.
  "keyrack-slow-facts": { ...KEYRACK, bindings: { WAIT, FACTS_WAIT: WAIT } },
};

export const NAMES = Object.keys(WORKERS);

/**
 * Starts those workers that are named.
 *
 * @param {string[]} [names]
 * @param {number} [orders] of each store
 */
export async function startAll(names = NAMES, orders = LISTED) {
  const signer = signingKey();
  const publisher = await createPublisher("examples/atlas.toml");
  const offset = DAY - Math.floor(Date.now() / 1000);
  const bindings = {
    LOCAL: "1",
    ORDERS: String(orders),
    DEMO_OFFSET: String(offset),
    ISSUER,
    AUDIENCE,
    TENANT,
    ISSUER_JWKS: JSON.stringify({ keys: [publicHalf(signer)] }),
    OVERLAY_KEY: JSON.stringify(signingKey()),
    LOG_KEY: JSON.stringify(signingKey()),
    LOG_PSEUDONYM_KEYS: JSON.stringify([{ id: "1", key: randomBytes(32).toString("base64url") }]),
    CEDAR_POLICIES: await readFile(join(here, "policies.cedar"), "utf8"),
  };
  const overlay = { publicKey: JSON.parse(bindings.OVERLAY_KEY).x, domains: ["overlay"] };
  const snapshot = { publicKey: publisher.publicKey, domains: ["snapshot"] };
  bindings.POLICY_KEYS = JSON.stringify([snapshot, overlay]);
  const servers = {};
  const stop = async () => {
    for (const server of Object.values(servers)) await server.stop();
    publisher.close();
  };
  try {
    for (const name of names) servers[name] = await start(WORKERS[name], bindings, publisher);
    return { servers, tokens: await tokensOf(signer), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start({ entry, module, isKeyrack, isApart, ...more }, bindings, { snapshot }) {
  const places = [await openPlace(), ...(isApart ? [await openPlace()] : [])];
  const [place, apart] = places;
  const before = await children();
  await bundleWorker(place.path, { entryPoints: [join(here, "workers", `${entry}.mjs`)] });
  const one = {
    ...workerIn(place, module),
    // The worker's own socket: what a developer's machine has before it is not measured.
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    bindings: { ...bindings, ...more.bindings },
    ...(isApart && { serviceBindings: { STORE: "store" } }),
    ...(isKeyrack && {
      kvNamespaces: ["POLICY"],
      durableObjects: Object.fromEntries(
        Object.entries(KEEPERS).map(([name, className]) => [name, { className, useSQLite: true }]),
      ),
    }),
  };
  if (isApart) {
    await bundleWorker(apart.path, { entryPoints: [join(here, "workers/ungated.mjs")] });
  }
  const miniflare = new Miniflare({
    workers: [
      { name: "measured", ...one },
      ...(isApart ? [{ name: "store", ...workerIn(apart), bindings }] : []),
    ],
  });
  const stop = async () => {
    await miniflare.dispose();
    for (const { close } of places) close();
  };
  try {
    await miniflare.ready;
    if (isKeyrack) {
      const kv = await miniflare.getKVNamespace("POLICY", "measured");
      await publish({ kv, snapshot });
    }
    const url = await miniflare.unsafeGetDirectURL("measured");
    const [pid] = (await children()).filter((child) => !before.includes(child));
    return { url: url.origin, stop, processorSeconds: () => processorSeconds(pid) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A worker as {@link bundleWorker} has put it somewhere, with its module if it has one. */
const workerIn = (place, module) => ({
  compatibilityDate: "2026-04-01",
  modulesRoot: place.path,
  modules: [
    { type: "ESModule", path: place.at("index.mjs") },
    ...(module === undefined ? [] : [{ type: "CompiledWasm", path: place.at(module) }]),
  ],
});

/** The servers that this process has started; none where the system does not tell. */
async function children() {
  const threads = await readdir("/proc/self/task").catch(() => []);
  const lists = threads.map((thread) => told(`/proc/self/task/${thread}/children`));
  const all = (await Promise.all(lists)).flatMap((list) => list.split(" ").filter(Boolean));
  const named = await Promise.all(all.map(async (pid) => [pid, await told(`/proc/${pid}/comm`)]));
  return named.filter(([, name]) => name.startsWith("workerd")).map(([pid]) => pid);
}

const told = (path) => readFile(path, "utf8").catch(() => "");

const TICKS_PER_SECOND = 100;

/** What a process has used of the processors; `undefined` where the system does not tell. */
async function processorSeconds(pid) {
  if (pid === undefined) return undefined;
  const text = await told(`/proc/${pid}/stat`);
  // After the name, which is in brackets and may hold anything.
  const [user, system] = text.slice(text.lastIndexOf(")") + 2).split(" ").slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}
