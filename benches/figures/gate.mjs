/** The gate under load, by its own program, in short rounds. */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../load/load.mjs", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Nothing, the gate, the token's check alone, Cedar's gate without and with masks; the first two
 * before a store that takes 10 ms.
 */
const WORKERS = "ungated,keyrack,token,cedar,cedar-masked,ungated-slow,keyrack-slow";

/** Those that are asked once more for nothing but orders: none of these is refused before the wait. */
const SLOW = "ungated-slow,keyrack-slow";

/** @param {{ gateRounds: number }} effort */
export function gateFigures({ gateRounds }) {
  const { workers, ...ratios } = run(gateRounds, ["--only", WORKERS]);
  const reads = run(gateRounds, ["--only", SLOW, "--kind", "read"]);
  return { ...ratios, ratioUngatedSlowReads: reads.ratioUngatedSlow, reads: reads.workers, workers };
}

function run(rounds, what) {
  const words = [...what, "--json", "--rounds", String(rounds), "--seconds", "2"];
  const stdio = ["ignore", "pipe", "ignore"];
  const how = { cwd: root, encoding: "utf8", stdio };
  return JSON.parse(execFileSync(process.execPath, [program, ...words], how));
}
