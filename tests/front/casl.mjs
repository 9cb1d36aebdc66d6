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
// Everything from nothing: what a page costs when its first answer comes.
const anew = {
  keyrack: () => {
    const begun = performance.now();
    for (const button of ours.children) button.dataset.can = button.textContent;
    controls.refresh();
    return performance.now() - begun;
  },
  CASL: () => {
    const begun = performance.now();
    const ability = build();
    rows.flat().forEach(({ name }, at) => {
      const [resource, ...action] = name.split(".");
      theirs.children[at].hidden = !ability.can(action.join("."), subject(resource, { store: "zagreb-01" }));
    });
    return performance.now() - begun;
  },
};
const undone = () => {
  for (const button of ours.children) button.removeAttribute("data-can");
  for (const button of theirs.children) button.hidden = false;
  return new Promise(requestAnimationFrame);
};
globalThis.first = async (rounds) => {
  const took = { keyrack: [], CASL: [] };
  for (let round = 0; round < rounds; round += 1) {
    await undone();
    for (const [who, times] of Object.entries(took)) times.push(anew[who]());
  }
  return Object.fromEntries(
    Object.entries(took).map(([who, times]) => [who, times.sort((one, other) => one - other)[rounds >> 1]]));
};
globalThis.isReady = true;
`;

/** The same page in React: a component for each cell, which asks by a hook. */
const REACT = `
import { AbilityBuilder, createMongoAbility, subject } from "@casl/ability";
import { createContext, memo, useContext, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { createLive } from "keyrack/live";
import { KeyrackProvider, useCan } from "keyrack/react";
import { headers, keys, signIn } from "/session.js";
const at = "zagreb-01";
const live = createLive({ url: "/me/slice", keys, headers, auth: () => signIn, everyMs: 600_000 });
await live.refresh();
const all = Object.entries(live.session(at).states());
const pick = (state) => all.filter(([, is]) => is === state).slice(0, 6).map(([name]) => name);
const actions = [...pick("allowed"), ...pick("denied")];
const { can, rules, build } = new AbilityBuilder(createMongoAbility);
const split = (name) => [name.slice(name.indexOf(".") + 1), name.slice(0, name.indexOf("."))];
for (const [name, state] of all) if (state === "allowed") can(...split(name), { store: at });
const ability = build();
const Ability = createContext(ability);
// As CASL's own hook: it listens to the ability, and its rules are what may be new.
function useAbility() {
  const ability = useContext(Ability);
  useSyncExternalStore((told) => ability.on("updated", told), () => ability.rules);
  return ability;
}
const renders = { keyrack: 0, CASL: 0 };
const Ours = memo(function Ours({ name }) {
  renders.keyrack += 1;
  return <i hidden={!useCan(name, at)}>{name}</i>;
});
const Theirs = memo(function Theirs({ name }) {
  renders.CASL += 1;
  const [action, type] = split(name);
  return <i hidden={!useAbility().can(action, subject(type, { store: at }))}>{name}</i>;
});
const cells = (Cell) => Array.from({ length: 50 }, (_, row) =>
  actions.map((name) => <Cell key={row + name} name={name} />));
const [ours, theirs] = [document.createElement("div"), document.createElement("div")];
document.querySelector("main").append(ours, theirs);
flushSync(() => {
  createRoot(ours).render(<KeyrackProvider live={live}>{cells(Ours)}</KeyrackProvider>);
  createRoot(theirs).render(<Ability.Provider value={ability}>{cells(Theirs)}</Ability.Provider>);
});
globalThis.drawn = () => [ours, theirs].map((body) => [...body.children].map((cell) => cell.checkVisibility()));
// News that change nothing here, as most do.
const news = {
  keyrack: () => flushSync(() => live.reconsider()),
  CASL: () => flushSync(() => ability.update([...rules])),
};
globalThis.measure = (rounds) => {
  const took = { keyrack: [], CASL: [] };
  const before = { ...renders };
  for (let round = 0; round < rounds; round += 1) for (const [who, times] of Object.entries(took)) {
    const begun = performance.now();
    for (let n = 0; n < 10; n += 1) news[who]();
    times.push((performance.now() - begun) / 10);
  }
  const of = (who) => ({
    ms: took[who].sort((one, other) => one - other)[rounds >> 1],
    renders: (renders[who] - before[who]) / rounds / 10,
  });
  return { keyrack: of("keyrack"), CASL: of("CASL") };
};
globalThis.isReady = true;
`;

async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "jsx" },
    jsx: "automatic",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
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
      took["first drawing"] = await page.evaluate((rounds) => globalThis.first(rounds), 21);
      assert.deepEqual(...(await page.evaluate(() => globalThis.drawn())));
      assert.deepEqual(page.errors, []);
      await page.context().close();
      const parts = Object.entries(took).map(([what, { keyrack, CASL }]) => {
        const times = (CASL / keyrack).toFixed(1);
        return `${what} ${keyrack.toFixed(3)} ms, CASL ${CASL.toFixed(3)} ms (× ${times})`;
      });
      return parts.join("; ");
    },
  ],
  [
    "600 components in React that hear of news, beside CASL's hook",
    async () => {
      const html = `<!doctype html><html lang="en"><title>Rows</title><main></main>
        <script type="module" src="/keyrack/entry/app.js"></script></html>`;
      const files = { "page.html": html, "keyrack/entry/app.js": await bundled(REACT) };
      const page = await openPage(browser, server, "u_marko", files);
      await page.opened();
      await page.waitForFunction(() => globalThis.isReady);
      const [ours, theirs] = await page.evaluate(() => globalThis.drawn());
      assert.equal(ours.filter(Boolean).length, 300);
      assert.deepEqual(ours, theirs);
      await page.evaluate(() => globalThis.measure(10));
      const { keyrack, CASL } = await page.evaluate(() => globalThis.measure(50));
      assert.deepEqual(...(await page.evaluate(() => globalThis.drawn())));
      assert.equal(keyrack.renders, 0, "something rendered that has not changed");
      assert.deepEqual(page.errors, []);
      await page.context().close();
      const times = (CASL.ms / keyrack.ms).toFixed(1);
      const rendered = `${keyrack.renders} and ${CASL.renders} renders`;
      return `${keyrack.ms.toFixed(3)} ms, CASL ${CASL.ms.toFixed(3)} ms (× ${times}); ${rendered}`;
    },
  ],
];
