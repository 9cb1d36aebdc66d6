/** Servers that are asked in turn, round after round, by a driver in a process of its own. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import { startAll } from "./servers.mjs";
import { requests } from "./workload.mjs";

/** What a gate refuses passes where there is none. */
const PASSES_ALL = ["ungated", "ungated-apart", "ungated-slow", "token"];

/**
 * Starts those workers that are named.
 *
 * @param {string[]} names
 * @param {{ connections: number, orders: number }} how orders of each store
 */
export async function openLoad(names, { connections, orders }) {
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
  const { servers, tokens, stop } = await startAll(names, orders).catch((error) => {
    driver.disconnect();
    throw error;
  });

  async function once(name, kind, seconds) {
    const { url, processorSeconds } = servers[name];
    const asked = written(name, kind, { orders, tokens });
    const before = await processorSeconds();
    const answer = await drive({ url, asked, connections, milliseconds: seconds * 1000 });
    const used = (await processorSeconds()) - before;
    if (answer.wrong.length > 0) throw new Error(`${name} answered:\n${answer.wrong.join("\n")}`);
    return { ...answer, processorSeconds: Number.isNaN(used) ? undefined : used };
  }

  return {
    /**
     * Warms up, then measures; what each round of each worker found.
     *
     * @param {string[]} some of the workers
     * @param {{ kind?: string, rounds: number, seconds: number, warm: number }} effort of requests
     *   of one kind alone, if there is one
     */
    async run(some, { kind, rounds, seconds, warm }) {
      const measured = Object.fromEntries(some.map((name) => [name, []]));
      for (const name of some) await once(name, kind, warm);
      for (let round = 1; round <= rounds; round++) {
        process.stderr.write(`${kind ?? "all"}: round ${round} of ${rounds}\n`);
        for (const name of some) measured[name].push(await once(name, kind, seconds));
      }
      return measured;
    },
    async stop() {
      driver.disconnect();
      await stop();
    },
  };
}

/** The requests as bytes on the wire, each member with one session after the other. */
function written(name, only, { orders, tokens }) {
  const turns = {};
  const isWanted = ({ kind }) => only === undefined || kind === only;
  const asked = requests(undefined, orders).filter(isWanted);
  if (asked.length === 0) throw new Error(`there is no kind \`${only}\` of request`);
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
