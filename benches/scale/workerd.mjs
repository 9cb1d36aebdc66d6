/** What a new, large policy costs the first request in workerd: processor time and memory. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";

import { openPlace } from "../../www/worker/place.mjs";
import { bundleWorker } from "../../www/worker/serve.mjs";
import { figure } from "../measure/rounds.mjs";
import { REFUND, SMALL } from "./policy.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const WARM = 30;
const NEWS = 5;
/** What is followed has a higher version each time: first those of the small policy. */
const FIRST = { small: 1, large: NEWS + 2 };
const KIBIBYTE = 1024;
const MILLISECOND = 1e6;

/** Under which versions compile.mjs has to leave each policy. */
export const VERSIONS = Object.fromEntries(
  Object.entries(FIRST).map(([name, first]) => [
    name,
    Array.from({ length: NEWS + 1 }, (_, at) => first + at),
  ]),
);

/**
 * @param {{ small: string, large: string }} directories as compile.mjs leaves them
 * @param {number} rounds each in a server of its own
 */
export async function measureWorker(directories, rounds) {
  const found = [];
  for (let round = 0; round < rounds; round++) {
    const { newsMs: youngMs, newsThreadMs: youngThreadMs } = await once(directories, 0);
    found.push({ ...(await once(directories, NEWS)), youngMs, youngThreadMs });
  }
  const middle = (name) => figure(found.map((it) => it[name])).nanoseconds;
  const middles = Object.fromEntries(Object.keys(found[0]).map((name) => [name, middle(name)]));
  return { ...middles, runs: found };
}

/** @param {number} lived how many publications the isolate has followed before */
async function once({ small, large }, lived) {
  const before = await factsIn(small, VERSIONS.small);
  const after = await factsIn(large, VERSIONS.large);
  const known = await servers();
  const { url, stop } = await start([before, after]);
  try {
    const [pid] = (await servers()).filter((server) => !known.includes(server));
    const spent = (path, how) => spending(pid, url + path, how);
    const put = (name, body) => spent(`/put?name=${name}`, { method: "POST", body });
    await put("small", before.versions[0]);
    const { all: coldMs } = await spent("/ask");
    for (let turn = 0; turn < lived; turn++) {
      await put(`small${turn}`, before.versions[turn + 1]);
      await spent("/ask");
    }
    const emptyMs = await median(() => spent("/empty"));
    const decideMs = await median(() => spent("/ask"));
    const smallMemory = await memoryOf(pid, url);
    const receiveMs = (await put("large", after.versions[0])).all - emptyMs;
    const { resident: received } = await residentOf(pid);
    const { all: newsMs, busiest: newsThreadMs } = await spent("/ask");
    const largeMemory = await memoryOf(pid, url);
    // The same again under other names, while the policies before may still be on their way out.
    const again = [];
    for (let turn = 0; turn < NEWS; turn++) {
      await put(`large${turn}`, after.versions[turn + 1]);
      again.push(await spent("/ask"));
    }
    const { loaded, wasm } = await answer(url + "/ask");
    if (loaded !== lived + NEWS + 2) throw new Error(`${loaded} policies were loaded`);
    const { peak } = await residentOf(pid);
    return {
      ...{ coldMs, emptyMs, decideMs, receiveMs, newsMs, newsThreadMs },
      newsAgainMs: figure(again.map(({ all }) => all)).nanoseconds,
      newsAgainThreadMs: figure(again.map(({ busiest }) => busiest)).nanoseconds,
      wasmSmall: smallMemory.wasm,
      wasmBoth: largeMemory.wasm,
      wasmMany: wasm,
      residentSmall: smallMemory.resident,
      residentReceived: received,
      residentBoth: largeMemory.resident,
      peak,
    };
  } finally {
    await stop();
  }
}

async function factsIn(directory, versions) {
  const read = (name) => readFile(join(directory, name));
  const { trust, refunds } = JSON.parse(await read("facts.json"));
  const each = await Promise.all(versions.map((version) => read(`version-${version}`)));
  return { versions: each, trust, question: refunds.questions[0] };
}

async function start(policies) {
  const place = await openPlace();
  await bundleWorker(place.path, { entryPoints: [join(here, "worker.mjs")] });
  const [{ question, trust }] = policies;
  const { member, scope } = question;
  const amount = { value: SMALL, currency: "EUR" };
  const asked = { subject: member, permission: REFUND, scope, now: trust.now, amount };
  const miniflare = new Miniflare({
    compatibilityDate: "2026-04-01",
    modulesRoot: place.path,
    modules: [
      { type: "ESModule", path: place.at("index.mjs") },
      { type: "CompiledWasm", path: place.at("keyrack.wasm") },
    ],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    bindings: {
      ASKED: JSON.stringify(asked),
      KEYS: JSON.stringify(policies.flatMap((policy) => policy.trust.keys)),
    },
  });
  await miniflare.ready;
  const { origin } = await miniflare.unsafeGetDirectURL();
  const stop = async () => {
    await miniflare.dispose();
    place.close();
  };
  return { url: origin, stop };
}

async function answer(url, how) {
  const got = await fetch(url, how);
  if (!got.ok) throw new Error(`${url}: ${got.status} ${await got.text()}`);
  const text = await got.text();
  return text === "" ? undefined : JSON.parse(text);
}

/**
 * Milliseconds of processor that the server used for one request and till it rested again: all of
 * its threads, and the busiest, which is the isolate's own. The others compile and collect for it.
 */
async function spending(pid, url, how) {
  const begun = await processor(pid);
  await answer(url, how);
  await resting();
  const spent = [];
  for (const [thread, ran] of await processor(pid)) {
    spent.push((ran - (begun.get(thread) ?? 0)) / MILLISECOND);
  }
  return { all: spent.reduce((sum, one) => sum + one, 0), busiest: Math.max(...spent) };
}

async function median(work) {
  const spent = [];
  for (let turn = 0; turn < WARM; turn++) spent.push((await work()).all);
  return figure(spent).nanoseconds;
}

const resting = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Nanoseconds that each thread of a process has run. */
async function processor(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const told = threads.map(async (thread) => {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8").catch(() => "0");
    return [thread, Number(text.split(" ")[0])];
  });
  return new Map(await Promise.all(told));
}

async function memoryOf(pid, url) {
  const { wasm } = await answer(`${url}/ask`);
  return { wasm, ...(await residentOf(pid)) };
}

/** Bytes of the whole server. */
async function residentOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const told = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))[1]) * KIBIBYTE;
  return { resident: told("VmRSS"), peak: told("VmHWM") };
}

/** The servers that this process has started. */
async function servers() {
  const threads = await readdir("/proc/self/task");
  const text = (path) => readFile(path, "utf8").catch(() => "");
  const lists = threads.map((thread) => text(`/proc/self/task/${thread}/children`));
  const all = (await Promise.all(lists)).flatMap((list) => list.split(" ").filter(Boolean));
  const named = await Promise.all(all.map(async (pid) => [pid, await text(`/proc/${pid}/comm`)]));
  return named.filter(([, name]) => name.startsWith("workerd")).map(([pid]) => pid);
}
