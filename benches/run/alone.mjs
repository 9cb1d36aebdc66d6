/**
 * A program in a process of its own, which prints one line of JSON. Node 20 now and then ends by a
 * fatal error of V8 in a process that measures: such a run has no figures, and is told and
 * repeated. Whoever ends by itself, with a wrong answer for one, ends the whole run.
 */

import { spawn } from "node:child_process";

const RUNS = 8;

/** @param {string[]} words what Node is given */
export async function alone(words, say = (what) => process.stderr.write(`${what}\n`)) {
  for (let run = 1; ; run++) {
    const { code, signal, told, error } = await once(words);
    if (code === 0) return JSON.parse(told);
    const [program] = words.filter((word) => word.endsWith(".mjs"));
    if (signal === null || run === RUNS) {
      throw new Error(`${program} ended with ${signal ?? code}:\n${error}`);
    }
    const why = error.match(/^# .*\w.*$/gm)?.join(" ") ?? "";
    say(`${program} was ended by ${signal}, run ${run} of ${RUNS}; again. ${why}`);
  }
}

function once(words) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
    let [told, error] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => (told += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (error += text));
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, told, error }));
  });
}
