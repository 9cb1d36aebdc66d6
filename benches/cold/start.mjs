/**
 * One fresh process: nothing of the contender is loaded before the clock runs. Prints what it took
 * until the contender's code was there, and until the first decision.
 *
 * node start.mjs BUNDLE DATA
 */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, data] = process.argv.slice(2);
const told = JSON.parse(readFileSync(data, "utf8"));
if (told.snapshot !== undefined) told.bytes = new Uint8Array(readFileSync(told.snapshot));

const before = process.memoryUsage().rss;
const spent = process.cpuUsage();
const begun = performance.now();
const { first } = await import(pathToFileURL(bundle).href);
const imported = performance.now() - begun;
const allowed = await first(told);
const wall = performance.now() - begun;
const { user, system } = process.cpuUsage(spent);
const processor = (user + system) / 1000;
const memory = process.memoryUsage().rss - before;
console.log(JSON.stringify({ imported, wall, processor, memory, allowed }));
