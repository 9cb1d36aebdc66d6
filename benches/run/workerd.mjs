/** A server of its own for one worker, started without anything before or beside it. */

import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

const require = createRequire(import.meta.url);
const DATE = "2026-04-01";
const KINDS = { ".mjs": "esModule", ".wasm": "wasm", ".bin": "data", ".txt": "text" };
const MILLISECOND = 1e6;
const REST = 30;

/**
 * Starts it with all files of a folder as its modules, `index.mjs` first.
 *
 * @param {string} folder
 */
export async function startServer(folder) {
  const config = join(folder, "config.capnp");
  await writeFile(config, await configOf(folder));
  const words = ["serve", config, "--socket-addr=http=127.0.0.1:0", "--control-fd=3"];
  const stdio = ["ignore", "ignore", "inherit", "pipe"];
  const child = spawn(program(), words, { stdio });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const url = `http://127.0.0.1:${await listening(child)}/`;
  return {
    pid: child.pid,
    url,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

/** The file itself, and not the one that starts it. */
function program() {
  const { default: path } = require("workerd");
  return path ?? require("workerd");
}

async function configOf(folder) {
  const names = (await readdir(folder)).filter((name) => kindOf(name) !== undefined);
  const ordered = ["index.mjs", ...names.filter((name) => name !== "index.mjs").toSorted()];
  // An import's own way of writing its neighbour.
  const written = (name) => (name === "index.mjs" ? name : `./${name}`);
  const module = (name) => `(name = "${written(name)}", ${kindOf(name)} = embed "${name}")`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [${ordered.map(module).join(", ")}],
  compatibilityDate = "${DATE}",
);
`;
}

const kindOf = (name) => KINDS[basename(name).match(/\.\w+$/)?.[0]];

/** The port, once it listens. */
function listening(child) {
  return new Promise((resolve, reject) => {
    let told = "";
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`workerd ended with ${code}`)));
    child.stdio[3].setEncoding("utf8").on("data", (text) => {
      told += text;
      const port = told.match(/"port":\s*(\d+)/)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

/** Milliseconds of processor that a process has used, once it rests, in all threads that it has. */
export async function spentBy(pid) {
  await new Promise((resolve) => setTimeout(resolve, REST));
  const threads = await readdir(`/proc/${pid}/task`);
  const told = threads.map(async (thread) => {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8").catch(() => "0");
    return Number(text.split(" ")[0]);
  });
  return (await Promise.all(told)).reduce((sum, one) => sum + one, 0) / MILLISECOND;
}
