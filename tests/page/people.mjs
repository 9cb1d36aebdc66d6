/** What people need who work with a keyboard, or with a screen reader. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with a page as it stands. */
export async function wrongWith(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({ resultTypes: ["violations"] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

/**
 * Goes through the whole page with the Tab key: everything that can be operated is reached, in the
 * order in which it stands, and nothing that is hidden is.
 */
export async function walk(page) {
  const expected = await page.evaluate(() => {
    const stops = "a[href], button, input, select, textarea, [tabindex='0']";
    globalThis.reached = [];
    globalThis.nameOf = (element) =>
      element.id || element.dataset.control || element.dataset.record || element.textContent.trim().slice(0, 40);
    globalThis.listens ??= document.addEventListener("focusin", ({ target }) =>
      globalThis.reached.push(globalThis.nameOf(target)),
    ) ?? true;
    document.activeElement?.blur();
    getSelection().removeAllRanges();
    document.querySelector(".skip").focus();
    return [...document.querySelectorAll(stops)]
      .filter((element) => !element.disabled && element.checkVisibility())
      .map(globalThis.nameOf);
  });
  for (let at = 1; at < expected.length; at += 1) await page.keyboard.press("Tab");
  assert.deepEqual(await page.evaluate(() => globalThis.reached), expected);
  return expected.length;
}
