/**
 * The shop and its two plugins in Chromium, beside the real worker: what a plugin offers is what the
 * member and the app both may, and whatever the page is made to look like, the gate decides. And
 * docs/plugin.md.
 *
 * node tests/store/run.mjs        CHROMIUM names the browser, /usr/bin/chromium if unset
 */

import { chromium } from "playwright-core";

import { start } from "../../www/worker/serve.mjs";
import { checks } from "../worker/check.mjs";
import { docs } from "./docs.mjs";
import { gate } from "./gate.mjs";
import { page } from "./page.mjs";
import { slices } from "./slices.mjs";

const { check, finish } = checks();
for (const [name, work] of slices) await check(name, work);
const server = await start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const part of [gate(server), page(browser, server), docs(browser, server)]) {
    for (const [name, work] of part) await check(name, work);
  }
} finally {
  await browser.close();
  await server.stop();
}
finish();
