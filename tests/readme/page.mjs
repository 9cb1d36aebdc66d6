/** The page of the quick start, in Chromium: a button, the package's files, and a slice. */

import { readFile } from "node:fs/promises";
import { extname } from "node:path";

import { block } from "./blocks.mjs";

const ORIGIN = "https://admin.example";
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

const html = (sliceKey) => `<!doctype html>
<title>Orders</title>
<script type="importmap">{ "imports": { "keyrack": "/pkg/entry/fetch.js" } }</script>
<button id="refund">Refund</button>
<script>const SLICE_KEY = ${JSON.stringify(sliceKey)};</script>
<script type="module" src="/quick-start.js"></script>`;

/**
 * Opens the page and says what became of the button, or of the script.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {{ slice: Uint8Array, sliceKey: string }} facts
 */
export async function drawButton(browser, { slice, sliceKey }) {
  const page = await browser.newPage();
  const failure = new Promise((resolve) => page.once("pageerror", resolve));
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/") return route.fulfill({ contentType: "text/html", body: html(sliceKey) });
    if (pathname === "/quick-start.js") {
      return route.fulfill({ contentType: "text/javascript", body: block("browser") });
    }
    if (pathname === "/me/slice") return route.fulfill({ body: Buffer.from(slice) });
    if (!pathname.startsWith("/pkg/")) return route.fulfill({ status: 404 });
    const body = await readFile(new URL(`../..${pathname}`, import.meta.url));
    return route.fulfill({ contentType: TYPES[extname(pathname)], body });
  });
  await page.goto(ORIGIN);
  const drawn = page
    .waitForFunction(() => document.querySelector("#refund").dataset.ask)
    .then(() => page.locator("#refund"));
  try {
    const button = await Promise.race([drawn, failure]);
    if (button instanceof Error) return { failure: button.message };
    return { hidden: await button.isHidden(), ask: await button.getAttribute("data-ask") };
  } finally {
    drawn.catch(() => {});
    await page.close();
  }
}
