/**
 * The README's quick starts, run as they stand, one after the other as a reader would: what the
 * shell made is what the worker and the browser load. The Rust one is a doc test of the crate. And
 * docs/protect-an-api.md, in a folder of its own.
 *
 * node tests/readme/run.mjs        CHROMIUM names the browser, /usr/bin/chromium if unset
 */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";

import { chromium } from "playwright-core";

import { openPlace } from "../../www/worker/place.mjs";
import { checks } from "../worker/check.mjs";
import { drawButton } from "./page.mjs";
import { protecting } from "./protect.mjs";
import { inFolder, runLines } from "./shell.mjs";
import { startWorker } from "./worker.mjs";

const { check, finish } = checks();
const { path: folder, at, close } = await openPlace();
const snapshot = async () => new Uint8Array(await readFile(at("policy.snapshot")));
const publicKey = async () => (await readFile(at("publisher.key.pub"), "utf8")).trim();

await check("shell: from nothing to a signed snapshot and an allow", async () => {
  const printed = await runLines(folder);
  assert.equal(printed.length, 5);
  assert.match(printed.at(-1), /^allow granted/);
});

await check("worker: who may, may; who may not is told why", async () => {
  const worker = await startWorker(await snapshot(), await publicKey());
  try {
    const told = async (member) => {
      const answer = await worker.ask({ "x-member": member });
      const { outcome, reason } = await answer.json();
      return [answer.status, outcome, reason];
    };
    assert.deepEqual(await told("sam"), [200, "allow", "granted"]);
    assert.deepEqual(await told("olivia"), [200, "allow", "owner"]);
    assert.deepEqual(await told("nobody"), [403, "deny", "member_unknown"]);
    assert.equal((await worker.ask({})).status, 500, "without a member there is no answer");
  } finally {
    await worker.stop();
  }
});

await check("worker: another publisher's snapshot answers nothing", async () => {
  await inFolder(folder, "keygen", "-o", "other.key");
  const others = (await readFile(at("other.key.pub"), "utf8")).trim();
  const worker = await startWorker(await snapshot(), others);
  try {
    assert.equal((await worker.ask({ "x-member": "sam" })).status, 500);
  } finally {
    await worker.stop();
  }
});

for (const [name, work] of protecting) await check(name, work);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

/** Sam's slice of a policy, signed. */
async function sliceOf(policy) {
  const signed = ["--sign-with", "publisher.key"];
  await inFolder(folder, "slice", policy, "sam", "-o", "sam.slice", ...signed);
  return readFile(at("sam.slice"));
}

await check("browser: the button is there, and asks for a verification first", async () => {
  const facts = { slice: await sliceOf("policy.toml"), sliceKey: await publicKey() };
  assert.deepEqual(await drawButton(browser, facts), { hidden: false, ask: "true" });
});

await check("browser: without the right there is no button", async () => {
  // Without its promises, which it would break.
  const [policy] = (await readFile(at("policy.toml"), "utf8")).split("[[tests]]");
  const suspended = policy.replace('id = "sam"\n', 'id = "sam"\nstatus = "suspended"\n');
  await writeFile(at("suspended.toml"), suspended);
  const facts = { slice: await sliceOf("suspended.toml"), sliceKey: await publicKey() };
  assert.deepEqual(await drawButton(browser, facts), { hidden: true, ask: "false" });
});

await check("browser: a slice by another key draws nothing", async () => {
  const sliceKey = (await readFile(at("other.key.pub"), "utf8")).trim();
  const drawn = await drawButton(browser, { slice: await sliceOf("policy.toml"), sliceKey });
  assert.match(drawn.failure, /key/);
});

await browser.close();
close();
finish();
