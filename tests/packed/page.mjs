/** The suite in Chromium, in a page that may compile WebAssembly and nothing else. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize } from "node:path";

import { build } from "esbuild";
import { chromium } from "playwright-core";

const TYPES = { ".js": "text/javascript", ".html": "text/html", ".wasm": "application/wasm" };

/** Plain modules: the browser loads them as they lie, an import map says where the package is. */
export async function plainPage(folder) {
  const text = await readFile(`${folder}/node_modules/keyrack/package.json`, "utf8");
  const { browser } = JSON.parse(text).exports["."];
  const address = new URL(browser, "http://page/node_modules/keyrack/").pathname;
  const map = JSON.stringify({ imports: { keyrack: address } });
  const hash = createHash("sha256").update(map).digest("base64");
  const page = `<script type="importmap">${map}</script>
    <script type="module" src="/page.js"></script>`;
  return inChromium(folder, page, `'self' 'sha256-${hash}' 'wasm-unsafe-eval'`);
}

/** A bundle by esbuild. */
export async function bundledPage(folder) {
  await build({
    absWorkingDir: folder,
    entryPoints: ["bundled.js"],
    outdir: "built",
    bundle: true,
    format: "esm",
    loader: { ".wasm": "file" },
    publicPath: "/built",
    logLevel: "silent",
  });
  const page = '<script type="module" src="/built/bundled.js"></script>';
  return inChromium(folder, page, "'self' 'wasm-unsafe-eval'");
}

async function inChromium(folder, body, scripts) {
  const head = '<!doctype html><meta charset="utf-8"><title>Packed</title>';
  const server = await serve(folder, head + body, scripts);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    const broken = new Promise((_, reject) => page.once("pageerror", reject));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const done = page.waitForFunction(() => globalThis.report, undefined, { timeout: 120_000 });
    done.catch(() => {});
    const { text } = await (await Promise.race([done, broken])).jsonValue();
    return text;
  } finally {
    await browser.close();
    server.close();
  }
}

async function serve(folder, page, scripts) {
  const policy = `default-src 'none'; connect-src 'self'; script-src ${scripts}`;
  const server = createServer(async (request, response) => {
    const name = normalize(new URL(request.url, "http://page").pathname);
    response.setHeader("content-security-policy", policy);
    try {
      const body = name === "/" ? page : await readFile(folder + name);
      const type = TYPES[name === "/" ? ".html" : extname(name)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
