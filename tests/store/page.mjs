/** The shop as people see it, with both plugins, and what somebody gains who changes the page. */

import assert from "node:assert/strict";

import { wrongWith } from "../front/pages.mjs";
import { call, headersOf } from "./calls.mjs";

const EDIT = ".pricetag-edit";
const LOOK_UP = ".helpdesk-open";

/** Opens the shop; `prepare` stands between it and the worker. */
export async function open(browser, { url }, member, prepare = () => {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("console", (message) => {
    const isRefusal = /status of (40[139]|304)/.test(message.text());
    if (message.type() === "error" && !isRefusal) page.errors.push(message.text());
  });
  await prepare(page);
  const query = member === undefined ? "" : `?member=${encodeURIComponent(member)}`;
  await page.goto(`${url}/shop/${query}`);
  await page.waitForSelector(".product");
  if (member !== undefined) await page.waitForSelector("html[data-staff]");
  return page;
}

/** Once each control has been looked at. */
const settled = (page, selector) =>
  page.waitForFunction(
    (one) =>
      [...document.querySelectorAll(one)].every(
        ({ dataset: { canState = "pending" } }) => canState !== "pending",
      ),
    selector,
  );
const priceOf = (page) => page.locator('[data-product="boot-trek"] .price').textContent();

async function lookUp(page, id) {
  await page.locator(LOOK_UP).click();
  await page.getByLabel("Order number").fill(id);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`[aria-label="Order ${id}"]`);
}

/** The page's Content-Security-Policy without leave to compile WebAssembly. */
const withoutWasm = (page) =>
  page.route("**/shop/?*", async (route) => {
    const answer = await route.fetch();
    const headers = answer.headers();
    const policy = headers["content-security-policy"].replace(" 'wasm-unsafe-eval'", "");
    await route.fulfill({
      response: answer,
      headers: { ...headers, "content-security-policy": policy },
    });
  });

export const page = (browser, server) => [
  [
    "guests see a shop and no tools",
    async () => {
      const page = await open(browser, server);
      assert.equal(await page.locator(".product").count(), 6);
      assert.equal(await page.locator(`${EDIT}, ${LOOK_UP}`).count(), 0);
      await page.getByRole("button", { name: "Add" }).first().click();
      assert.equal(await page.getByRole("button", { name: "Bag, 1 thing" }).count(), 1);
      assert.deepEqual(await wrongWith(page), []);
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "a supervisor with the right changes a price by keyboard alone: the proof, the gate, the page",
    async () => {
      const page = await open(browser, server, "u_ivana");
      await settled(page, EDIT);
      assert.equal(await priceOf(page), "€189.00");
      const edit = page.getByRole("button", { name: "Edit price of Biokovo trekking boots" });
      await edit.focus();
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.localName), "input");
      await page.keyboard.type("170.10");
      const form = page.getByRole("form", { name: "Price of Biokovo trekking boots" });
      assert.match(await form.textContent(), /−10\.0 %.*170\.10.*verify yourself/);
      await page.keyboard.press("Enter");
      await page.waitForSelector("#verify[open]");
      assert.deepEqual(await wrongWith(page), []);
      await page.keyboard.type("000000");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.querySelector("#verify-failed").textContent !== "");
      await page.keyboard.type("246810");
      await page.keyboard.press("Enter");
      await page.waitForFunction(
        () => document.querySelector('[data-product="boot-trek"] .price').textContent === "€170.10",
      );
      assert.equal(await page.evaluate(() => document.activeElement.className), "pricetag-edit");
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "above the app's limit it is blocked with its reason, though she may by herself",
    async () => {
      const page = await open(browser, server, "u_ivana");
      await settled(page, EDIT);
      await page.getByRole("button", { name: "Edit price of Velebit tent" }).click();
      const form = page.getByRole("form", { name: "Price of Velebit tent, two persons" });
      await form.getByRole("spinbutton").fill("200");
      const save = form.getByRole("button", { name: "Save" });
      assert.equal(await save.getAttribute("aria-disabled"), "true");
      assert.match(await form.textContent(), /More than this tool may change/);
      const asked = [];
      page.on("request", (request) => request.method() === "PUT" && asked.push(request.url()));
      await save.focus();
      for (const key of ["Enter", " "]) await page.keyboard.press(key);
      await form.getByRole("spinbutton").press("Enter");
      assert.deepEqual(asked, []);
      assert.deepEqual(await wrongWith(page), []);
      await page.keyboard.press("Escape");
      assert.equal(await form.isVisible(), false);
      await page.context().close();
    },
  ],
  [
    "a member without the right sees no editing; controls that are put back and calls are refused",
    async () => {
      const page = await open(browser, server, "u_filip");
      await settled(page, EDIT);
      assert.equal(await page.locator(EDIT).filter({ visible: true }).count(), 0);
      const before = await priceOf(page);
      await page.evaluate(() => {
        for (const button of document.querySelectorAll("[data-can]")) {
          for (const name of ["hidden", "style", "data-can"]) button.removeAttribute(name);
          button.dataset.canState = "allowed";
        }
        for (const form of document.querySelectorAll("form[hidden]")) form.hidden = false;
      });
      const form = page.getByRole("form", { name: "Price of Biokovo trekking boots" });
      await form.getByRole("spinbutton").fill("1.00");
      const answered = page.waitForResponse((answer) => answer.url().endsWith("/price"));
      await form.getByRole("button", { name: "Save" }).click();
      const answer = await answered;
      assert.deepEqual([answer.status(), (await answer.json()).code], [403, "no_grant"]);
      assert.equal(await priceOf(page), before);
      await page.context().close();
    },
  ],
  [
    "the support widget shows an order with billing hidden in words, by keyboard, and closes again",
    async () => {
      const page = await open(browser, server, "u_marko");
      await page.locator(LOOK_UP).waitFor();
      await page.locator(LOOK_UP).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.type("Z-1001");
      await page.keyboard.press("Enter");
      const order = page.getByRole("article", { name: "Order Z-1001" });
      await order.waitFor();
      const rows = await order.locator("dl").evaluate((list) =>
        Object.fromEntries(
          [...list.querySelectorAll("dt")].map((row) => [
            row.textContent,
            row.nextSibling.textContent,
          ]),
        ),
      );
      assert.match(rows.Customer, /Marija Babić, customer-z1@mail\.example/);
      assert.match(rows.Billing, /^Hidden – you or Helpdesk may not see it$/);
      assert.match(rows.Payment, /^Hidden/);
      // It is not in the page at all, hidden or not.
      assert.ok(!(await page.content()).includes("TX-0"));
      assert.deepEqual(await wrongWith(page), []);
      await page.keyboard.press("Escape");
      assert.equal(await page.evaluate(() => document.activeElement.className), "helpdesk-open");
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "a customer whom the member has no ticket of is hidden too",
    async () => {
      const page = await open(browser, server, "u_dora");
      await lookUp(page, "Z-1003");
      const order = page.getByRole("article", { name: "Order Z-1003" });
      assert.equal(await order.locator(".helpdesk-hidden").count(), 4);
      await page.context().close();
    },
  ],
  [
    "somebody who may not look at orders has no widget, and nobody without a member has one",
    async () => {
      const page = await open(browser, server, "u_borna");
      await settled(page, LOOK_UP);
      assert.equal(await page.locator(LOOK_UP).isVisible(), false);
      await page.getByRole("button", { name: "Sign out" }).click();
      assert.equal(await page.locator(LOOK_UP).count(), 0);
      assert.equal(await page.locator(EDIT).count(), 0);
      await page.context().close();
    },
  ],
  [
    "a colleague's slice changes what is drawn, never what the gate allows; a changed one nothing",
    async () => {
      const { url } = server;
      const through = "app_pricetag";
      const taken = async (member) => {
        const who = { as: member, through };
        const headers = { ...(await headersOf(url, who)), accept: "application/vnd.keyrack.view" };
        const answer = await fetch(`${url}/me/slice`, { headers });
        const told = ["x-keyrack-now", "x-keyrack-actor"];
        return {
          body: Buffer.from(await answer.arrayBuffer()),
          headers: Object.fromEntries(told.map((name) => [name, answer.headers.get(name)])),
        };
      };
      const theirs = await taken("u_ivana");
      const page = await open(browser, server, "u_filip", (page) =>
        page.route("**/me/slice", (route) => route.fulfill(theirs)),
      );
      await page.locator(EDIT).first().waitFor();
      const form = page.getByRole("form", { name: "Price of Velebit tent, two persons" });
      await page.getByRole("button", { name: "Edit price of Velebit tent" }).click();
      await form.getByRole("spinbutton").fill("330.00");
      const answered = page.waitForResponse((answer) => answer.url().endsWith("/price"));
      await form.getByRole("button", { name: "Save" }).click();
      assert.equal((await (await answered).json()).code, "no_grant");
      await page.context().close();

      const own = await taken("u_ivana");
      own.body[own.body.length >> 1] ^= 1;
      const changed = await open(browser, server, "u_ivana", (page) =>
        page.route("**/me/slice", (route) => route.fulfill(own)),
      );
      await changed.waitForSelector(`${EDIT}[data-can-state=failed]`, { state: "attached" });
      assert.equal(await changed.locator(EDIT).filter({ visible: true }).count(), 0);
      await changed.context().close();
    },
  ],
  [
    "where no WebAssembly may run, one plugin asks the worker and the other says why it cannot",
    async () => {
      const page = await open(browser, server, "u_ivana", withoutWasm);
      await page.locator(EDIT).first().waitFor();
      assert.match(await page.getByRole("note").textContent(), /security policy.*wasm-unsafe-eval/);
      assert.equal(await page.locator(LOOK_UP).count(), 0);
      await page.context().close();
      const filip = await open(browser, server, "u_filip", withoutWasm);
      await filip.getByRole("note").waitFor();
      await settled(filip, EDIT);
      assert.equal(await filip.locator(EDIT).filter({ visible: true }).count(), 0);
      await filip.context().close();
    },
  ],
  [
    "the plugins hold no token of the member's: each asks as itself",
    async () => {
      const seen = new Set();
      const page = await open(browser, server, "u_ivana", (page) =>
        page.on("request", (request) => {
          const { pathname } = new URL(request.url());
          const token = request.headers().authorization?.split(" ")[1];
          if (token === undefined || pathname === "/dev/step-up") return;
          const { sub, act } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
          seen.add(`${pathname} ${sub} ${act?.sub}`);
        }),
      );
      await page.locator(LOOK_UP).waitFor();
      await settled(page, EDIT);
      assert.deepEqual([...seen].sort(), [
        "/me/slice u_ivana app_helpdesk",
        "/me/slice u_ivana app_pricetag",
      ]);
      await page.context().close();
    },
  ],
  [
    "stopping an app closes its controls in a page that is open, and only its own",
    async () => {
      const page = await open(browser, server, "u_ivana");
      await settled(page, EDIT);
      await page.getByRole("button", { name: "Edit price of Velebit tent" }).click();
      await server.publish({ memberSuspended: [{ member: "app_pricetag" }] });
      try {
        await page.waitForSelector(`${EDIT}[data-can-state=absent]`, { state: "attached" });
        assert.equal(await page.locator(EDIT).filter({ visible: true }).count(), 0);
        assert.equal(await page.getByRole("button", { name: "Save" }).count(), 0);
        assert.equal(await page.locator(LOOK_UP).isVisible(), true);
        const through = { as: "u_ivana", through: "app_pricetag" };
        const path = "/api/stores/zagreb-01/products/tent-2p/price";
        const sent = await call(server.url, through, "PUT", path, { percent: 1, direction: "up" });
        assert.deepEqual([sent.status, sent.code], [403, "member_suspended"]);
      } finally {
        await server.publish({});
      }
      await page.locator(EDIT).first().waitFor();
      await page.context().close();
    },
  ],
  [
    "every product and order of the shop is there for a small screen, and nothing is wrong with it",
    async () => {
      const page = await open(browser, server, "u_marko");
      await page.setViewportSize({ width: 390, height: 780 });
      await lookUp(page, "Z-1002");
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      assert.ok(scrollWidth <= clientWidth, "it is wider than the screen");
      assert.deepEqual(await wrongWith(page), []);
      await page.context().close();
      const elsewhere = await call(server.url, { as: "u_ivana" }, "GET", "/shop/catalogue/nowhere");
      assert.equal(elsewhere.status, 404);
    },
  ],
];
