// What the suites load: written by tests/js_fixtures.rs and examples/export_cells.rs.
import { readFileSync } from "node:fs";

const folder = new URL("../../target/js/", import.meta.url);

/** Fixtures by name. */
export async function fixtures() {
  return { "store.kyrk": new Uint8Array(readFileSync(new URL("store.kyrk", folder))) };
}

/** A file beside the fixtures. */
export const file = (name) => readFileSync(new URL(name, folder));
