/** The worker of the quick start, in workerd. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";

import { openPlace } from "../../www/worker/place.mjs";
import { bundleWorker, worker } from "../../www/worker/serve.mjs";
import { block } from "./blocks.mjs";

/**
 * Starts it.
 *
 * @param {Uint8Array} snapshot what is published
 * @param {string} publisherKey
 */
export async function startWorker(snapshot, publisherKey) {
  const place = await openPlace();
  const resolveDir = fileURLToPath(new URL(".", import.meta.url));
  await bundleWorker(place.path, { stdin: { contents: block("worker"), resolveDir } });
  const miniflare = new Miniflare({
    ...worker(place.path, []),
    host: "127.0.0.1",
    modules: [
      { type: "ESModule", path: join(place.path, "index.mjs") },
      { type: "CompiledWasm", path: join(place.path, "keyrack.wasm") },
    ],
    kvNamespaces: ["POLICIES"],
    bindings: { PUBLISHER_KEY: publisherKey },
  });
  const stop = async () => {
    await miniflare.dispose();
    place.close();
  };
  try {
    const url = await miniflare.ready;
    await (await miniflare.getKVNamespace("POLICIES")).put("snapshot", snapshot);
    return { ask: (headers) => fetch(url, { headers }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
