/** The real worker in workerd with its objects, as deployed: on the real clock, nothing local. */

import { randomBytes } from "node:crypto";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { publish } from "keyrack/edge";
import { Miniflare } from "miniflare";

import { createIssuer } from "../../www/worker/issuer.mjs";
import { openPlace } from "../../www/worker/place.mjs";
import { signingKey } from "../../www/worker/provision.mjs";
import { bundleWorker, worker } from "../../www/worker/serve.mjs";

const run = promisify(execFile);
const HOSTS = ["one", "two"];
/** As breakable.mjs reads it. */
const OFF = "the overlay store is down";

/** Unix seconds. */
export const clock = () => Math.floor(Date.now() / 1000);

const entry = fileURLToPath(new URL("breakable.mjs", import.meta.url));
let bundled;

/** The bundle is made once, for all that follows. */
async function dist() {
  bundled ??= openPlace().then(async ({ path }) => {
    await bundleWorker(path, { entryPoints: [entry] });
    return path;
  });
  return bundled;
}

/**
 * Starts two workers that share KV and objects and nothing else: two isolates.
 *
 * @param {object} options
 * @param {object[]} options.keys of the publisher
 * @param {string} [options.storage] a folder that outlives this process
 * @param {Record<string, string>} [options.bindings]
 * @param {object} [options.secrets] of a former start on the same storage
 */
export async function openShop({ keys, storage, bindings, secrets = makeSecrets() }) {
  const before = await workerdsOf(process.pid);
  const one = worker(await dist(), keys, {
    LOCAL: "0",
    TENANT: "shop",
    REFRESH_SECONDS: "0",
    ...secrets,
    ...bindings,
  });
  const { ISSUER: issuer, AUDIENCE: audience, DEV_SIGNER: jwk } = one.bindings;
  const issue = createIssuer({ issuer, audience, jwk: JSON.parse(jwk) });
  const objects = {
    ...one.durableObjects,
    OVERLAY: { className: "OverlayKeeper", useSQLite: true },
    VERSION: { className: "VersionKeeper", useSQLite: true },
  };
  const elsewhere = Object.entries(objects).map(([binding, object]) => [
    binding,
    { ...object, scriptName: HOSTS[0] },
  ]);
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    ...(storage && {
      kvPersist: join(storage, "kv"),
      durableObjectsPersist: join(storage, "objects"),
    }),
    workers: HOSTS.map((name, place) => ({
      ...one,
      name,
      kvNamespaces: { POLICY: "policies" },
      routes: [`${name}.example/*`],
      durableObjects: place === 0 ? objects : Object.fromEntries(elsewhere),
    })),
  });
  await miniflare.ready;
  const started = (await workerdsOf(process.pid)).filter((pid) => !before.includes(pid));
  const kv = await miniflare.getKVNamespace("POLICY", HOSTS[0]);
  const stub = async (binding) => {
    const namespace = await miniflare.getDurableObjectNamespace(binding, HOSTS[0]);
    return namespace.get(namespace.idFromName("shop"));
  };
  return {
    kv,
    secrets,
    overlay: () => stub("OVERLAY"),
    trusted: () => stub("VERSION"),
    publish: (snapshot) => publish({ kv, snapshot }),

    /** Switches the overlay store off, or on again. */
    overlayDown: (isDown) =>
      isDown ? kv.put(OFF, "yes") : kv.delete(OFF),

    /** What an isolate answers to a question: the decision, or the status of what is none. */
    async ask(question, host = HOSTS[0], signal = undefined) {
      const answer = await miniflare.dispatchFetch(`http://${host}.example/pdp/decide`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${secrets.PDP_TOKEN}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ scope: "shop", now: clock(), ...question }),
        signal,
      });
      if (answer.status !== 200) return { status: answer.status, ...(await answer.json()) };
      return answer.json();
    },

    /** What an isolate answers to any request. */
    send: (path, init, host = HOSTS[0]) =>
      miniflare.dispatchFetch(`http://${host}.example${path}`, init),

    /** What an isolate answers to a member who has signed in half a minute ago. */
    async call(member, method, path, body, host = HOSTS[0]) {
      const now = clock();
      const facts = { member, acr: "atlas:otp", session: member, signedInAt: now - 30 };
      const headers = { authorization: `Bearer ${await issue(facts, now)}` };
      if (body !== undefined) headers["content-type"] = "application/json";
      const answer = await miniflare.dispatchFetch(`http://${host}.example${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return [answer.status, await answer.json()];
    },

    /** Ends the server at once, in the middle of whatever it does. */
    async kill() {
      for (const pid of started) process.kill(pid, "SIGKILL");
      await miniflare.dispose().catch(() => {});
    },
    stop: () => miniflare.dispose(),
  };
}

function makeSecrets() {
  return {
    PDP_TOKEN: randomBytes(32).toString("base64url"),
    OVERLAY_KEY: JSON.stringify(signingKey()),
  };
}

/** The servers that a process has started. */
async function workerdsOf(pid) {
  const found = await run("pgrep", ["-P", String(pid), "workerd"]).catch(() => ({ stdout: "" }));
  return found.stdout.split("\n").filter(Boolean).map(Number);
}
