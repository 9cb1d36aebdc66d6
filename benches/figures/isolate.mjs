/**
 * A cold start in workerd, seen from outside, since its own clock stands still while code runs: a
 * fresh server with nothing but one worker, until its first answer, by what the same takes with a
 * worker that does nothing.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { openPlace } from "../../www/worker/place.mjs";
import { figure } from "../measure/rounds.mjs";
import { IDLE as EMPTY } from "../report/names.mjs";
import { spentBy, startServer } from "../run/workerd.mjs";
import { givenFirst } from "./cold.mjs";

const workers = fileURLToPath(new URL("../cold/workers/", import.meta.url));
const FILES = { keyrack: "keyrack", casl: "casl", "cedar-wasm": "cedar", [EMPTY]: "empty" };
const NANOSECONDS = 1e6;

/** Nanoseconds: of processor beyond what the empty worker takes, and of the first request whole. */
export async function isolates({ rounds }) {
  const place = await openPlace();
  try {
    const folders = await prepare(place);
    const measured = Object.fromEntries(Object.keys(FILES).map((name) => [name, []]));
    for (let round = -1; round < rounds; round++) {
      for (const name of Object.keys(FILES)) {
        const told = await first(name, folders[name]);
        // The first of each fills the system's file cache.
        if (round >= 0) measured[name].push(told);
      }
    }
    const of = (what) =>
      Object.fromEntries(Object.keys(FILES).map((name) => [name, what(name)]));
    const request = (name) => figure(measured[name].map((told) => told.request * NANOSECONDS));
    return { processor: of((name) => beyond(measured, name)), request: of(request) };
  } finally {
    place.close();
  }
}

function beyond(measured, name) {
  const floor = (round) => (name === EMPTY ? 0 : measured[EMPTY][round].processor);
  const more = ({ processor }, round) => (processor - floor(round)) * NANOSECONDS;
  return figure(measured[name].map(more));
}

async function first(name, folder) {
  const server = await startServer(folder);
  try {
    const begun = performance.now();
    const answer = await fetch(server.url);
    const told = await answer.text();
    const request = performance.now() - begun;
    if (told !== "true") throw new Error(`${name}: the first decision is wrong: ${told}`);
    return { processor: await spentBy(server.pid), request };
  } finally {
    await server.stop();
  }
}

async function prepare(place) {
  const { signed, ...given } = await givenFirst();
  const folders = {};
  for (const [name, file] of Object.entries(FILES)) {
    const folder = place.at(file);
    await mkdir(folder);
    await build({
      entryPoints: [join(workers, `${file}.mjs`)],
      outfile: join(folder, "index.mjs"),
      bundle: true,
      minify: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      conditions: ["workerd", "worker", "browser"],
      external: ["./told.txt", "./snapshot.bin"],
      loader: { ".wasm": "copy" },
      assetNames: "[name]",
      ignoreAnnotations: true,
      logLevel: "warning",
    });
    await writeFile(join(folder, "told.txt"), JSON.stringify(given[name] ?? {}));
    await writeFile(join(folder, "snapshot.bin"), name === "keyrack" ? signed : "");
    folders[name] = folder;
  }
  return folders;
}
