/** The README's quick starts, as they stand there. */

import { readFile } from "node:fs/promises";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");

/** The code behind a marker such as `<!-- quick start: worker -->`. */
export function block(name) {
  const found = readme.split(`<!-- quick start: ${name} -->\n`);
  const [, code] = found[1]?.match(/^```\w+\n(.*?\n)```\n/s) ?? [];
  if (found.length !== 2 || code === undefined) throw new Error(`no quick start: ${name}`);
  return code;
}
