/** What docs/load.md shows: measured in one go, kept in figures.json, written between its markers. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { between } from "../report/write.mjs";
import { summary } from "./report.mjs";
import { openLoad } from "./run.mjs";
import { NAMES, WAIT } from "./servers.mjs";
import { blocks, KINDS } from "./words.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const STORED = here("figures.json");
const PAGE = here("../../docs/load.md");
const COMMAND = "load";

const CONNECTIONS = 16;
const LOOK_MS = 3000;
const ALL = { rounds: 7, seconds: 1.5, warm: 3 };
const ONE = { rounds: 5, seconds: 1, warm: 1 };

/** What a run stands for. */
export function aboutThis() {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`;
  return { machine, node: process.version, wait: Number(WAIT) };
}

/** Some four minutes. */
export async function measurePage() {
  const busy = await busyProcessors();
  const how = { connections: CONNECTIONS, orders: 50 };
  const seldom = { connections: CONNECTIONS, orders: 1000 };
  const found = { all: undefined, kinds: {}, slowReads: undefined, seldom: undefined };
  await opened(NAMES, how, async ({ run }) => {
    const told = { ...aboutThis(), rounds: ALL.rounds, seconds: ALL.seconds, ...how };
    found.all = summary(await run(NAMES, ALL), told);
    for (const kind of Object.keys(KINDS)) {
      found.kinds[kind] = summary(await run(["ungated", "keyrack"], { ...ONE, kind }));
    }
    const slow = { ...ONE, seconds: 1.5, kind: "read" };
    found.slowReads = summary(await run(["ungated-slow", "keyrack-slow"], slow));
  });
  await opened(["ungated", "keyrack"], seldom, async ({ run }) => {
    const reads = { ...ONE, kind: "read" };
    found.seldom = summary(await run(["ungated", "keyrack"], reads));
  });
  const { stdout } = await promisify(execFile)(process.execPath, [here("steps.mjs")]);
  const day = new Date().toISOString().slice(0, 10);
  const about = { ...aboutThis(), day, busy, ...(await engine()) };
  const figures = { about, ...found, steps: JSON.parse(stdout) };
  await writeFile(STORED, `${JSON.stringify(figures, undefined, 1)}\n`);
  return figures;
}

export const storedPage = async () => JSON.parse(await readFile(STORED, "utf8"));

export async function writePage(figures) {
  let text = await readFile(PAGE, "utf8");
  for (const [name, parts] of Object.entries(blocks(figures))) {
    text = between(text, parts.join("\n\n"), name, COMMAND);
  }
  await writeFile(PAGE, text);
}

async function opened(names, how, work) {
  const load = await openLoad(names, how);
  try {
    await work(load);
  } finally {
    await load.stop();
  }
}

/** How many of the machine's processors others keep busy, by what they do in some seconds. */
async function busyProcessors() {
  const spent = () => cpus().map(({ times: { idle, ...used } }) => ({ idle, used: sum(used) }));
  const before = spent();
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const shares = spent().map(({ idle, used }, at) => {
    const [rested, worked] = [idle - before[at].idle, used - before[at].used];
    return worked / Math.max(1, rested + worked);
  });
  return sum(shares);
}

const sum = (numbers) => Object.values(numbers).reduce((total, number) => total + number, 0);

/** The engine that was measured, by its bytes. */
async function engine() {
  const module = await readFile(here("../../pkg/gen/keyrack.wasm"));
  const digest = createHash("sha256").update(module).digest("hex").slice(0, 12);
  return { moduleBytes: module.length, digest };
}
