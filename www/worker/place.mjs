/** Folders that live as long as this process, however it ends. */

import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const places = new Set();
/** Whoever worked there may still write for a moment. */
const remove = (path) =>
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
const removeAll = () => places.forEach(remove);

process.once("exit", removeAll);

/** A new folder that nobody else can read. It is removed with `close`, or when the process ends. */
export async function openPlace() {
  const path = await mkdtemp(join(tmpdir(), "keyrack-"));
  places.add(path);
  return {
    path,
    at: (name) => join(path, name),
    close: () => {
      places.delete(path);
      remove(path);
    },
  };
}
