/**
 * Slices in a browser and what draws by them: each part alone, then all of them in Chromium.
 *
 * node tests/front/run.mjs [WORD]        only checks whose names have the word
 *
 * CHROMIUM names the browser, /usr/bin/chromium if unset.
 */

import { chromium } from "playwright-core";

import { start } from "../../www/worker/serve.mjs";
import { checks } from "../worker/check.mjs";
import { behalf } from "./behalf.mjs";
import { casl } from "./casl.mjs";
import { live } from "./live.mjs";
import { panel } from "./panel.mjs";
import { react } from "./react.mjs";
import { tampering } from "./tampering.mjs";
import { widgets } from "./widgets.mjs";

const [word = ""] = process.argv.slice(2);
const { check, finish } = checks();
const all = async (part) => {
  for (const [name, work] of part) if (name.includes(word)) await check(name, work);
};

for (const part of [live, behalf, react]) await all(part);
const server = await start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const part of [panel, widgets, tampering, casl]) await all(part(browser, server));
} finally {
  await browser.close();
  await server.stop();
}
finish();
