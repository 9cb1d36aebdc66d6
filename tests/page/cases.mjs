/** What a person does on the page, step by step. */

import assert from "node:assert/strict";

import { open, told } from "./browser.mjs";
import { wrongWith } from "./people.mjs";

/** All cases over one browser and one running worker. */
export function cases(browser, { url, publish }) {
  return [
    [
      "the page runs under a policy that allows no script but its own",
      async () => {
        const answer = await fetch(url);
        const policy = answer.headers.get("content-security-policy");
        assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'/);
        assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
      },
    ],

    [
      "loading is a third state: nothing is drawn before the slice is there",
      async () => {
        const context = await browser.newContext();
        const page = await context.newPage();
        let goOn;
        const held = new Promise((resolve) => (goOn = resolve));
        await page.route("**/me/slice", async (route) => {
          await held;
          await route.continue();
        });
        await page.goto(`${url}/?member=u_dora`);
        await page.waitForSelector("main[aria-busy=true] .loading");
        assert.equal(await page.locator("[data-control], [data-section]").count(), 0);
        goOn();
        await page.waitForSelector("main[aria-busy=false] h1");
        assert.ok((await page.locator("[data-section]").count()) > 0);
        await context.close();
      },
    ],

    [
      "a slice that does not load shows nothing and allows nothing",
      async () => {
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.route("**/me/slice", async (route) => {
          const answer = await route.fetch();
          const bytes = Buffer.from(await answer.body());
          bytes[60] ^= 1;
          await route.fulfill({ response: answer, body: bytes });
        });
        await page.goto(`${url}/?member=u_dora`);
        await page.waitForSelector("[role=alert]");
        assert.match(await page.locator("[role=alert]").first().innerText(), /signature_invalid/);
        assert.equal(await page.locator("[data-control], [data-section]").count(), 0);
        // The page goes on asking: an answer that is being changed would not outlive its page.
        await page.unrouteAll({ behavior: "wait" });
        await context.close();
      },
    ],

    [
      "a challenge is answered by keyboard, and the same act then goes through",
      async () => {
        const page = await open(browser, url, "u_stefan");
        await page.locator('[data-section="growth"]').focus();
        await page.keyboard.press("Enter");
        await page.waitForSelector('[data-control="page-publish"]');
        await page.locator('[data-control="page-publish"]').focus();
        await page.keyboard.press("Space");
        assert.equal(await told(page), "Publish page: done.");
        await page.context().close();

        const ship = await open(browser, url, "u_ante");
        await ship.locator('.more[data-record="order:Z-1005"]').press("Enter");
        const button = ship.locator('[data-detail="order:Z-1005"] [data-control="ship"]');
        await button.focus();
        await ship.keyboard.press("Enter");
        await ship.waitForSelector("dialog[open]");
        await ship.keyboard.type("000000");
        await ship.keyboard.press("Enter");
        await ship.waitForFunction(
          () => document.querySelector("#verify-failed").textContent !== "",
        );
        await ship.waitForSelector("dialog[open]");
        await ship.keyboard.type("246810");
        await ship.keyboard.press("Enter");
        assert.equal(await told(ship), "Ship: done.");
        // The list was drawn anew; whoever works with the keyboard goes on where they were.
        assert.equal(await ship.locator(":focus").getAttribute("data-control"), "ship");
        assert.deepEqual(ship.errors, []);
        await ship.context().close();
      },
    ],

    [
      "a sum above the limit blocks the button while it is typed, with its reason",
      async () => {
        const page = await open(browser, url, "u_dora");
        await page.locator('.more[data-record="order:Z-1001"]').click();
        const within = page.locator('[data-detail="order:Z-1001"]');
        const button = within.locator('[data-control="refund"]');
        const form = within.locator('form:has([data-control="refund"])');
        const amount = form.locator("input");
        await amount.fill("1000.01");
        assert.equal(await button.getAttribute("aria-disabled"), "true");
        assert.equal(await form.getAttribute("data-can-reason"), "limit_exceeded");
        const described = await button.getAttribute("aria-describedby");
        assert.match(await page.locator(`#${described}`).innerText(), /limit/);
        const before = await page.locator("#calls li").count();
        await button.click({ force: true });
        await button.press("Enter");
        assert.equal(
          await page.locator("#calls li").count(),
          before,
          "a blocked button sent something",
        );
        await amount.fill("150");
        assert.equal(await button.getAttribute("aria-disabled"), null);
        assert.equal(await form.getAttribute("data-can-ask"), "step_up");
        await page.context().close();
      },
    ],

    [
      "a second person agrees, and the refund goes through",
      async () => {
        const refund = async (page) => {
          await page.locator('.more[data-record="order:Z-1004"]').click();
          const within = page.locator('[data-detail="order:Z-1004"]');
          await within.locator('form:has([data-control="refund"]) input').fill("300");
          await within.locator('[data-control="refund"]').click();
          await page.waitForSelector("dialog[open]");
          await page.locator("#verify-secret").fill("246810");
          await page.locator("#verify-ok").click();
        };
        const asks = await open(browser, url, "u_dora");
        await refund(asks);
        assert.match(await told(asks), /^Refund: A second person/);
        await asks.context().close();

        const agrees = await open(browser, url, "u_marko");
        await agrees.locator("#approvals li", { hasText: "Z-1004" }).locator("button").press("Enter");
        assert.equal(await told(agrees), "Agree: done.");
        const isLost = await agrees.evaluate(() => document.activeElement === document.body);
        assert.ok(!isLost, "after agreeing the keyboard is nowhere");
        await agrees.context().close();

        const again = await open(browser, url, "u_dora");
        await refund(again);
        assert.equal(await told(again), "Refund: done.");
        assert.match(await again.locator('[data-detail="order:Z-1004"]').innerText(), /€300.00/);
        assert.deepEqual(again.errors, []);
        await again.context().close();
      },
    ],

    [
      "nothing that axe can find is wrong with it by night, and on a telephone nothing is cut off",
      async () => {
        const telephone = { width: 360, height: 740 };
        for (const [member, how] of [
          ["u_marko", { colorScheme: "dark" }],
          ["u_tin", { colorScheme: "dark" }],
          ["u_marko", { viewport: telephone }],
          ["u_dora", { viewport: telephone }],
        ]) {
          const page = await open(browser, url, member, how);
          const more = page.locator(".more").first();
          if ((await more.count()) > 0) await more.click();
          assert.deepEqual(await wrongWith(page), [], member);
          const isCut = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            return scrollWidth > clientWidth;
          });
          assert.ok(!isCut, `${member}: the page is wider than the screen`);
          await page.context().close();
        }
      },
    ],

    [
      "the hour changes what is there",
      async () => {
        const page = await open(browser, url, "u_noor");
        const usable = "[data-can-state=allowed], [data-can-state=conditional]";
        assert.equal(await page.locator(usable).count(), 0);
        await page.locator("#clock").selectOption({ label: "Monday 23:00 in Zagreb" });
        await page.waitForSelector("[data-section=service]");
        await page.locator("[data-section=service]").click();
        await page.waitForSelector('[data-can-state=allowed] [data-control="message"]');
        await page.context().close();
      },
    ],
  ];
}
