/**
 * The policies of the acceptance cells in workerd: a worker and a KV namespace for each, as a host
 * deploys them for tenants that know nothing of each other.
 */

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

import { Miniflare } from "miniflare";

import { publish } from "../../pkg/src/edge/publish.js";
import { openPlace } from "../../www/worker/place.mjs";
import { bundle, worker } from "../../www/worker/serve.mjs";

const CELL_COUNT = 562;

/** A file that `cargo run --example export_cells -- target/js/cells` wrote. */
const file = (name) => readFile(new URL(`../../target/js/cells/${name}`, import.meta.url));

/** The cells, with the key and the moment to load their policies with. */
export async function readCells() {
  const cells = JSON.parse(await file("cells.json"));
  if (cells.length !== CELL_COUNT) throw new Error(`${cells.length} cells, not ${CELL_COUNT}`);
  const { publicKey, loadAt } = JSON.parse(await file("key.json"));
  const key = Buffer.from(publicKey, "hex").toString("base64url");
  return { cells, loadAt, keys: [{ publicKey: key }] };
}

/** A cell's snapshot and overlay. */
export async function policyOf({ snapshot, overlay }) {
  return {
    snapshot: new Uint8Array(await file(snapshot)),
    overlay: new Uint8Array(await file(overlay)),
  };
}

/**
 * Starts a worker for each policy and publishes it there.
 *
 * @returns what asks the worker of a cell's policy over HTTP
 */
export async function openTenants({ cells, keys, loadAt }) {
  const token = randomBytes(32).toString("base64url");
  const place = await openPlace();
  await bundle(place.path);
  const policies = new Map(cells.map((cell) => [nameOf(cell), cell]));
  const options = worker(place.path, keys, { PDP_TOKEN: token });
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    workers: [...policies.keys()].map((name) => ({
      ...options,
      name,
      kvNamespaces: { POLICY: name },
      routes: [`${name}.example/*`],
    })),
  });
  const stop = async () => {
    await miniflare.dispose();
    place.close();
  };
  try {
    await miniflare.ready;
    for (const [name, cell] of policies) {
      const kv = await miniflare.getKVNamespace("POLICY", name);
      await publish({ kv, ...(await policyOf(cell)) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    token,
    stop,

    /** Sends a request to the worker of this cell's policy. */
    send: (cell, path, { headers, ...init } = {}) =>
      miniflare.dispatchFetch(`http://${nameOf(cell)}.example${path}`, {
        ...init,
        headers: { "x-dev-now": String(loadAt), "content-type": "application/json", ...headers },
      }),
  };
}

const nameOf = ({ snapshot }) =>
  snapshot
    .replace(/\.snapshot$/, "")
    .replaceAll(/[^\w-]/g, "-")
    .toLowerCase();
