/** The shell quick start, in an empty folder, with the command that is built already. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { command } from "../../www/worker/provision.mjs";
import { block } from "./blocks.mjs";

const run = promisify(execFile);
const keyrack = await command();

/** Runs every line, each of which must succeed, and gives what each printed. */
export async function runLines(folder) {
  const lines = block("shell").trimEnd().split("\n");
  const printed = [];
  for (const line of lines) {
    if (!line.startsWith("cargo run -- ")) throw new Error(`not understood: ${line}`);
    const words = line.replace("cargo run --", '"$KEYRACK"');
    const env = { ...process.env, KEYRACK: keyrack, NO_COLOR: "1" };
    printed.push((await run("sh", ["-c", words], { cwd: folder, env })).stdout);
  }
  return printed;
}

/** Runs the command in a folder. */
export const inFolder = (folder, ...words) => run(keyrack, words, { cwd: folder });
