/** A list that is longer than any of the sample's, worked by keyboard alone. */

import assert from "node:assert/strict";

import { open } from "./browser.mjs";
import { walk, wrongWith } from "./people.mjs";

const THERE = 45;
/** As records.mjs draws. */
const SHOWN = 40;
const numbers = Array.from({ length: THERE }, (_, at) => `L-${1001 + at}`);

/** Gives the page many orders, each as the first one that the gate let through, but for its number. */
async function manyOrders(context) {
  await context.route("**/api/stores/*/orders", async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    const items = numbers.map((number) => ({ ...answer.items[0], id: number, number }));
    await route.fulfill({ response, json: { ...answer, items } });
  });
}

const recordOf = (page) => page.evaluate(() => document.activeElement.dataset.record);

export const rows = (browser, { url }) => [
  [
    "each row of a long list opens and shuts by keyboard, shows its own record and acts on it",
    async () => {
      const page = await open(browser, url, "u_marko", {}, manyOrders);
      const section = page.locator("#view > [data-list=order]");
      assert.match(await section.innerText(), new RegExp(`The first ${SHOWN} of ${THERE}\\.`));
      const shown = numbers.slice(0, SHOWN);

      // A table with buttons: the Tab key goes from row to row, and no arrow key is promised.
      await section.locator(".scroll").focus();
      for (const [at, number] of shown.entries()) {
        await page.keyboard.press("Tab");
        assert.equal(await recordOf(page), `order:${number}`);
        await page.keyboard.press(at % 2 === 0 ? "Enter" : "Space");
        const more = page.locator(":focus");
        assert.equal(await more.getAttribute("aria-expanded"), "true", number);
        assert.equal(await more.getAttribute("aria-label"), `Details of ${number}`);
        const detail = page.locator(`[data-detail="order:${number}"]`);
        assert.equal(await detail.isVisible(), true, number);
        await page.keyboard.press(at % 2 === 0 ? "Space" : "Enter");
        assert.equal(await more.getAttribute("aria-expanded"), "false", number);
        assert.equal(await detail.isVisible(), false, number);
      }
      assert.equal(await section.locator(".more").count(), SHOWN);

      for (const number of [shown[0], shown[19], shown.at(-1)]) {
        await page.locator(`.more[data-record="order:${number}"]`).press("Enter");
      }
      const stops = await walk(page);
      assert.deepEqual(await wrongWith(page), []);
      const last = page.locator(`[data-detail="order:${shown.at(-1)}"] [data-control=cancel]`);
      const [asked] = await Promise.all([
        page.waitForRequest((request) => request.method() === "POST"),
        last.press("Enter"),
      ]);
      assert.match(new URL(asked.url()).pathname, new RegExp(`/orders/${shown.at(-1)}/`));
      await page.context().unrouteAll({ behavior: "wait" });
      await page.context().close();
      return `${stops} tab stops`;
    },
  ],
];
