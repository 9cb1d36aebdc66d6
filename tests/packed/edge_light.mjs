/**
 * The suite in Vercel's edge runtime. A deployment takes each `?module` import out of the bundle,
 * compiles it ahead of time and binds it to a global; no bytes are compiled in the runtime itself.
 */

import { readFile } from "node:fs/promises";

import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";

export async function inEdgeRuntime(folder, entry = "edge-light.js") {
  const modules = new Map();
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["edge-light", "worker", "browser"],
    plugins: [moduleImports(modules)],
    logLevel: "silent",
  });
  if (modules.size === 0) throw new Error("the bundle imports no module");
  const vm = new EdgeVM({ codeGeneration: { strings: false, wasm: false } });
  for (const [name, module] of modules) vm.context[name] = module;
  vm.evaluate(outputFiles[0].text);
  const store = await readFile(`${folder}/store.kyrk`);
  const document = JSON.stringify(await readFile(`${folder}/store.toml`, "utf8"));
  const { text } = await vm.evaluate(`report([${store.join(",")}], ${document})`);
  return text;
}

/** What a deployment does with `import module from "….wasm?module"`. */
function moduleImports(modules) {
  return {
    name: "module-imports",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /\.wasm\?module$/ }, async ({ path, kind, resolveDir }) => {
        const found = await resolve(path.replace("?module", ""), { kind, resolveDir });
        return { path: found.path, namespace: "module-import", errors: found.errors };
      });
      onLoad({ filter: /.*/, namespace: "module-import" }, async ({ path }) => {
        const module = await WebAssembly.compile(await readFile(path));
        const name = `wasm_${modules.size}`;
        modules.set(name, module);
        return { contents: `export default globalThis.${name};` };
      });
    },
  };
}
