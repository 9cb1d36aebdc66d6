/**
 * The page, with the package's own files beside it, and the shop, as the worker serves them.
 *
 * node www/worker/site.mjs FOLDER
 */

import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { storefront } from "../storefront/build.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Puts it into a folder. */
export async function site(folder) {
  await mkdir(join(folder, "keyrack"), { recursive: true });
  await cp(join(root, "www/admin"), folder, { recursive: true });
  for (const part of ["entry", "src", "gen"]) {
    await cp(join(root, "pkg", part), join(folder, "keyrack", part), { recursive: true });
  }
  await storefront(join(folder, "shop"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("name a folder");
  await site(folder);
}
