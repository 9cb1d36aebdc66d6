/** What changes under an open page: an operation is stopped, a member is suspended, a slice is forged. */

import assert from "node:assert/strict";

import { open, told } from "./browser.mjs";
import { connect } from "./gate.mjs";
import { wrongWith } from "./people.mjs";

/** What is published is there with the next answer, or with the one after it that was under way. */
const MOST_REFRESHES = 2;

/** Longer than any machine is busy. */
const NEVER_MS = 60_000;

/** Counts refreshes until something is so; a page that never follows is an error, a slow one is none. */
async function follows(page, isSo) {
  let refreshes = 0;
  const count = (answer) => (refreshes += answer.url().endsWith("/me/slice") ? 1 : 0);
  page.on("response", count);
  const begun = performance.now();
  for (;;) {
    // Counted before it is looked: what comes meanwhile may be what makes it so.
    const had = refreshes;
    if (await page.evaluate(isSo)) break;
    assert.ok(had <= MOST_REFRESHES, `not after ${had} refreshes`);
    assert.ok(performance.now() - begun < NEVER_MS, "the page asks no more");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  page.off("response", count);
  return `${refreshes} refreshes, ${Math.round(performance.now() - begun)} ms`;
}

/** Opens a section of the page, and the details of a record. */
async function at(page, section, record) {
  await page.locator(`[data-section="${section}"]`).click();
  await page.waitForSelector(`main[aria-busy=false][data-view="${section}"] h1`);
  if (record !== undefined) await page.locator(`.more[data-record="${record}"]`).click();
}

export const changes = (browser, { url, publish }) => [
  [
    "an operation that is stopped blocks its button under the keyboard, which stays there and hears why",
    async () => {
      const page = await open(browser, url, "u_marko");
      await at(page, "orders", "order:Z-1002");
      const within = '[data-detail="order:Z-1002"]';
      await page.locator(`${within} [data-control=cancel]`).focus();
      await publish({ operationSuspended: [{ permission: "order.cancel" }] });
      const took = await follows(page, () => document.activeElement.ariaDisabled === "true");
      const focused = page.locator(":focus");
      assert.equal(await focused.getAttribute("data-control"), "cancel");
      const note = page.locator(`#${await focused.getAttribute("aria-describedby")}`);
      assert.match(await note.innerText(), /suspended/);
      const told = page.locator("[data-keyrack-status]");
      assert.match(await told.textContent(), /No longer available: Cancel/);
      await page.keyboard.press("Enter");
      assert.match(await told.textContent(), /Cancel: .*suspended/);
      // What was filled in elsewhere is still there: nothing was drawn anew.
      assert.equal(await page.locator(within).isVisible(), true);
      assert.deepEqual(await wrongWith(page), []);
      await publish({});
      await page.waitForFunction(() => document.activeElement.ariaDisabled !== "true");
      assert.match(await told.textContent(), /Now available: Cancel/);
      assert.deepEqual(page.errors, []);
      await page.context().close();
      return took;
    },
  ],
  [
    "what is filled in stays when the page is drawn anew, by news or by another act, and so does the keyboard",
    async () => {
      const page = await open(browser, url, "u_marko");
      await at(page, "orders", "order:Z-1001");
      await page.locator('.more[data-record="order:Z-1002"]').click();
      const within = page.locator('[data-detail="order:Z-1002"]');
      const amount = within.locator('form:has([data-control="refund"]) input');
      const before = await amount.inputValue();
      await amount.fill("12.34");
      await publish({ operationSuspended: [{ permission: "checkout.abandoned.view" }] });
      const news = "What this member may see has changed.";
      await page.waitForFunction((text) => document.querySelector("#status").textContent === text, news);
      const left = () => amount.evaluate((field) => [field.value, field === document.activeElement]);
      assert.deepEqual(await left(), ["12.34", true]);
      await publish({});
      await page.waitForSelector("[data-list=checkout]");
      assert.deepEqual(await left(), ["12.34", true]);

      // Of two records that have the same control, the keyboard stays with its own.
      const change = within.locator('[data-control="status"]');
      await change.press("Enter");
      assert.equal(await told(page), "Change status: done.");
      assert.equal(await change.evaluate((button) => button === document.activeElement), true);
      assert.equal(await amount.inputValue(), "12.34");
      assert.notEqual(before, "12.34");
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "a member who is suspended while the page is open loses every control, without a reload",
    async () => {
      const page = await open(browser, url, "u_marko");
      await at(page, "orders", "order:Z-1002");
      await page.locator('[data-detail="order:Z-1002"] [data-control=refund]').focus();
      await publish({ memberSuspended: [{ member: "u_marko" }] });
      const took = await follows(page, () =>
        [...document.querySelectorAll("[data-control]")].every((one) => !one.checkVisibility()),
      );
      await page.waitForSelector("h1:text-is('Nothing here')");
      assert.equal(await page.locator("[data-control], [data-section]").count(), 0);
      assert.match(await page.locator("#view").innerText(), /suspended/);
      await page.waitForFunction(() => document.activeElement.localName === "h1");
      assert.match(await page.locator("[data-keyrack-status]").textContent(), /No longer available/);
      assert.deepEqual(await wrongWith(page), []);
      await publish({});
      await page.waitForSelector("[data-section]");
      assert.deepEqual(page.errors, []);
      await page.context().close();
      return took;
    },
  ],
  [
    "a forged slice changes what is drawn, and never what the gate allows",
    async () => {
      const theirs = await viewOf(url, "u_marko");
      // The page as it is does not even draw it.
      const honest = await open(browser, url, "u_dora");
      await honest.route("**/me/slice", (route) => route.fulfill(theirs));
      await honest.waitForSelector("#view [role=alert]");
      assert.match(await honest.locator("#view").innerText(), /member_mismatch/);
      assert.equal(await honest.locator("[data-control], [data-section]").count(), 0);
      await honest.context().close();

      // A page that was changed as well draws a store manager's buttons for customer support.
      const [dora, marko] = [await connect(url, "u_dora"), await connect(url, "u_marko")];
      const page = await open(browser, url, "u_dora", {}, async (context) => {
        await context.route("**/me/slice", (route) => route.fulfill(theirs));
        await context.route("**/app.mjs", async (route) => {
          const answer = await route.fetch();
          const source = await answer.text();
          const changed = source.replace(/^ {6}member,\n/m, "");
          assert.notEqual(changed, source);
          await route.fulfill({ response: answer, body: changed });
        });
      });
      const before = await page.locator("[data-section]").count();
      assert.ok(before > 5, `only ${before} sections are drawn`);
      let refused = 0;
      for (const section of ["catalogue", "settings", "orders"]) {
        await at(page, section);
        for (const control of await page.locator("#view > .controls form:visible").all()) {
          const isTheirs = (answer) => new URL(answer.url()).pathname.startsWith("/api/stores/");
          const answered = page.waitForResponse(isTheirs);
          await control.locator("[data-control]").press("Enter");
          const answer = await answered;
          const { code } = await answer.json();
          assert.equal(answer.status(), 403, await control.innerText());
          const sent = asSent(answer.request());
          assert.equal((await dora(sent)).code, code);
          assert.notEqual((await marko(sent)).status, 403);
          refused += 1;
          await page.waitForSelector("[data-sending='0']");
        }
      }
      assert.ok(refused > 2, `only ${refused} buttons were there to try`);
      await page.context().close();
      return `${refused} buttons that were drawn by it, ${refused} refusals`;
    },
  ],
];

/** A request of the page, to be made by somebody else. */
const asSent = (request) => ({
  method: request.method(),
  path: new URL(request.url()).pathname,
  body: request.postDataJSON() ?? undefined,
});

/** Another member's own view, as the worker gives it to that member. */
async function viewOf(url, member) {
  const issued = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ member }),
  });
  const { token } = await issued.json();
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.keyrack.view" };
  const answer = await fetch(`${url}/me/slice`, { headers });
  return { body: Buffer.from(await answer.arrayBuffer()) };
}
