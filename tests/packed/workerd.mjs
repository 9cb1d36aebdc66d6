/** The suite in workerd, from a bundle by esbuild; the module is compiled ahead of time. */

import { writeFile } from "node:fs/promises";

import { build } from "esbuild";

import { program } from "./place.mjs";

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = ( services = [ ( name = "main", worker = (
  modules = [
    ( name = "worker", esModule = embed "built/worker.js" ),
    ( name = "keyrack.wasm", wasm = embed "built/keyrack.wasm" ),
  ],
  bindings = [ ( name = "store", data = embed "store.kyrk" ) ],
  compatibilityDate = "2026-04-01",
) ) ] );
`;

export async function inWorkerd(folder) {
  await build({
    absWorkingDir: folder,
    entryPoints: ["worker.js"],
    outdir: "built",
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    logLevel: "silent",
  });
  await writeFile(`${folder}/config.capnp`, CONFIG);
  return program("workerd", ["test", "--no-verbose", "config.capnp"], folder);
}
