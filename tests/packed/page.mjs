/** The suite in Chromium, in a page that may compile WebAssembly and nothing else. */

import { createHash } from "node:crypto";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { chromium } from "playwright-core";

import { program } from "./place.mjs";

const HEAD = '<!doctype html><meta charset="utf-8"><title>Packed</title>';
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

/** A build by Vite, as it comes: an `index.html` with a module script, and no configuration. */
export async function vitePage(folder) {
  const page = '<script type="module" src="/page.js"></script>';
  await writeFile(`${folder}/index.html`, HEAD + page);
  const vite = new URL("../../node_modules/vite/bin/vite.js", import.meta.url);
  await program("node", [fileURLToPath(vite), "build", "--logLevel", "warn"], folder);
  const built = await readFile(`${folder}/dist/index.html`, "utf8");
  await copyFile(`${folder}/store.kyrk`, `${folder}/dist/store.kyrk`);
  return inChromium(`${folder}/dist`, built, "'self' 'wasm-unsafe-eval'");
}

/** What Vite serves while somebody develops, with the packages that it has optimised. */
export async function vitePageInDevelopment(folder) {
  const { createServer: serveByVite } = await import("vite");
  await writeFile(`${folder}/index.html`, `${HEAD}<script type="module" src="/page.js"></script>`);
  const server = await serveByVite({ root: folder, logLevel: "warn", server: { port: 0 } });
  await server.listen();
  try {
    return await reported(server.resolvedUrls.local[0]);
  } finally {
    await server.close();
  }
}

async function inChromium(folder, body, scripts) {
  const server = await serve(folder, body.startsWith("<!") ? body : HEAD + body, scripts);
  try {
    return await reported(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
  }
}

/** What the suite says in a page. */
async function reported(address) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    const broken = new Promise((_, reject) => page.once("pageerror", reject));
    await page.goto(address);
    const done = page.waitForFunction(() => globalThis.report, undefined, { timeout: 120_000 });
    done.catch(() => {});
    const { text } = await (await Promise.race([done, broken])).jsonValue();
    return text;
  } finally {
    await browser.close();
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
