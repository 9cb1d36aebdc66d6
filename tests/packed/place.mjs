/** The tarball, and applications that have installed it. */

import { execFile } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = new URL("../../", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));
const run = promisify(execFile);
const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];

/** Packs the package as it would be published; gives the tarball's path and its files' names. */
export async function pack(folder) {
  const given = ["pack", path("pkg"), "--json", "--pack-destination", folder, ...QUIET];
  const { stdout } = await run("npm", given);
  const told = JSON.parse(stdout);
  const { filename, files } = Array.isArray(told) ? told[0] : Object.values(told)[0];
  return { tarball: `${folder}/${filename}`, files: files.map((file) => file.path) };
}

/** A new application in `folder`: the tarball is all that it depends on. */
export async function install(folder, tarball) {
  await mkdir(folder);
  await writeFile(`${folder}/package.json`, '{ "private": true, "type": "module" }\n');
  const given = ["install", "--offline", "--ignore-scripts", ...QUIET, tarball];
  await run("npm", given, { cwd: folder });
  await cp(path("tests/packed/app"), folder, { recursive: true });
  await mkdir(`${folder}/js`);
  for (const name of ["harness.js", "signing.js", "suite"]) {
    await cp(path(`tests/js/${name}`), `${folder}/js/${name}`, { recursive: true });
  }
  await cp(path("target/js/store.kyrk"), `${folder}/store.kyrk`);
  await cp(path("tests/js/store.toml"), `${folder}/store.toml`);
  return folder;
}

/** Runs a program of the workspace, or this Node; if it fails, throws with what it printed. */
export async function program(name, given, folder) {
  const file = name === "node" ? process.execPath : path(`node_modules/.bin/${name}`);
  try {
    const { stdout, stderr } = await run(file, given, { cwd: folder, maxBuffer: 2 ** 24 });
    return stdout + stderr;
  } catch (error) {
    const printed = `${error.stdout ?? ""}${error.stderr ?? ""}`;
    throw new Error(`${name}\n${printed}${error.message}`, { cause: error });
  }
}
