import { holds } from "../harness.js";

/** What makes the module import necessary: this runtime does not compile bytes. */
export function noCompiling(test) {
  test("this runtime compiles no bytes, and the engine runs here all the same", async () => {
    const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    let refused = false;
    try {
      await WebAssembly.compile(empty);
    } catch {
      refused = true;
    }
    holds(refused, "compiling bytes is refused");
  });
}
