/** docs/from-casl.md: both programs answer the same; and both in one page, with what each takes. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { build } from "esbuild";

import { openPlace } from "../../www/worker/place.mjs";
import { command } from "../../www/worker/provision.mjs";
import { codeOf, openPage } from "./pages.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const code = await codeOf("from-casl.md");
const NOW = 1_780_000_000;
const ROUNDS = 200;

/** Both programs of the document, as modules that are run. */
async function programs() {
  const place = await openPlace();
  const keyrack = await command();
  const key = place.at("publisher.key");
  await run(keyrack, ["keygen", "-o", key]);
  await writeFile(place.at("policy.toml"), code("toml")[0]);
  await run(keyrack, ["compile", place.at("policy.toml"), "--key", key, "-o", place.at("snapshot")]);
  const given = {
    snapshot: new Uint8Array(await readFile(place.at("snapshot"))),
    keys: [{ publicKey: (await readFile(`${key}.pub`, "utf8")).trim() }],
    now: NOW,
  };
  globalThis.givenToDocument = given;
  const [casl, ours] = code("js");
  const head = "const { snapshot, keys, now } = globalThis.givenToDocument;\n";
  // Below the project, so that packages are found.
  const folder = join(root, "target/front");
  await mkdir(folder, { recursive: true });
  const written = await Promise.all(
    [casl, head + ours].map(async (source, at) => {
      const path = join(folder, `document-${process.pid}-${at}.mjs`);
      await writeFile(path, source);
      return path;
    }),
  );
  return { written, close: place.close };
}

const PAGE = `
import { AbilityBuilder, createMongoAbility, subject } from "@casl/ability";
import { createControls } from "keyrack/dom";
import { createLive } from "keyrack/live";
import { headers, keys, signIn } from "/session.js";
const live = globalThis.live = createLive({ url: "/me/slice", keys, headers, auth: () => signIn });
await live.refresh();
const names = Object.entries(live.session("zagreb-01").states());
const pick = (state, most) => names.filter(([, is]) => is === state).slice(0, most).map(([name]) => name);
const actions = [...pick("allowed", 6), ...pick("denied", 6)];
const { can, build } = new AbilityBuilder(createMongoAbility);
for (const [name, state] of names) {
  const [resource, ...action] = name.split(".");
  if (state !== "denied") can(action.join("."), resource, { store: "zagreb-01" });
}
const ability = build();
const rows = Array.from({ length: 50 }, (_, row) => actions.map((name) => ({ row, name })));
const table = (attribute) => {
  const body = document.createElement("div");
  for (const cells of rows) for (const { name } of cells) {
    const button = document.createElement("button");
    button.textContent = name;
    if (attribute) button.dataset.can = name;
    body.append(button);
  }
  return body;
};
const [ours, theirs] = [table(true), table(false)];
ours.dataset.scope = "zagreb-01";
const controls = createControls({ live, root: ours });
document.querySelector("main").append(ours, theirs);
const asks = {
  keyrack: () => { const session = live.session("zagreb-01"); return rows.flat().map(({ name }) => session.can(name)); },
  CASL: () => rows.flat().map(({ name }) => {
    const [resource, ...action] = name.split(".");
    return ability.can(action.join("."), subject(resource, { store: "zagreb-01" }));
  }),
};
const draws = {
  keyrack: () => live.reconsider(),
  CASL: () => asks.CASL().forEach((may, at) => { theirs.children[at].hidden = !may; }),
};
globalThis.answers = () => Object.values(asks).map((ask) => ask());
globalThis.drawn = () => [ours, theirs].map((body) => [...body.children].map((button) => button.checkVisibility()));
const median = (work, rounds) => {
  const took = Array.from({ length: rounds }, () => { const begun = performance.now(); for (let n = 0; n < 10; n++) work(); return (performance.now() - begun) / 10; });
  return took.sort((one, other) => one - other)[rounds >> 1];
};
globalThis.measure = (rounds) => Object.fromEntries(
  [["asking", asks], ["drawing", draws]].map(([what, by]) => [what, { keyrack: median(by.keyrack, rounds), CASL: median(by.CASL, rounds) }]));
globalThis.first = () => {
  ours.querySelectorAll("button").forEach((button) => button.removeAttribute("data-can"));
  return new Promise((resolve) => requestAnimationFrame(() => {
    ours.querySelectorAll("button").forEach((button) => { button.dataset.can = button.textContent; });
    const begun = performance.now();
    controls.refresh();
    resolve(performance.now() - begun);
  }));
};
globalThis.isReady = true;
`;

async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["browser"],
    external: ["/session.js"],
    logLevel: "error",
  });
  return outputFiles[0].text;
}

export const casl = (browser, server) => [
  [
    "docs/from-casl.md: CASL and Keyrack answer the same",
    async () => {
      const { written, close } = await programs();
      try {
        const [{ casl: theirs }, { keyrack: ours }] = await Promise.all(
          written.map((path) => import(pathToFileURL(path).href)),
        );
        const told = new Set();
        for (const action of ["view", "refund", "cancel"]) {
          for (const store of ["paris-01", "lyon-01"]) {
            for (const amount of [1, 10_000, 10_001]) {
              for (const currency of ["EUR", "CHF"]) {
                const order = { store, amount, currency };
                const may = theirs(action, order);
                assert.equal(ours(action, order), may, JSON.stringify([action, order]));
                told.add(`${action} ${may}`);
              }
            }
          }
        }
        const both = ["cancel false", "refund false", "refund true", "view true"];
        assert.deepEqual([...told].sort(), both);
      } finally {
        await Promise.all(written.map((path) => rm(path)));
        close();
      }
    },
  ],
  [
    "a page of 50 rows and 12 actions, beside CASL",
    async () => {
      const html = `<!doctype html><html lang="en"><title>Rows</title><main></main>
        <script type="module" src="/keyrack/entry/app.js"></script></html>`;
      const files = { "page.html": html, "keyrack/entry/app.js": await bundled(PAGE) };
      const page = await openPage(browser, server, "u_marko", files);
      await page.opened();
      await page.waitForFunction(() => globalThis.isReady);
      const [ours, theirs] = await page.evaluate(() => globalThis.answers());
      assert.equal(ours.length, 600);
      assert.deepEqual(ours, theirs);
      await page.evaluate((rounds) => globalThis.measure(rounds), 20);
      const took = await page.evaluate((rounds) => globalThis.measure(rounds), ROUNDS);
      const [drawn, hidden] = await page.evaluate(() => globalThis.drawn());
      assert.deepEqual(drawn, hidden);
      const first = await page.evaluate(() => globalThis.first());
      assert.deepEqual(page.errors, []);
      await page.context().close();
      const parts = Object.entries(took).map(([what, { keyrack, CASL }]) => {
        const times = (CASL / keyrack).toFixed(1);
        return `${what} ${keyrack.toFixed(3)} ms, CASL ${CASL.toFixed(3)} ms (× ${times})`;
      });
      return `${parts.join("; ")}; first drawing ${first.toFixed(1)} ms`;
    },
  ],
];
