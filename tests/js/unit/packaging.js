import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { holds, refuses, same } from "../harness.js";

const manifest = JSON.parse(readFileSync(new URL("../../../pkg/package.json", import.meta.url)));

/** What the package promises about itself. */
export function packaging(test, { library, slim, errors }) {
  test("entry points share one engine and one error", async () => {
    same(slim.Keyrack === library.Keyrack, true);
    same(errors.KeyrackError === library.KeyrackError, true);
    same(typeof slim.initialise, "function");
    same(Object.keys(library).sort(), ["Keyrack", "KeyrackError", "Session"]);
  });

  test("conditions stand in the order in which runtimes take the first that fits", () => {
    same(Object.keys(manifest.exports["."]), [
      "types", "workerd", "edge-light", "deno", "bun", "node", "browser", "default",
    ]);
    same(Object.keys(manifest.exports), [
      ".", "./slim", "./slicing", "./live", "./react", "./dom", "./dom.css", "./edge",
      "./edge/hono", "./edge/objects", "./admin", "./authzen", "./errors", "./keyrack.wasm",
      "./keyrack-slicing.wasm", "./keyrack-admin.wasm", "./keyrack-authzen.wasm", "./package.json",
    ]);
    same(manifest.dependencies, undefined);
  });

  test("every file that the manifest names is there", () => {
    const files = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : Object.values(entry),
    );
    for (const name of files) holds(readFileSync(new URL(`../../../pkg/${name}`, import.meta.url)).length > 0, name);
  });

  test("the edge module imports nothing", async () => {
    const bytes = readFileSync(new URL("../../../pkg/gen/keyrack.wasm", import.meta.url));
    const module = await WebAssembly.compile(bytes);
    same(WebAssembly.Module.imports(module), []);
    holds(WebAssembly.Module.exports(module).length > 0, "it is the module");
  });

  test("a start from bytes makes Node load nothing that fetches", () => {
    const from = (name) => JSON.stringify(new URL(`../../../pkg/${name}`, import.meta.url));
    const script = `
      import { readFileSync } from "node:fs";
      const get = () => { throw new Error("loaded"); };
      for (const name of ["Response", "Request", "Headers", "fetch"]) {
        Object.defineProperty(globalThis, name, { get });
      }
      const { initialise } = await import(${from("entry/slim.js")});
      await initialise(readFileSync(new URL(${from("gen/keyrack.wasm")})));
      console.log("started");`;
    const told = execFileSync(process.execPath, ["--input-type=module", "--eval", script]);
    same(String(told), "started\n");
  });

  test("what is exported is what the types say", async () => {
    const { Keyrack, Session } = library;
    const types = readFileSync(new URL("../../../pkg/types/index.d.ts", import.meta.url), "utf8");
    const body = (name) => types.match(new RegExp(`declare class ${name} \\{(.*?)\\n\\}`, "s"))[1];
    const declared = (name) => [...body(name).matchAll(/^  (?:static )?(\w+)\(/gm)].map((match) => match[1]);
    const real = (type) => [
      ...Object.getOwnPropertyNames(type.prototype).filter((name) => name !== "constructor"),
      ...Object.getOwnPropertyNames(type).filter((name) => typeof type[name] === "function"),
    ];
    for (const [name, type] of [["Keyrack", Keyrack], ["Session", Session]]) {
      const names = declared(name).filter((method) => method !== "constructor");
      same([...new Set(names)].sort(), real(type).sort(), name);
    }
    await refuses(library.KeyrackError, "source_invalid", () => Keyrack.load({}));
  });
}
