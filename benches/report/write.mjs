/** Puts the figures into the docs, between their markers, and the plots beside them. */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { bars } from "./plot.mjs";
import { tables } from "./tables.mjs";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
const END = "<!-- end of figures -->";
const WRITTEN = "written by cargo xtask bench";

/**
 * A text with what stands between the markers replaced.
 *
 * @param {string} [name] of the block, where a document has several: those of sizes
 */
export function between(text, inside, name) {
  const how = name === undefined ? `${WRITTEN} --write` : `${name}, ${WRITTEN} --scale --write`;
  const marker = `<!-- figures: ${how} -->`;
  const start = text.indexOf(marker);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`the document has no markers: ${marker}`);
  return `${text.slice(0, start + marker.length)}\n\n${inside}\n\n${text.slice(end)}`;
}

export async function write(found) {
  const { staff, page, conditional, cold } = found.figures;
  const plots = {
    "bench-staff": bars("A check on the staff workload, from JavaScript", staff),
    "bench-page": bars("A check on a page, from JavaScript", page),
    "bench-conditional": bars("Amounts, hours and second verifications", conditional),
    "bench-cold": bars("Cold start, until the first decision: processor time", cold.processor),
  };
  for (const [name, svg] of Object.entries(plots)) {
    await writeFile(`${docs}images/${name}.svg`, svg);
  }
  const path = `${docs}benchmarks.md`;
  await writeFile(path, between(await readFile(path, "utf8"), tables(found)));
}
