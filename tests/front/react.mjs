/** React on a server: what is drawn there is kept, and nothing protected is in it. */

import assert from "node:assert/strict";

import { createElement, StrictMode, Suspense } from "react";
import { renderToString } from "react-dom/server";

import { openShop, settingsOf } from "./shop.mjs";
import { createLive } from "keyrack/live";
import { Can, KeyrackProvider, useCan, useDecision, useLiveState, useSession } from "keyrack/react";

const h = createElement;

async function opened() {
  const shop = await openShop();
  return { shop, live: createLive(settingsOf(shop).options) };
}

function Told() {
  const [may, state] = [useCan("order.view", "shop"), useLiveState()];
  const standing = useDecision("order.cancel", "shop").state;
  return h("p", {}, JSON.stringify([may, state, standing, useSession("shop") === undefined]));
}

const page = (live, suspense) =>
  h(
    StrictMode,
    {},
    h(
      KeyrackProvider,
      { live, suspense },
      h(Told),
      h(Can, { permission: "order.view", scope: "shop", pending: "wait", fallback: "no" }, "secret"),
      h(Can, { permission: "order.view", scope: "shop" }, () => "secret"),
    ),
  );

const text = (html) => html.replaceAll(/<[^>]*>/g, "").replaceAll("&quot;", '"');

export const react = [
  [
    "a server draws what is pending, also where it has a slice: nothing protected is in the page",
    async () => {
      const { live, shop } = await opened();
      for (const suspense of [false, true]) {
        assert.equal(text(renderToString(page(live, suspense))), '[false,"pending","pending",true]wait');
      }
      assert.deepEqual(shop.asked, [], "drawing on a server asked for a slice");
      await live.refresh();
      assert.equal(live.can("order.view", "shop"), true);
      for (const suspense of [false, true]) {
        assert.equal(text(renderToString(page(live, suspense))), '[false,"pending","pending",true]wait');
      }
    },
  ],
  [
    "nothing is suspended on a server, where nobody would go on",
    async () => {
      const { live } = await opened();
      const held = h(Suspense, { fallback: "held" }, page(live, true));
      assert.ok(!renderToString(held).includes("held"));
    },
  ],
  [
    "a hook without a provider says so",
    async () => {
      assert.throws(() => renderToString(h(Told)), /KeyrackProvider/);
    },
  ],
];
