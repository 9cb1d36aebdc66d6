/** The worker of this folder in two isolates that share objects, before a store that outlives it. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { importJWK, SignJWT } from "jose";
import { publish } from "keyrack/edge";
import { Miniflare } from "miniflare";

import { openPlace } from "../../../www/worker/place.mjs";
import { createPublisher, publicHalf, signingKey } from "../../../www/worker/provision.mjs";
import { bundleWorker } from "../../../www/worker/serve.mjs";
import { openStore } from "./store.mjs";

const run = promisify(execFile);
const HOSTS = ["one", "two"];
const DOWN = "the ledger is down";
const trust = { ISSUER: "https://id.shop.example", AUDIENCE: "shop" };

/** Noon in Zagreb, 2 March 2026; tests count seconds from here. */
const NOON = Date.parse("2026-03-02T11:00:00Z") / 1000;

let made;

/** What does not change between starts: the bundle, the policy, the keys. */
async function basis() {
  made ??= (async () => {
    const { path } = await openPlace();
    const entry = fileURLToPath(new URL("worker.mjs", import.meta.url));
    await bundleWorker(path, { entryPoints: [entry] });
    const publisher = await createPublisher("tests/worker/till/policy.toml");
    publisher.close();
    const signer = signingKey();
    return { path, publisher, signer, key: await importJWK(signer, "Ed25519") };
  })();
  return made;
}

/** An access token, signed as the issuer signs it. */
async function token(member, { at, signedIn = NOON - 3600, acr = "a2", amr, session = `s-${member}` }) {
  const { key, signer } = await basis();
  return new SignJWT({ client_id: "till", sid: session, auth_time: signedIn, acr, amr })
    .setProtectedHeader({ alg: "Ed25519", typ: "at+jwt", kid: signer.kid })
    .setIssuer(trust.ISSUER)
    .setAudience(trust.AUDIENCE)
    .setSubject(member)
    .setJti(crypto.randomUUID())
    .setIssuedAt(at)
    .setExpirationTime(at + 300)
    .sign(key);
}

/**
 * Starts the worker.
 *
 * @param {object} options
 * @param {Awaited<ReturnType<typeof openStore>>} options.store
 * @param {string} options.storage a folder
 * @param {Record<string, string>} [options.bindings]
 */
async function openWorker({ store, storage, bindings }) {
  const { path, publisher, signer } = await basis();
  const before = await workerdsOf(process.pid);
  const objects = (where) => ({
    APPROVALS: { className: "ApprovalsKeeper", useSQLite: true, ...where },
    LEDGER: { className: "LedgerKeeper", useSQLite: true, ...where },
    PROOFS: { className: "ProofsKeeper", useSQLite: true, ...where },
  });
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    // What goes wrong here is meant to.
    handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.resume()),
    kvPersist: join(storage, "kv"),
    durableObjectsPersist: join(storage, "objects"),
    workers: HOSTS.map((name, at) => ({
      name,
      compatibilityDate: "2026-04-01",
      modulesRoot: path,
      modules: [
        { type: "ESModule", path: join(path, "index.mjs") },
        { type: "CompiledWasm", path: join(path, "keyrack.wasm") },
      ],
      routes: [`${name}.example/*`],
      kvNamespaces: { POLICY: "policies" },
      durableObjects: objects(at > 0 && { scriptName: HOSTS[0] }),
      bindings: {
        ...trust,
        LOCAL: "1",
        ISSUER_JWKS: JSON.stringify({ keys: [publicHalf(signer)] }),
        SNAPSHOT_KEYS: JSON.stringify([{ publicKey: publisher.publicKey }]),
        STORE: store.url,
        ...bindings,
      },
    })),
  });
  await miniflare.ready;
  const started = (await workerdsOf(process.pid)).filter((pid) => !before.includes(pid));
  const kv = await miniflare.getKVNamespace("POLICY", HOSTS[0]);
  await publish({ kv, snapshot: publisher.snapshot });
  return { miniflare, started, kv };
}

/** Opens a till on storage of its own, and closes it whatever comes of the work. */
export async function withTill(work, options = {}) {
  const place = await openPlace();
  const store = await openStore();
  let worker = await openWorker({ store, storage: place.path, ...options });

  /** A request of a member's; `at` counts from noon. */
  const send = async (member, method, path, body, facts = {}) => {
    const { at = 0, host = HOSTS[0], key, cites, signal, ...sign } = facts;
    const now = NOON + at;
    const headers = {
      authorization: `Bearer ${await token(member, { at: now, ...sign })}`,
      "x-dev-now": String(now),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": key }),
      ...(cites !== undefined && { "x-keyrack-approval": cites }),
    };
    const answer = await worker.miniflare.dispatchFetch(`http://${host}.example${path}`, {
      method,
      headers,
      signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const data = await answer.json();
    return { status: answer.status, code: data.code ?? "allow", data };
  };

  const till = {
    store,
    noon: NOON,
    send,
    refund: (member, order, amount, { currency = "EUR", ...facts } = {}) =>
      send(member, "POST", `/orders/${order}/refund`, { amount, currency }, facts),

    /** Challenges a member, answers with a new sign-in, and gives the facts of that session. */
    async verified(member, { at = 0, ...facts } = {}) {
      const asked = await till.refund(member, "o-0", 1, { at: at - 2, ...facts });
      if (asked.code !== "step_up_required") throw new Error(`no challenge: ${asked.code}`);
      return { ...facts, at, signedIn: NOON + at - 1 };
    },

    /** A request as it is. */
    worker: (path, init) => worker.miniflare.dispatchFetch(`http://one.example${path}`, init),

    answer: (member, id, wish, facts) =>
      send(member, "POST", `/approvals/${id}`, { answer: wish }, facts),

    /** What a budget's accounts have used, and what is open. */
    async report(budget) {
      return (await till.object("LEDGER", ["shop", budget])).report();
    },

    async object(binding, name) {
      const namespace = await worker.miniflare.getDurableObjectNamespace(binding, HOSTS[0]);
      return namespace.get(namespace.idFromName(JSON.stringify(name)));
    },

    /** @param {"deaf" | "mute" | undefined} how */
    ledgerIs: (how) => (how ? worker.kv.put(DOWN, how) : worker.kv.delete(DOWN)),

    /** Ends the server at once, in the middle of whatever it does. */
    async kill() {
      for (const pid of worker.started) process.kill(pid, "SIGKILL");
      await worker.miniflare.dispose().catch(() => {});
    },
    async reopen(more) {
      worker = await openWorker({ store, storage: place.path, ...options, ...more });
    },
  };
  try {
    return await work(till);
  } finally {
    await worker.miniflare.dispose().catch(() => {});
    await store.close();
    place.close();
  }
}

/** The servers that a process has started. */
async function workerdsOf(pid) {
  const found = await run("pgrep", ["-P", String(pid), "workerd"]).catch(() => ({ stdout: "" }));
  return found.stdout.split("\n").filter(Boolean).map(Number);
}
