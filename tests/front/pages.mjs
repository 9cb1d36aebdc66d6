/** Pages in Chromium beside the real worker: they are made here, slices and answers are the worker's. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The code of a document, by language, in its order. */
export async function codeOf(name) {
  const text = await readFile(new URL(`../../docs/${name}`, import.meta.url), "utf8");
  return (language) =>
    [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
      .filter(([, of]) => of === language)
      .map(([, , code]) => code);
}

/** What stands for a host's own sign-in: the sample's issuer, for the member that the address names. */
const SESSION = `
const member = new URLSearchParams(location.search).get("member");
export const { keys } = await (await fetch("/dev/keys")).json();
const { now: time } = await (await fetch("/dev/clock")).json();
const wish = { member, acr: "atlas:otp", session: "s-" + member, signedInAt: time };
const answer = await fetch("/dev/token", {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(wish),
});
const { token } = await answer.json();
export const headers = () => ({ authorization: "Bearer " + token });
export const signIn = { time, acr: "atlas:otp", session: wish.session };
`;

const TYPES = { html: "text/html", js: "text/javascript", css: "text/css" };

/**
 * Opens a page for a member.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {{ url: string }} server
 * @param {string} member
 * @param {Record<string, string>} files by name; `page.html` is opened
 */
export async function openPage(browser, server, member, files) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("console", (message) => {
    const isRefusal = /status of (40[139]|304)/.test(message.text());
    if (message.type() === "error" && !isRefusal) page.errors.push(message.text());
  });
  page.slices = [];
  page.on("response", (answer) => {
    if (answer.url().endsWith("/me/slice")) page.slices.push(answer.status());
  });
  // As strict as the worker is with its own page.
  const policy = (await fetch(server.url)).headers.get("content-security-policy");
  for (const [name, body] of Object.entries({ "session.js": SESSION, ...files })) {
    await page.route(({ pathname }) => pathname === `/${name}`, (route) =>
      route.fulfill({
        body,
        contentType: TYPES[name.split(".").at(-1)],
        headers: { "content-security-policy": policy },
      }),
    );
  }
  page.opened = (hash = "") =>
    page.goto(`${server.url}/page.html?member=${encodeURIComponent(member)}${hash}`);
  return page;
}

/** What axe finds wrong with a page. */
export async function wrongWith(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

/** Answers of the slice's address until something is so on the page; far more than it may take is an error. */
export async function refreshesUntil(page, isSo, most) {
  const before = page.slices.length;
  const begun = performance.now();
  for (;;) {
    // Counted before it is looked: what comes meanwhile may be what makes it so.
    const refreshes = page.slices.length - before;
    if (await page.evaluate(isSo)) return { refreshes, ms: performance.now() - begun };
    if (refreshes > most) throw new Error(`not after ${most} refreshes`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
