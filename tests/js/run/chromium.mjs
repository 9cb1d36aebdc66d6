// The suite in Chromium, as plain modules under a strict policy of content.
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";

import { chromium } from "playwright-core";

import { fixtures } from "../fixtures.mjs";

const TYPES = { ".js": "text/javascript", ".html": "text/html", ".wasm": "application/wasm" };
const WITH_WASM = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const WITHOUT_WASM = "default-src 'none'; connect-src 'self'; script-src 'self'";

const facts = await fixtures();
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const policy = pathname.endsWith("/strict.html") ? WITHOUT_WASM : WITH_WASM;
  response.setHeader("content-security-policy", policy);
  try {
    if (pathname === "/fixtures.json") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(Object.keys(facts)));
    } else if (pathname.startsWith("/fixtures/")) {
      response.end(facts[pathname.slice("/fixtures/".length)]);
    } else if (/^\/(pkg|tests\/js)\//.test(normalize(pathname))) {
      response.setHeader("content-type", TYPES[extname(pathname)] ?? "application/octet-stream");
      response.end(readFileSync(`.${normalize(pathname)}`));
    } else {
      response.writeHead(pathname === "/favicon.ico" ? 204 : 404).end();
    }
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const profile = mkdtempSync(join(tmpdir(), "keyrack-chromium-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
let good = true;
const reports = [];
for (const name of ["page", "strict"]) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.log(`${name}: ${error}`));
  await page.goto(`${origin}/tests/js/run/${name}.html`);
  const report = await page.waitForFunction(() => globalThis.report, undefined, { timeout: 120_000 });
  reports.push(await report.jsonValue());
  await page.close();
}
for (const report of reports) {
  good &&= report.good;
  console.log(report.text);
}
await browser.close();
server.close();
// What the browser began may still write for a moment.
rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
process.exitCode = good ? 0 : 1;
