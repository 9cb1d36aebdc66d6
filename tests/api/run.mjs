/**
 * The reference in docs/api is what the types say, and pages lead where they say.
 *
 * node tests/api/run.mjs             compares
 * node tests/api/run.mjs --write     writes it anew
 */

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";

import { checks } from "../worker/check.mjs";
import { brokenLinks } from "./links.mjs";
import { pages } from "./pages.mjs";

const folder = new URL("../../docs/api/", import.meta.url);
const wanted = await pages();

if (process.argv.includes("--write")) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of wanted) await writeFile(new URL(name, folder), text);
  console.log(`docs/api: ${wanted.size} pages`);
} else {
  const { check, finish } = checks();
  await check("docs/api has a page for each entry, and no other", async () => {
    assert.deepEqual((await readdir(folder)).sort(), [...wanted.keys()].sort());
  });
  await check("every page is what the types say; `node tests/api/run.mjs --write` makes it so", async () => {
    for (const [name, text] of wanted) {
      assert.ok((await readFile(new URL(name, folder), "utf8")) === text, `${name} is stale`);
    }
  });
  await check("every link of README and docs leads to a file and a heading that is there", async () => {
    assert.deepEqual(await brokenLinks(), []);
  });
  finish();
}
