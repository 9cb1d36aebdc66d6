/**
 * Builds the plugins as their makers would: the package is packed, installed into a folder of its
 * own, and bundled from there. Nothing of this project's tree is imported by them.
 */

import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { build } from "esbuild";

import { openPlace } from "../worker/place.mjs";

const run = promisify(execFile);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];
const PLUGINS = ["pricetag", "helpdesk"];

let built;

/** The shop and its plugins, built once for each process. */
export async function storefront(folder) {
  await mkdir(folder, { recursive: true });
  for (const name of ["index.html", "page", "media"]) {
    await cp(path(name), `${folder}/${name}`, { recursive: true });
  }
  built ??= install(path("plugins")).then((place) => bundle(place, PLUGINS));
  await cp(await built, `${folder}/plugins`, { recursive: true });
}

/** A folder with the makers' files, in which the package is installed as it would be published. */
export async function install(plugins) {
  const place = await openPlace();
  const packed = ["pack", path("../../pkg"), "--pack-destination", place.path, "--json", ...QUIET];
  const told = JSON.parse((await run("npm", packed)).stdout);
  const [{ filename }] = Array.isArray(told) ? told : Object.values(told);
  await cp(path("package.json"), place.at("package.json"));
  await cp(plugins, place.at("plugins"), { recursive: true });
  const wanted = ["install", "--offline", "--ignore-scripts", ...QUIET, place.at(filename)];
  await run("npm", wanted, { cwd: place.path });
  return place;
}

/** Bundles plugins; gives the folder in which they lie then, to be served at `/shop/plugins`. */
export async function bundle(place, names) {
  await build({
    absWorkingDir: place.path,
    entryPoints: names.map((name) => ({ in: `plugins/${name}/plugin.mjs`, out: name })),
    outdir: "built",
    bundle: true,
    format: "esm",
    // Each maker ships an engine of their own; a browser fetches the same bytes once.
    loader: { ".wasm": "file" },
    publicPath: "/shop/plugins",
    logLevel: "warning",
  });
  return place.at("built");
}
