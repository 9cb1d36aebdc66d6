/** Pages without a framework in Chromium, the one of docs/plain-panel.md among them. */

import assert from "node:assert/strict";

import { codeOf, openPage, refreshesUntil, wrongWith } from "./pages.mjs";

const READY = "[data-can][data-can-state]:not([data-can-state=pending])";
/** A suspension is there with the next answer, or with the one after it that was under way. */
const MOST_REFRESHES = 2;

const code = await codeOf("plain-panel.md");
const files = { "page.html": code("html")[0], "panel.js": code("js")[0] };

const states = (page) =>
  page.$$eval("[data-can]", (all) =>
    Object.fromEntries(
      all.map((element) => [
        element.dataset.can,
        [element.dataset.canState, element.checkVisibility()].join(" "),
      ]),
    ),
  );

async function opened(browser, server, member, given = files) {
  const page = await openPage(browser, server, member, given);
  await page.opened();
  await page.waitForSelector(READY, { state: "attached" });
  return page;
}

/** A page with these elements, and the document's script. */
const pageWith = (body, script = files["panel.js"]) => ({
  "page.html": files["page.html"].replace(/<main[^]*<\/main>/, body),
  "panel.js": script,
});

/** Counts what gets through to the page's own listeners. */
const COUNTS = `
globalThis.through = [];
for (const type of ["click", "submit", "keydown", "change"]) {
  document.addEventListener(type, (event) => {
    if (type === "submit") event.preventDefault();
    if (event.key !== "Tab") globalThis.through.push(type);
  });
}
`;

export const panel = (browser, server) => [
  [
    "docs/plain-panel.md: what the member never has is hidden, the rest is there",
    async () => {
      const page = await opened(browser, server, "u_marko");
      assert.deepEqual(await states(page), {
        "order.view": "allowed true",
        "order.refund": "conditional true",
        "order.cancel": "conditional true",
        "staff.view": "absent false",
        "discount.manage": "conditional true",
      });
      assert.deepEqual(await wrongWith(page), []);
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "what is blocked is disabled, described by its reason, and does nothing by mouse or keyboard",
    async () => {
      const body = `<main data-scope="zagreb-01"><h1>Orders</h1>
        <button type="button" data-can="order.view" id="button">Open</button>
        <a href="/orders" data-can="order.view" id="link">Orders</a>
        <form data-can="order.status.edit" id="form" aria-label="Status"><label>To <input id="field"></label><button id="send">Set</button></form>
        <label><input type="checkbox" data-can="order.note.edit" id="box"> Pinned</label>
        <label>State <select data-can="order.note.edit" id="select"><option>a<option>b</select></label>
        <p data-can="order.view" id="text">Not a control</p></main>`;
      const page = await opened(browser, server, "u_tin", pageWith(body, files["panel.js"] + COUNTS));
      for (const id of ["button", "link", "send", "box", "select"]) {
        const element = page.locator(`#${id}`);
        assert.equal(await element.getAttribute("aria-disabled"), "true", id);
        assert.equal(await element.isVisible(), true, id);
        const described = await element.getAttribute("aria-describedby");
        assert.match(await page.locator(`#${described}`).textContent(), /training/i, id);
        await element.focus();
        assert.equal(await page.evaluate(() => document.activeElement.id), id);
        await page.evaluate(() => (globalThis.through.length = 0));
        await element.click({ force: true });
        for (const key of ["Enter", "Space"]) await page.keyboard.press(key);
        if (id === "select") await page.keyboard.press("ArrowDown");
        const through = await page.evaluate(() => globalThis.through);
        assert.deepEqual(through.filter((type) => type !== "keydown"), [], id);
        const status = await page.locator("[role=status]").textContent();
        assert.match(status, /training/i, id);
      }
      assert.equal(await page.locator("#box").isChecked(), false);
      assert.equal(await page.locator("#select").inputValue(), "a");
      assert.equal(await page.locator("#text").isVisible(), false, "a paragraph cannot be disabled");
      // A form that cannot be sent can be filled.
      await page.locator("#field").focus();
      await page.keyboard.type("a b");
      assert.equal(await page.locator("#field").inputValue(), "a b");
      await page.evaluate(() => (globalThis.through.length = 0));
      await page.keyboard.press("Enter");
      await page.evaluate(() => document.querySelector("#form").requestSubmit());
      assert.ok(!(await page.evaluate(() => globalThis.through)).includes("submit"));
      assert.match(page.url(), /page\.html/);
      assert.deepEqual(await wrongWith(page), []);
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "nothing is seen before there is a slice; nothing is there if it cannot be had, and that is said",
    async () => {
      const page = await openPage(browser, server, "u_marko", files);
      let goOn;
      const held = new Promise((resolve) => (goOn = resolve));
      await page.route("**/me/slice", async (route) => {
        await held;
        await route.fulfill({ status: 502 });
      });
      // Whatever is painted before the script is there counts as well.
      await page.addInitScript(() => {
        globalThis.seen = 0;
        const look = () => {
          for (const element of document.querySelectorAll("[data-can]")) {
            if (element.checkVisibility()) globalThis.seen += 1;
          }
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      await page.opened();
      await page.waitForSelector("[data-can-state=pending]", { state: "attached" });
      assert.deepEqual(
        [...new Set(Object.values(await states(page)))],
        ["pending false"],
      );
      goOn();
      await page.waitForSelector("[data-can-state=failed]", { state: "attached" });
      await page.waitForFunction(() => /could not be loaded/.test(document.body.textContent));
      assert.deepEqual([...new Set(Object.values(await states(page)))], ["failed false"]);
      assert.equal(await page.evaluate(() => globalThis.seen), 0, "something flashed");
      await page.unroute("**/me/slice");
      await page.waitForSelector("[data-can-state=allowed]");
      await page.context().close();
    },
  ],
  [
    "a control that is added later, or that asks for something else, is looked at before it is seen",
    async () => {
      const page = await opened(browser, server, "u_marko");
      const told = await page.evaluate(async () => {
        const seen = [];
        const main = document.querySelector("main");
        const row = document.createElement("div");
        row.innerHTML = '<button data-can="store.delete">Delete</button><button data-can="order.view">Open</button>';
        main.append(row);
        await new Promise(requestAnimationFrame);
        const [never, open] = row.children;
        seen.push(never.checkVisibility(), open.checkVisibility());
        open.dataset.can = "store.delete";
        await new Promise(requestAnimationFrame);
        seen.push(open.checkVisibility());
        open.dataset.can = "order.view";
        row.dataset.scope = "tokyo-01";
        await new Promise(requestAnimationFrame);
        seen.push(open.checkVisibility());
        delete row.dataset.scope;
        never.removeAttribute("data-can");
        await new Promise(requestAnimationFrame);
        seen.push(open.checkVisibility(), never.checkVisibility());
        return seen;
      });
      assert.deepEqual(told, [false, true, false, false, true, true]);
      await page.context().close();
    },
  ],
  [
    "a member who is suspended while the page is open: controls close, and the keyboard finds a place",
    async () => {
      const page = await opened(browser, server, "u_marko");
      await page.locator("[data-can='order.refund']").focus();
      await server.publish({ memberSuspended: [{ member: "u_marko" }] });
      const none = () =>
        [...document.querySelectorAll("[data-can]")].every((element) => !element.checkVisibility());
      const { refreshes, ms } = await refreshesUntil(page, none, MOST_REFRESHES);
      assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
      assert.match(await page.locator("[role=status]").textContent(), /No longer available/);
      assert.deepEqual(await wrongWith(page), []);
      await server.publish({});
      await page.waitForSelector("[data-can='order.refund'][data-can-state=conditional]");
      assert.match(await page.locator("[role=status]").textContent(), /Now available/);
      assert.deepEqual(page.errors, []);
      await page.context().close();
      return `${refreshes} refreshes, ${Math.round(ms)} ms`;
    },
  ],
  [
    "an operation that is stopped for everybody closes its control and no other",
    async () => {
      const page = await opened(browser, server, "u_marko");
      await server.publish({ operationSuspended: [{ permission: "order.refund" }] });
      await page.waitForSelector("[data-can='order.refund'][data-can-state=blocked][aria-disabled=true]");
      assert.equal((await states(page))["order.view"], "allowed true");
      await server.publish({});
      await page.waitForSelector("[data-can='order.refund'][data-can-state=conditional]:not([aria-disabled])");
      await page.context().close();
    },
  ],
  [
    "docs/plain-panel.md: with the facts that are typed a limit is told exactly",
    async () => {
      const [first, second] = code("js");
      const told = `const amount = document.querySelector("#amount");\n${second}`;
      const body = `<main data-scope="zagreb-01"><h1>Order</h1><label>Amount <input id="amount" value="10"></label>
        <button type="button" data-can="order.refund" id="refund">Refund</button></main>`;
      const script = first.replace("createControls({ live });", told);
      assert.notEqual(script, first);
      const page = await opened(browser, server, "u_marko", pageWith(body, script));
      const refund = page.locator("#refund");
      assert.equal(await refund.getAttribute("data-can-state"), "conditional");
      await page.locator("#amount").fill("1000000");
      assert.equal(await refund.getAttribute("data-can-reason"), "limit_exceeded");
      assert.equal(await refund.getAttribute("aria-disabled"), "true");
      assert.equal(await page.evaluate(() => document.activeElement.id), "amount", "the focus moved");
      await page.locator("#amount").fill("10");
      assert.equal(await refund.getAttribute("aria-disabled"), null);
      assert.equal(await refund.getAttribute("aria-describedby"), null);
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "messages are of the page's language, and English where it has none",
    async () => {
      const script = files["panel.js"].replace(
        "createControls({ live })",
        `createControls({ live, messages: { hr: {
          reasons: { training_required: "Prvo obuka." },
          blocked: (control, reason) => control + " ne ide: " + reason,
        } } })`,
      );
      for (const [language, said] of [
        ["hr-HR", "Open ne ide: Prvo obuka."],
        ["de", "Open: A training has to be completed first."],
      ]) {
        const given = pageWith(
          '<main data-scope="zagreb-01"><h1>Orders</h1><button data-can="order.view">Open</button></main>',
          script,
        );
        given["page.html"] = given["page.html"].replace('lang="en"', `lang="${language}"`);
        const page = await opened(browser, server, "u_tin", given);
        await page.locator("button").click({ force: true });
        assert.equal(await page.locator("[role=status]").textContent(), said);
        await page.context().close();
      }
    },
  ],
  [
    "what a page had set itself is there again when a control opens; the link has its address back",
    async () => {
      const body = `<main data-scope="zagreb-01"><h1>Order</h1><p id="note">Slow</p>
        <button type="button" data-can="order.refund" aria-describedby="note">Refund</button>
        <a href="/cancel" data-can="order.refund">Refund by letter</a></main>`;
      const page = await opened(browser, server, "u_marko", pageWith(body));
      const drawn = () =>
        page.$$eval("[data-can]", (all) =>
          all.map(({ attributes }) =>
            [...attributes].map(({ name, value }) => `${name}=${value}`).sort().join(" "),
          ),
        );
      const before = await drawn();
      await server.publish({ operationSuspended: [{ permission: "order.refund" }] });
      await page.waitForSelector("a[data-can-state=blocked]");
      assert.equal(await page.locator("a").getAttribute("href"), null);
      assert.match(await page.locator("button").getAttribute("aria-describedby"), /^note keyrack-reason/);
      await server.publish({ memberSuspended: [{ member: "u_marko" }] });
      await page.waitForSelector("a[data-can-state=absent]", { state: "hidden" });
      await server.publish({});
      await page.waitForSelector("a[data-can-state=conditional]");
      assert.deepEqual(await drawn(), before);
      assert.equal(await page.locator("a").getAttribute("href"), "/cancel");
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "a note says to everybody what holds a control back, and what the gate may ask",
    async () => {
      const noted = (permission) => `<p id="note-${permission}">…</p>
        <form data-can="${permission}" data-can-note="note-${permission}">
        <button aria-describedby="note-${permission}">${permission}</button></form>`;
      const names = ["order.view", "order.refund", "order.cancel", "store.delete"];
      const body = `<main data-scope="zagreb-01"><h1>Order</h1>${names.map(noted).join("")}</main>`;
      const page = await opened(browser, server, "u_marko", pageWith(body));
      const notes = () => page.$$eval("[id^=note]", (all) => all.map((one) => one.textContent));
      const before = ["", "Decided when you ask for it.", "You will be asked to verify that it is you.", ""];
      assert.deepEqual(await notes(), before);
      await server.publish({ operationSuspended: [{ permission: "order.refund" }] });
      const button = page.locator("[data-can-state=blocked] button[aria-disabled=true]");
      await button.waitFor();
      assert.equal((await notes())[1], "This operation is suspended at present.");
      assert.equal(await button.getAttribute("aria-describedby"), "note-order.refund");
      // A form without a name of its own is called what sends it.
      const told = await page.locator("[role=status]").textContent();
      assert.equal(told, "No longer available: order.refund.");
      assert.deepEqual(await wrongWith(page), []);
      await server.publish({});
      await page.waitForSelector("[data-can='order.refund'][data-can-state=conditional]");
      assert.deepEqual(await notes(), before);
      assert.deepEqual(page.errors, []);
      await page.context().close();
    },
  ],
  [
    "what is about another member is the gate's to say: a slice holds nobody else",
    async () => {
      const body = `<main data-scope="zagreb-01"><h1>Staff</h1>
        <button data-can="staff.suspend">Suspend</button><button data-can="permission.grant">Grant</button>
        </main>`;
      const script = files["panel.js"].replace(
        "createControls({ live });",
        `const question = ({ dataset }) => dataset.can === "permission.grant"
          ? { assignment: { member: "u_tin", permissions: ["order.view"], scopes: ["zagreb-01"] } }
          : { member: "u_tin" };
        createControls({ live, question });`,
      );
      for (const [member, then] of [
        ["u_marko", "conditional true"],
        ["u_dora", "absent false"],
      ]) {
        const page = await opened(browser, server, member, pageWith(body, script));
        const told = await states(page);
        assert.deepEqual([told["staff.suspend"], told["permission.grant"]], [then, then], member);
        await page.context().close();
      }
    },
  ],
  [
    "a control that is moved, and a scope that is renamed outside what is watched, are asked anew",
    async () => {
      const body = `<main><div data-scope="zagreb-01"><div id="root"><h1>Order</h1>
        <button data-can="order.view">Open</button></div></div><div id="tokyo" data-scope="tokyo-01"></div></main>`;
      const script = files["panel.js"].replace(
        "createControls({ live });",
        'globalThis.controls = createControls({ live, root: document.querySelector("#root") });',
      );
      const page = await opened(browser, server, "u_marko", pageWith(body, script));
      const told = await page.evaluate(async () => {
        const root = document.querySelector("#root");
        const button = root.querySelector("button");
        const seen = [button.checkVisibility()];
        root.parentElement.dataset.scope = "tokyo-01";
        globalThis.controls.refresh();
        seen.push(button.checkVisibility());
        root.parentElement.dataset.scope = "zagreb-01";
        globalThis.controls.refresh(button);
        seen.push(button.checkVisibility());
        const there = document.createElement("div");
        there.dataset.scope = "tokyo-01";
        root.append(there);
        there.append(button);
        // At once, before anybody was told of what has moved.
        globalThis.controls.refresh();
        seen.push(button.checkVisibility());
        root.append(button);
        await new Promise(requestAnimationFrame);
        seen.push(button.checkVisibility());
        return seen;
      });
      assert.deepEqual(told, [true, false, true, false, true]);
      await page.context().close();
    },
  ],
];
