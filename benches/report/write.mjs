/** Puts the figures into the docs, between their markers, and the plots beside them. */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { bars } from "./plot.mjs";
import { tables } from "./tables.mjs";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
const START = "<!-- figures: written by cargo xtask bench --write -->";
const END = "<!-- end of figures -->";

/** A text with what stands between the markers replaced. */
export function between(text, inside) {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error("the document has no markers for figures");
  return `${text.slice(0, start + START.length)}\n\n${inside}\n\n${text.slice(end)}`;
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
