/** The beginnings of bodies: whole, whatever they are made of and wherever they are read. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";

import { openPlace } from "../../www/worker/place.mjs";
import { bundleWorker } from "../../www/worker/serve.mjs";
import { readAll, readBroken } from "./bodies.mjs";
import { quiet } from "./quiet.mjs";

function holds({ wrong, count, ends }) {
  assert.deepEqual(wrong, []);
  assert.ok(count > 300);
  assert.deepEqual(ends, Array(6).fill("store_failed"), "what breaks off is never whole");
  return `${count} bodies`;
}

export const heads = [
  [
    "a body is read whole up to its bound, and the rest behind it, in this process",
    async () => holds({ ...(await readAll()), ends: await quiet(readBroken) }),
  ],
  [
    "a body is read whole up to its bound, and the rest behind it, in workerd",
    async () => {
      const place = await openPlace();
      const path = fileURLToPath(new URL("bodies.mjs", import.meta.url));
      await bundleWorker(place.path, { entryPoints: [path] });
      const miniflare = new Miniflare({
        ...{ compatibilityDate: "2026-04-01", modulesRoot: place.path },
        modules: [{ type: "ESModule", path: join(place.path, "index.mjs") }],
        handleRuntimeStdio() {},
      });
      try {
        const answer = await miniflare.dispatchFetch("https://store.example/");
        return holds(await answer.json());
      } finally {
        await miniflare.dispose();
        place.close();
      }
    },
  ],
];
