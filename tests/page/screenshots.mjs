/**
 * Takes the pictures of the README: the sample's admin for different members, on a desk and on a
 * telephone.
 *
 * node tests/page/screenshots.mjs [FOLDER]        docs/images, if none is named
 *
 * CHROMIUM names the browser, /usr/bin/chromium if unset.
 */

import { mkdir, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { start } from "../../www/worker/serve.mjs";
import { open } from "./browser.mjs";

const MOST_BYTES = 150_000;
const usual = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const [folder = usual] = process.argv.slice(2);

const DESK = { viewport: { width: 1280, height: 1000 }, colorScheme: "light" };
const TELEPHONE = { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true };

/** One picture each: who, on what, and what is done first. */
const PICTURES = [
  ["panel-store-manager", "u_marko", DESK, (page) => details(page, "order:Z-1001")],
  [
    "panel-support",
    "u_dora",
    DESK,
    async (page) => {
      await details(page, "order:Z-1001");
      await page.locator('form:has([data-control="refund"]) input').fill("1000.01");
    },
  ],
  [
    "panel-support-telephone",
    "u_dora",
    TELEPHONE,
    async (page) => {
      await details(page, "order:Z-1001");
      await page.locator("#view section").first().evaluate((section) => section.scrollIntoView());
    },
  ],
  ["panel-untrained", "u_tin", { ...DESK, viewport: { width: 1280, height: 360 } }, () => {}],
  [
    "panel-store-manager-dark",
    "u_marko",
    { viewport: { width: 1280, height: 720 }, colorScheme: "dark" },
    async (page) => {
      await page.locator('[data-section="catalogue"]').click();
      await page.waitForSelector('main[aria-busy=false][data-view="catalogue"] h1');
    },
  ],
];

async function details(page, record) {
  const more = page.locator(`.more[data-record="${record}"]`);
  await more.click();
}

const server = await start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--hide-scrollbars"],
});
try {
  await mkdir(folder, { recursive: true });
  for (const [name, member, device, prepare] of PICTURES) {
    const page = await open(browser, server.url, member, device);
    await prepare(page);
    const path = `${folder}/${name}.png`;
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    const { size } = await stat(path);
    console.log(`${name}.png ${size} bytes`);
    if (size > MOST_BYTES) throw new Error(`${name}.png is too large`);
    await page.context().close();
  }
} finally {
  await browser.close();
  await server.stop();
}
