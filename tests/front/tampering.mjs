/** What somebody gains who changes what the browser gets: another picture, and nothing at the gate. */

import assert from "node:assert/strict";

import { codeOf, openPage } from "./pages.mjs";

const code = await codeOf("plain-panel.md");
const files = {
  "page.html": code("html")[0].replace(
    "</main>",
    '<button type="button" data-can="staff.suspend" id="suspend">Suspend</button></main>',
  ),
  "panel.js": `${code("js")[0]}
    globalThis.call = call;
    globalThis.live = live;`,
};

/** The status of one request to the gate, as the page's own member. */
const atTheGate = (page) =>
  page.evaluate(async () => {
    const answer = await globalThis.call("POST", "/api/stores/zagreb-01/staff/u_tin/suspend");
    return [answer.status, (await answer.json()).code];
  });

async function viewOf(server, member) {
  const json = { "content-type": "application/json" };
  const issued = await fetch(`${server.url}/dev/token`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ member }),
  });
  const { token } = await issued.json();
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.keyrack.view" };
  const answer = await fetch(`${server.url}/me/slice`, { headers });
  const now = answer.headers.get("x-keyrack-now");
  return { body: Buffer.from(await answer.arrayBuffer()), headers: { "x-keyrack-now": now } };
}

export const tampering = (browser, server) => [
  [
    "a colleague's slice draws the colleague's controls, and the gate refuses as before",
    async () => {
      const page = await openPage(browser, server, "u_dora", files);
      await page.opened();
      await page.waitForSelector("#suspend[data-can-state=absent]", { state: "attached" });
      const before = await atTheGate(page);
      assert.equal(before[0], 403);

      const theirs = await viewOf(server, "u_marko");
      await page.route("**/me/slice", (route) => route.fulfill(theirs));
      // The page that is open does not even draw it.
      await page.waitForFunction(() => globalThis.live.state === "failed");
      assert.equal(await page.evaluate(() => globalThis.live.snapshot.error.code), "member_mismatch");
      await page.opened();
      await page.waitForSelector("#suspend:not([data-can-state=absent])", { state: "visible" });
      assert.deepEqual(await atTheGate(page), before);
      await page.context().close();
    },
  ],
  [
    "a slice that was changed is not drawn at all, and elements that are put back open nothing",
    async () => {
      const page = await openPage(browser, server, "u_dora", files);
      const own = await viewOf(server, "u_dora");
      own.body[own.body.length >> 1] ^= 1;
      await page.route("**/me/slice", (route) => route.fulfill(own));
      await page.opened();
      await page.waitForSelector("#suspend[data-can-state=failed]", { state: "attached" });
      assert.equal(await page.evaluate(() => globalThis.live.snapshot.error.code), "signature_invalid");
      await page.evaluate(() => {
        const button = document.querySelector("#suspend");
        button.removeAttribute("hidden");
        button.removeAttribute("style");
        button.dataset.canState = "allowed";
        globalThis.clicks = 0;
        button.addEventListener("click", () => (globalThis.clicks += 1));
      });
      await page.locator("#suspend").click();
      assert.equal(await page.evaluate(() => globalThis.clicks), 0);
      assert.equal((await atTheGate(page))[0], 403);
      await page.context().close();
    },
  ],
];
