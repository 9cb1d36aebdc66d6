// The suite in workerd: bundled as for a deployment, the module compiled ahead of time.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";

import { build } from "esbuild";

import { fixtures } from "../fixtures.mjs";

const folder = "target/js/workerd";
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

await build({
  entryPoints: { worker: "tests/js/run/workerd-main.js" },
  outdir: folder,
  bundle: true,
  format: "esm",
  conditions: ["workerd", "worker", "browser"],
  loader: { ".wasm": "copy" },
  assetNames: "[name]",
  logLevel: "warning",
});
const facts = await fixtures();
const data = Object.entries(facts).map(([name, bytes], index) => {
  writeFileSync(`${folder}/fixture${index}`, bytes);
  return `( name = "${name}", data = embed "fixture${index}" )`;
});
writeFileSync(
  `${folder}/config.capnp`,
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = ( services = [ ( name = "main", worker = (
  modules = [
    ( name = "worker", esModule = embed "worker.js" ),
    ( name = "keyrack.wasm", wasm = embed "keyrack.wasm" ),
    ${data.join(",\n    ")}
  ],
  bindings = [ ( name = "fixtures", json = ${JSON.stringify(JSON.stringify(Object.keys(facts)))} ) ],
  compatibilityDate = "2026-04-01",
) ) ] );
`,
);
const run = spawnSync("node_modules/.bin/workerd", ["test", "--no-verbose", `${folder}/config.capnp`], {
  encoding: "utf8",
});
process.stdout.write(run.stdout + run.stderr);
process.exitCode = run.status === 0 ? 0 : 1;
