/**
 * The package as it would be published: packed, looked at, installed into small applications, and
 * one suite in every runtime that there is. A runtime that is not there is named as skipped.
 *
 * node tests/packed/run.mjs        CHROMIUM names the browser, /usr/bin/chromium if unset
 */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { openPlace } from "../../www/worker/place.mjs";
import { checks } from "../worker/check.mjs";
import { inEdgeRuntime } from "./edge_light.mjs";
import { bundledPage, plainPage, vitePage, vitePageInDevelopment } from "./page.mjs";
import { install, pack, program } from "./place.mjs";
import { inWorkerd } from "./workerd.mjs";

const here = (name) => new URL(`../../${name}`, import.meta.url);
const { check, finish } = checks();
const place = await openPlace();
const { tarball, files } = await pack(place.path);

await check("the tarball holds what the manifest names, and nothing else", async () => {
  const { exports } = JSON.parse(await readFile(here("pkg/package.json"), "utf8"));
  const named = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.values(entry),
  );
  for (const name of named) assert.ok(files.includes(name.slice(2)), name);
  const besides = files.filter((name) => !/^(src|entry|types|gen)\//.test(name)).sort();
  assert.deepEqual(besides, ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"]);
});

await check("its licences are the project's", async () => {
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) {
    assert.equal(await readFile(here(`pkg/${name}`), "utf8"), await readFile(here(name), "utf8"));
  }
});

await check("publint --strict", async () => {
  assert.match(await program("publint", ["--strict", tarball], place.path), /All good!/);
});

await check("attw --profile esm-only", async () => {
  const form = ["--format", "ascii", "--no-color"];
  await program("attw", [tarball, "--profile", "esm-only", ...form], place.path);
});

/** npm's `deno` only picks one of these; not all of them can be had from every registry. */
const DENO = "../@deno/linux-x64-glibc/deno";

/** A program of npm that is there only where its makers publish it for the machine. */
const there = (name) => program(name, ["--version"], place.path).then(
  (text) => text.match(/\d+\.\d+\.\d+/)[0],
  () => undefined,
);
const always = (version) => async () => version;
const versionOf = (name) => async () =>
  JSON.parse(await readFile(here(`node_modules/${name}/package.json`), "utf8")).version;

const RUNTIMES = [
  ["Node", always(process.versions.node), (app) => program("node", ["main.mjs"], app)],
  ["workerd", versionOf("workerd"), inWorkerd],
  ["Chromium, plain modules", always(""), plainPage],
  ["Chromium, bundled by esbuild", versionOf("esbuild"), bundledPage],
  ["Chromium, built by Vite", versionOf("vite"), vitePage],
  ["… and served by Vite in development", always(""), vitePageInDevelopment],
  ["Deno", () => there(DENO), (app) => program(DENO, ["run", "--allow-read", "main.mjs"], app)],
  ["Bun", () => there("bun"), (app) => program("bun", ["main.mjs"], app)],
  ["Vercel's edge runtime", versionOf("@edge-runtime/vm"), inEdgeRuntime],
  ["… with keyrack/slicing", always(""), (app) => inEdgeRuntime(app, "edge-light-slicing.js")],
  ["… with keyrack/admin", always(""), (app) => inEdgeRuntime(app, "edge-light-admin.js")],
  ["… with keyrack/authzen", always(""), (app) => inEdgeRuntime(app, "edge-light-authzen.js")],
];

for (const [index, [name, find, work]] of RUNTIMES.entries()) {
  const version = await find();
  if (version === undefined) {
    console.log(`skipped ${name}: npm has no program of it for this machine`);
    continue;
  }
  await check(`${name} ${version}`.trim(), async () => {
    const text = await work(await install(place.at(`app${index}`), tarball));
    const [, passed, failed] = text.match(/^(\d+) passed, (\d+) failed$/m) ?? [];
    assert.ok(Number(passed) > 0 && Number(failed) === 0, text);
    return `${passed} tests`;
  });
}
place.close();
finish();
