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

/** @param {{ gateRounds: number }} effort */
export function gateFigures({ gateRounds }) {
  const words = ["--json", "--only", WORKERS, "--rounds", String(gateRounds)];
  const stdio = ["ignore", "pipe", "ignore"];
  const told = execFileSync(process.execPath, [program, ...words, "--seconds", "2"], {
    cwd: root,
    encoding: "utf8",
    stdio,
  });
  const { workers, ...ratios } = JSON.parse(told);
  return { ...ratios, workers };
}
