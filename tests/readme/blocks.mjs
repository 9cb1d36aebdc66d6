/** Code as it stands in the README and in docs/. */

import { readFile } from "node:fs/promises";

const root = new URL("../../", import.meta.url);

/**
 * What finds the code behind a marker such as `<!-- quick start: worker -->`.
 *
 * @param {string} page from the project's root
 * @param {string} series the word before the colon
 */
export async function blocksOf(page, series) {
  const text = await readFile(new URL(page, root), "utf8");
  return function block(name) {
    const found = text.split(`<!-- ${series}: ${name} -->\n`);
    const [, code] = found[1]?.match(/^```\w+\n(.*?\n)```\n/s) ?? [];
    if (found.length !== 2 || code === undefined) {
      throw new Error(`${page} has no ${series}: ${name}`);
    }
    return code;
  };
}

/** The README's quick starts. */
export const block = await blocksOf("README.md", "quick start");
