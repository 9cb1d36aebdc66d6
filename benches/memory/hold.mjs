/**
 * One fresh process that holds a policy and answers questions by it. Prints its answers, and the
 * most memory that it had resident.
 *
 * node hold.mjs CONTENDER DATA
 */

import { readFileSync } from "node:fs";

const KIBIBYTE = 1024;
const [contender, data] = process.argv.slice(2);
const { questions, ...told } = JSON.parse(readFileSync(data, "utf8"));
const { hold } = await import(`./${contender}.mjs`);
const allows = await hold(told);
const answers = questions.map((question) => (allows(question) ? 1 : 0)).join("");
console.log(JSON.stringify({ answers, peakBytes: peak() }));

/** Not `resourceUsage`, which begins with what the parent has had. */
function peak() {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(status.match(/^VmHWM:\s+(\d+)/m)[1]) * KIBIBYTE;
}
