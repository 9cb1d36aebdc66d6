/** Runs `keyrack log verify`, as whoever got an export does by hand. */

import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";

import { openPlace } from "./place.mjs";
import { command } from "./provision.mjs";

/**
 * What the command says of a log in one piece or several, and its exit code.
 *
 * @param {string[]} contents
 * @param {{ key?: string, flags?: string[] }} how the public key that checkpoints are signed by
 */
export async function verifyLog(contents, { key, flags = [] }) {
  const keyrack = await command();
  const place = await openPlace();
  try {
    const files = contents.map((_, at) => place.at(`${at}.jsonl`));
    for (const [at, text] of contents.entries()) await writeFile(files[at], text);
    const words = ["log", "verify", ...files, ...(key ? ["--key", key] : []), ...flags, "--json"];
    const { error, stdout, stderr } = await run(keyrack, words);
    // Findings come on stdout with exit code 1. Anything else is no answer.
    if (error && error.code !== 1) throw new Error(stderr || error.message);
    return { code: error?.code ?? 0, ...JSON.parse(stdout) };
  } finally {
    place.close();
  }
}

const run = (program, words) =>
  new Promise((resolve) => {
    execFile(program, words, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
  });
