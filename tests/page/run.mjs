/**
 * The page in Chromium. For each member and each control the page must agree with the gate: what
 * is not drawn is refused, what is blocked is refused for the reason that is shown, what is open
 * is let through or asked for what was announced.
 *
 * node tests/page/run.mjs        CHROMIUM names the browser, /usr/bin/chromium if unset
 */

import { chromium } from "playwright-core";

import { start } from "../../www/worker/serve.mjs";
import { checks } from "../worker/check.mjs";
import { agreesWithTheGate } from "./agreement.mjs";
import { cases } from "./cases.mjs";

const MEMBERS = [
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

const { check, finish } = checks();
const server = await start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const member of MEMBERS) {
    await check(`${member}: the page agrees with the gate`, () =>
      agreesWithTheGate(browser, server.url, member),
    );
  }
  for (const [name, work] of cases(browser, server)) await check(name, work);
} finally {
  await browser.close();
  await server.stop();
}
finish();
