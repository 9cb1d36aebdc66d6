/**
 * The page in Chromium. For each member and each control the page must agree with the gate: what
 * is not drawn is refused, what is blocked is refused for the reason that is shown, what is open
 * is let through or asked for what was announced.
 *
 * node tests/page/run.mjs [WORD]        only checks whose names have the word
 *
 * CHROMIUM names the browser, /usr/bin/chromium if unset
 */

import assert from "node:assert/strict";

import { chromium } from "playwright-core";

import { start } from "../../www/worker/serve.mjs";
import { checks } from "../worker/check.mjs";
import { agreesWithTheGate, CONTROLS } from "./agreement.mjs";
import { cases } from "./cases.mjs";
import { changes } from "./changes.mjs";
import { rows } from "./rows.mjs";

const MEMBERS = [
  "u_mirna",
  "u_dora",
  "u_marko",
  "u_tin",
  "u_noor",
  "u_ante",
  "u_chen",
  "hangzhou:he",
  "u_ivo",
  "lumen:anna",
];

const [word = ""] = process.argv.slice(2);
const { check: run, finish } = checks();
const check = (name, work) => name.includes(word) && run(name, work);
const server = await start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  const pressed = new Set();
  for (const member of MEMBERS) {
    await check(`${member}: the page agrees with the gate`, () =>
      agreesWithTheGate(browser, server.url, member, pressed),
    );
  }
  await check("every control of the page was open to somebody, and was used", async () => {
    assert.deepEqual(CONTROLS.filter((name) => !pressed.has(name)), []);
    return `${pressed.size} controls`;
  });
  for (const part of [changes, cases, rows]) {
    for (const [name, work] of part(browser, server)) await check(name, work);
  }
} finally {
  await browser.close();
  await server.stop();
}
finish();
