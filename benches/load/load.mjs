/**
 * The gated worker beside the same worker without the gate, and beside one whose gate is Cedar.
 *
 * node benches/load/load.mjs [--json] [--rounds 7] [--seconds 2] [--connections 16]
 *   [--only ungated,keyrack] [--kind read|list|refused] [--orders 50]
 */

import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { summary, table } from "./report.mjs";
import { NAMES, startAll, WAIT } from "./servers.mjs";
import { requests } from "./workload.mjs";

/** What a gate refuses passes where there is none. */
const PASSES_ALL = ["ungated", "ungated-apart", "ungated-slow", "token"];
const WARM_SECONDS = 3;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "2" },
    connections: { type: "string", default: "16" },
    orders: { type: "string", default: "50" },
    only: { type: "string", default: NAMES.join(",") },
    kind: { type: "string" },
  },
});
const numbers = ["rounds", "seconds", "connections", "orders"].map((name) => {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name} is a number above 0`);
  return value;
});
const [rounds, seconds, connections, orders] = numbers;
const names = values.only.split(",");
const unknown = names.find((name) => !NAMES.includes(name));
if (unknown !== undefined) throw new Error(`\`${unknown}\` is none of ${NAMES.join(", ")}`);
const isWanted = ({ kind }) => values.kind === undefined || kind === values.kind;
const asked = requests(undefined, orders).filter(isWanted);
if (asked.length === 0) throw new Error(`there is no kind \`${values.kind}\` of request`);

const driver = fork(fileURLToPath(new URL("driver.mjs", import.meta.url)));
const drive = (told) =>
  new Promise((resolve, reject) => {
    const ended = () => reject(new Error("the driver has ended"));
    driver.once("exit", ended);
    driver.once("message", (answer) => {
      driver.off("exit", ended);
      if (answer.error === undefined) resolve(answer);
      else reject(new Error(answer.error));
    });
    driver.send(told);
  });

const { servers, tokens, stop } = await startAll(names, orders);
try {
  const measured = Object.fromEntries(names.map((name) => [name, []]));
  const measure = async (name, milliseconds) => {
    const { url, processorSeconds } = servers[name];
    const before = await processorSeconds();
    const answer = await drive({ url, asked: written(name), connections, milliseconds });
    const used = (await processorSeconds()) - before;
    if (answer.wrong.length > 0) throw new Error(`${name} answered:\n${answer.wrong.join("\n")}`);
    return { ...answer, processorSeconds: Number.isNaN(used) ? undefined : used };
  };
  for (const name of names) await measure(name, WARM_SECONDS * 1000);
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    for (const name of names) measured[name].push(await measure(name, seconds * 1000));
  }
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`;
  const run = { rounds, seconds, connections, orders, wait: Number(WAIT) };
  const about = { machine, node: process.version, ...run };
  const found = summary(measured, about);
  console.log(values.json ? JSON.stringify(found) : table(found));
} finally {
  driver.disconnect();
  await stop();
}

/** The requests as bytes on the wire, each member with one session after the other. */
function written(name) {
  const turns = {};
  return asked.map(({ kind, member, method, path }) => {
    const turn = (turns[member] = (turns[member] ?? 0) + 1);
    const token = tokens[member][turn % tokens[member].length];
    const lines = [
      `${method} ${path} HTTP/1.1`,
      "host: store.example",
      "accept: application/json",
      `authorization: Bearer ${token}`,
    ];
    const status = kind === "refused" && !PASSES_ALL.includes(name) ? 403 : 200;
    return { kind, status, text: `${lines.join("\r\n")}\r\n\r\n` };
  });
}
