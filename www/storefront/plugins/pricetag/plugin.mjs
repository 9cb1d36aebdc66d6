/**
 * Pricetag: staff change prices where they see them. It acts for whoever is signed in, so it offers
 * what both may; the gate before the store's API decides every change again.
 */

import { createControls } from "keyrack/dom";
import module from "keyrack/keyrack.wasm";
import { createLive } from "keyrack/live";
import { initialise } from "keyrack/slim";

import "./plugin.css";
import { followStates } from "./states.mjs";
import { Tag } from "./tag.mjs";

const PERMISSION = "catalog.price.edit";

/** @param {object} shop what the shop gives to a plugin */
export async function mount(shop) {
  const rights = await rightsOf(shop);
  const tags = new Map();
  const asked = (element) => {
    const tag = tags.get(element.closest("[data-product]")?.dataset.product);
    return tag && { ...tag.asked(element), scope: shop.store.id };
  };
  const root = shop.products()[0]?.element.parentElement;
  if (root === undefined) return () => rights.stop();
  const controls = createControls({ live: rights, root, question: asked });
  const parts = { shop, controls, permission: PERMISSION, noticed: (one) => rights.noticed(one) };
  const stands = (question) => rights.standing({ scope: shop.store.id, ...question });
  for (const one of shop.products()) {
    tags.set(one.product.id, new Tag({ ...parts, stands }, one));
  }
  controls.refresh();
  return () => {
    rights.stop();
    controls.stop();
    for (const tag of tags.values()) tag.remove();
  };
}

/** What it may here: by a slice of its own, or asked of the worker where no WebAssembly may run. */
async function rightsOf({ app, keys, headers, signIn, store }) {
  try {
    await initialise(fetch(module));
  } catch (error) {
    if (error.code !== "wasm_unavailable") throw error;
    return followStates({ url: `/me/states?scope=${encodeURIComponent(store.id)}`, headers });
  }
  const live = createLive({ url: "/me/slice", keys, headers, auth: () => signIn, actor: app });
  live.start();
  return live;
}
