/** React in Chromium: the panel of docs/react.md, what renders again and what does not, waiting, taking over. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { codeOf, openPage, refreshesUntil, wrongWith } from "./pages.mjs";

const MOST_REFRESHES = 2;
const root = fileURLToPath(new URL("../../", import.meta.url));
const code = await codeOf("react.md");

/** One module, as an application's own build makes it. */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "jsx" },
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    conditions: ["browser"],
    external: ["/session.js"],
    define: { "process.env.NODE_ENV": '"development"' },
    // An entry of the package says where its module comes from, and is more than its exports.
    logLevel: "error",
  });
  return outputFiles[0].text;
}

const page = (body = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Orders</title>
<script type="module" src="/keyrack/entry/app.js"></script></head><body><div id="root">${body}</div></body></html>`;

async function opened(browser, server, member, source, { body, hash } = {}) {
  const files = { "page.html": page(body), "keyrack/entry/app.js": await bundled(source) };
  const tab = await openPage(browser, server, member, files);
  await tab.opened(hash);
  return tab;
}

const HEAD = `
import { memo, StrictMode, Suspense, useId } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { createLive } from "keyrack/live";
import { Can, KeyrackProvider, useCan, useDecision, useLiveState, useSession } from "keyrack/react";
import { headers, keys, signIn } from "/session.js";
const timers = globalThis.timers = new Set();
const schedule = (work, ms) => {
  const timer = setTimeout(() => { timers.delete(timer); work(); }, ms);
  timers.add(timer);
  return () => { timers.delete(timer); clearTimeout(timer); };
};
const live = globalThis.live = createLive({ url: "/me/slice", keys, headers, schedule, auth: () => signIn });
const counts = globalThis.counts = {};
const count = (name) => (counts[name] = (counts[name] ?? 0) + 1);
const at = "zagreb-01";
`;

/** Rows that ask for different things, one that follows every slice, and one that is memoised. */
const ROWS = `${HEAD}
const Row = memo(function Row({ permission }) {
  count(permission);
  const standing = useDecision(permission, at);
  return <li id={permission}>{standing.state}</li>;
});
const Plain = memo(function Plain() {
  count("plain");
  return <li id="plain">{String(useCan("order.view", at))}</li>;
});
const Measured = memo(function Measured() {
  count("measured");
  const amount = { value: 100, currency: "EUR" };
  return <li id="measured">{useDecision({ permission: "order.refund", scope: at, amount }).state}</li>;
});
const Menu = memo(function Menu({ session }) {
  count("menu");
  return <li id="menu">{session?.state("order.refund") ?? "none"}</li>;
});
function Whole() {
  count("whole");
  return <Menu session={useSession(at)} />;
}
const list = <ul>
  {["order.view", "order.refund", "order.cancel", "store.delete"].map((name) => <Row key={name} permission={name} />)}
  <Plain /><Measured /><Whole />
</ul>;
const app = <KeyrackProvider live={live}>{list}</KeyrackProvider>;
`;

const texts = (tab) =>
  tab.$$eval("li", (all) => Object.fromEntries(all.map(({ id, textContent }) => [id, textContent])));
const counts = (tab) => tab.evaluate(() => ({ ...globalThis.counts }));

export const widgets = (browser, server) => [
  [
    "docs/react.md: the panel is drawn by the slice, and closes within a refresh of a suspension",
    async () => {
      const tab = await opened(browser, server, "u_marko", code("jsx")[0]);
      await tab.waitForSelector("text=Refund");
      assert.equal(await tab.locator("main").textContent(), "Order Z-1002OpenRefundPeople");
      assert.deepEqual(await wrongWith(tab), []);

      await server.publish({ operationSuspended: [{ permission: "order.refund" }] });
      const blocked = tab.locator("button[aria-disabled=true]");
      await blocked.waitFor();
      assert.equal(await blocked.innerText(), "Refund");
      await server.publish({ memberSuspended: [{ member: "u_marko" }] });
      const closed = () => /Not yours to see/.test(document.querySelector("main").textContent);
      const { refreshes, ms } = await refreshesUntil(tab, closed, MOST_REFRESHES);
      assert.equal(await tab.locator("main").textContent(), "Order Z-1002Not yours to see.");
      await server.publish({});
      await tab.waitForSelector("text=Refund");
      assert.deepEqual(tab.errors, []);
      await tab.context().close();
      return `${refreshes} refreshes, ${Math.round(ms)} ms`;
    },
  ],
  [
    "nothing renders again that has not changed; memoised views follow a new slice",
    async () => {
      const tab = await opened(browser, server, "u_marko", `${ROWS} createRoot(document.querySelector("#root")).render(app);`);
      await tab.waitForSelector("#order\\.view:text-is('allowed')");
      assert.deepEqual(await texts(tab), {
        "order.view": "allowed",
        "order.refund": "conditional",
        "order.cancel": "conditional",
        "store.delete": "absent",
        plain: "true",
        measured: "conditional",
        menu: "conditional",
      });
      const first = await counts(tab);
      await tab.evaluate(() => globalThis.live.refresh());
      await tab.evaluate(() => globalThis.live.refresh());
      assert.deepEqual(await counts(tab), first, "the same slice made something render");

      await server.publish({ operationSuspended: [{ permission: "order.refund" }] });
      await tab.waitForSelector("#order\\.refund:text-is('blocked')");
      await tab.waitForSelector("#menu:text-is('denied')");
      const second = await counts(tab);
      const more = Object.keys(second).filter((name) => second[name] !== first[name]);
      assert.deepEqual(more.sort(), ["measured", "menu", "order.refund", "whole"]);
      for (const name of more) assert.equal(second[name], first[name] + 1, name);

      // News that changes nothing here: what takes the whole slice follows, and nothing else.
      await server.publish({ operationSuspended: [{ permission: "order.refund" }] });
      await tab.waitForFunction((had) => globalThis.counts.whole > had, second.whole);
      const third = await counts(tab);
      assert.deepEqual(third, { ...second, whole: second.whole + 1, menu: second.menu + 1 });
      await server.publish({});
      assert.deepEqual(tab.errors, []);
      await tab.context().close();
      return `${Object.values(third).reduce((sum, one) => sum + one)} renders in all`;
    },
  ],
  [
    "strict mode, which mounts everything twice, leaves one client that asks, and none afterwards",
    async () => {
      const source = `${ROWS}
        const root = createRoot(document.querySelector("#root"));
        root.render(<StrictMode>{app}</StrictMode>);
        globalThis.unmount = () => root.unmount();`;
      const tab = await opened(browser, server, "u_marko", source);
      await tab.waitForSelector("#order\\.view:text-is('allowed')");
      await tab.waitForFunction(() => globalThis.timers.size > 0);
      assert.equal(await tab.evaluate(() => globalThis.timers.size), 1, "two clients ask");
      await tab.evaluate(() => globalThis.unmount());
      // What is under way may end; after it nothing is waited for.
      await tab.evaluate(() => globalThis.live.refresh());
      assert.equal(await tab.evaluate(() => globalThis.timers.size), 0);
      assert.deepEqual(tab.errors, []);
      await tab.context().close();
    },
  ],
  [
    "with suspense the page waits, and is then drawn whole: no state between is ever seen",
    async () => {
      const within = `<KeyrackProvider live={live} suspense><Suspense fallback="waiting">{list}</Suspense></KeyrackProvider>`;
      const around = `<Suspense fallback="waiting"><KeyrackProvider live={live} suspense>{list}</KeyrackProvider></Suspense>`;
      for (const app of [within, around]) {
        const source = `${ROWS}
          const seen = globalThis.seen = [];
          new MutationObserver(() => seen.push(document.querySelector("#root").textContent))
            .observe(document.querySelector("#root"), { subtree: true, childList: true, characterData: true });
          createRoot(document.querySelector("#root")).render(${app});`;
        const tab = await opened(browser, server, "u_marko", source);
        await tab.waitForSelector("#order\\.view:text-is('allowed')");
        const seen = await tab.evaluate(() => globalThis.seen);
        assert.equal(seen[0], "waiting");
        assert.ok(!seen.some((text) => text.includes("pending")), seen.join(" | "));
        await tab.waitForFunction(() => globalThis.timers.size > 0);
        assert.deepEqual(tab.errors, []);
        await tab.context().close();
      }
    },
  ],
  [
    "a browser takes over what a server has drawn without a difference, and then draws the rest",
    async () => {
      // Drawn by a server from the same source, before anything is known.
      const served = '<ul><li id="order.view">pending</li></ul><p>wait</p>';
      const source = `${HEAD}
        function Row() { return <li id="order.view">{useDecision("order.view", at).state}</li>; }
        const app = (
          <KeyrackProvider live={live} suspense>
            <ul><Row /></ul>
            <p><Can permission="order.view" scope={at} pending="wait">secret</Can></p>
          </KeyrackProvider>
        );
        // The slice may be there first, or the page.
        if (location.hash === "#ready") await live.refresh();
        hydrateRoot(document.querySelector("#root"), app, { onRecoverableError: (error) => console.error(String(error)) });`;
      for (const hash of ["", "#ready"]) {
        const tab = await opened(browser, server, "u_marko", source, { body: served, hash });
        await tab.waitForSelector("p:text-is('secret')");
        assert.equal(await tab.locator("li").innerText(), "allowed");
        assert.deepEqual(tab.errors, []);
        await tab.context().close();
      }
    },
  ],
];
