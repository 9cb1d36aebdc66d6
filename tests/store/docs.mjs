/** docs/plugin.md, as it stands: its policy, and its plugin in the shop's page. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";

import { Keyrack } from "keyrack/slicing";

import { bundle, install } from "../../www/storefront/build.mjs";
import { openPlace } from "../../www/worker/place.mjs";
import { command } from "../../www/worker/provision.mjs";
import { blocksOf } from "../readme/blocks.mjs";
import { open } from "./page.mjs";

const run = promisify(execFile);
const block = await blocksOf("docs/plugin.md", "plugin");
const protect = await blocksOf("docs/protect-an-api.md", "protect");

/** The page's policy, added to that of the page on protecting an API. */
async function rack() {
  const place = await openPlace();
  await writeFile(place.at("policy.toml"), `${protect("policy")}\n${block("policy")}`);
  const keyrack = await command();
  await run(keyrack, ["compile", place.at("policy.toml"), "--unsigned", "-o", place.at("snapshot")]);
  const bytes = new Uint8Array(await readFile(place.at("snapshot")));
  place.close();
  return Keyrack.load(bytes, { unsigned: true, now: NOW });
}

const NOW = Date.parse("2026-03-02T09:00:00Z") / 1000;

/** The page's plugin, bundled from the packed tarball. */
async function built() {
  const sources = await openPlace();
  const code = block("plugin");
  // The same with a permission that one of the shop's own apps has.
  const other = code.replace("catalog.listing.edit", "catalog.view");
  for (const [name, text] of Object.entries({ texts: code, views: other })) {
    await mkdir(sources.at(name));
    await writeFile(sources.at(`${name}/plugin.mjs`), text);
  }
  const place = await install(sources.path);
  const folder = await bundle(place, ["texts", "views"]);
  const files = new Map();
  for (const name of await readdir(folder)) files.set(name, await readFile(`${folder}/${name}`));
  for (const one of [sources, place]) one.close();
  return files;
}

export const docs = (browser, server) => [
  [
    "docs/plugin.md: its app may what it says, until the day that it says, and both is no more",
    async () => {
      const whole = await rack();
      const asked = { permission: "catalog.listing.edit", scope: "my_store", now: NOW };
      const reason = (more) => whole.decide({ ...asked, ...more }).reason;
      assert.equal(reason({ subject: "olivia", actor: "app_texts" }), "owner");
      assert.equal(reason({ subject: "sam", actor: "app_texts" }), "no_grant");
      const ended = { now: Date.parse("2027-01-01T00:00:00Z") / 1000 };
      const late = { subject: "olivia", actor: "app_texts", ...ended };
      assert.equal(reason(late), "grant_outside_validity");
      const seen = { subject: "olivia", actor: "app_texts", permission: "order.view" };
      assert.equal(reason(seen), "no_grant");
      whole.release();
    },
  ],
  [
    "docs/plugin.md: its plugin draws by what both may, and its request goes to the gate",
    async () => {
      const files = await built();
      const insteadBy = (name) => (page) =>
        page.route("**/shop/plugins/pricetag.*", (route) => {
          const isCode = route.request().url().endsWith(".js");
          const contentType = isCode ? "text/javascript" : "text/css";
          return route.fulfill({ body: isCode ? files.get(`${name}.js`) : "", contentType });
        });
      const drawn = async (name) => {
        const page = await open(browser, server, "u_marko", insteadBy(name));
        const button = page.locator('[data-plugin="app_pricetag"] button');
        await button.waitFor({ state: "attached" });
        return { page, button, state: await button.getAttribute("data-can-state") };
      };
      // As Pricetag it may not edit texts, whoever is signed in.
      const absent = await drawn("texts");
      assert.deepEqual([absent.state, await absent.button.isVisible()], ["absent", false]);
      await absent.page.context().close();
      const { page, button, state } = await drawn("views");
      assert.deepEqual([state, await button.isVisible()], ["allowed", true]);
      const answered = page.waitForResponse((answer) => answer.url().endsWith("/api/products/7"));
      await button.click();
      assert.equal((await (await answered).json()).code, "route_unmapped");
      await page.context().close();
    },
  ],
];
