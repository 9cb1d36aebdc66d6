/** Puts the figures into the docs, between their markers, and the plots beside them. */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { number } from "./budgets.mjs";
import { bars, lines } from "./plot.mjs";
import { tables } from "./tables.mjs";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
const END = "<!-- end of figures -->";
const WRITTEN = "written by cargo xtask";

/**
 * A text with what stands between the markers replaced.
 *
 * @param {string} [name] of the block, where a document has several
 * @param {string} [command] which writes it
 */
export function between(text, inside, name, command = "bench --scale") {
  const how = name === undefined ? `${WRITTEN} bench` : `${name}, ${WRITTEN} ${command}`;
  const marker = `<!-- figures: ${how} --write -->`;
  const start = text.indexOf(marker);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) throw new Error(`the document has no markers: ${marker}`);
  return `${text.slice(0, start + marker.length)}\n\n${inside}\n\n${text.slice(end)}`;
}

export async function write(found) {
  const plots = plotsOf(found.figures);
  for (const [name, [title, draw]] of Object.entries(plots)) {
    await writeFile(`${docs}images/${name}.svg`, draw(title));
  }
  const images = Object.entries(plots).map(([name, [title]]) => `![${title}](images/${name}.svg)`);
  const path = `${docs}benchmarks.md`;
  const inside = `${images.join("\n")}\n\n${tables(found)}`;
  await writeFile(path, between(await readFile(path, "utf8"), inside));
}

/** By file: the title, and what draws it. */
export function plotsOf({ staff, page, conditional, cold, isolate, shapes, memory }) {
  const ofBars = (found, unit) => (title) => bars(title, found, unit);
  const plots = {
    "bench-staff": ["A check on the staff workload, from JavaScript", ofBars(staff)],
    "bench-page": ["A check on a page, from JavaScript", ofBars(page)],
    "bench-conditional": ["Amounts, hours and second verifications", ofBars(conditional)],
    "bench-cold": ["Cold start, until the first decision: processor time", ofBars(cold.processor)],
    "bench-workerd": ["Cold start in workerd, beyond an empty worker's", ofBars(isolate.processor)],
    "bench-memory": ["Most memory, 1,000 members", ofBars(ofMemory(memory.staff), megabytes)],
  };
  for (const [name, sizes] of Object.entries(shapes)) {
    const draw = (title) => overSizes(title, sizes);
    plots[`bench-${name}`] = [`Cedar's ${name}: a check, by things of each kind`, draw];
  }
  return plots;
}

const megabytes = (bytes) => `${number(bytes / 1e6)} MB`;

/** What a process has that holds a policy; the one without any is what it is beyond. */
function ofMemory({ nothing: _, ...held }) {
  const told = Object.entries(held).map(([name, { bytes }]) => [name, { nanoseconds: bytes }]);
  return Object.fromEntries(told);
}

function overSizes(title, found) {
  const sizes = Object.keys(found).map(Number).toSorted((one, other) => one - other);
  const names = Object.keys(found[sizes[0]]);
  const series = names.map((name) => [name, sizes.map((size) => found[size][name].nanoseconds)]);
  return lines(title, sizes, Object.fromEntries(series));
}
