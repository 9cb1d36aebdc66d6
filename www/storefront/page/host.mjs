/** What the shop gives to a plugin, and nothing else. */

import { byId, say } from "./dom.mjs";

/** What is installed in this shop: the app that each plugin is, and where its makers' files are. */
const INSTALLED = [
  { app: "app_pricetag", name: "pricetag" },
  { app: "app_helpdesk", name: "helpdesk" },
];

/**
 * Starts every plugin for whoever is signed in; one that fails takes nothing else with it.
 *
 * @param {object} shop
 * @param {import("./staff.mjs").Staff} shop.staff
 * @param {object} shop.store
 * @param {object[]} shop.keys who signs slices
 * @param {() => object[]} shop.products what is on the page, with its elements
 * @param {() => Promise<void>} shop.reload draws the products anew
 */
export async function startPlugins(shop) {
  const { staff, store, keys, products, reload } = shop;
  const started = INSTALLED.map(async ({ app, name }) => {
    style(`/shop/plugins/${name}.css`);
    const { mount } = await import(`/shop/plugins/${name}.js`);
    const corner = document.createElement("div");
    corner.dataset.plugin = app;
    byId("plugins").append(corner);
    const stop = await mount(
      Object.freeze({
        app,
        scope: store.id,
        store,
        keys,
        signIn: staff.signIn,
        headers: () => staff.headersOf(app),
        verify: (challenge) => staff.verify(challenge),
        corner,
        products,
        reload,
        say,
      }),
    );
    return () => {
      stop();
      corner.remove();
    };
  });
  const stops = [];
  for (const [index, outcome] of (await Promise.allSettled(started)).entries()) {
    if (outcome.status === "fulfilled") stops.push(outcome.value);
    else console.error(`${INSTALLED[index].app} did not start:`, outcome.reason);
  }
  return () => stops.forEach((stop) => stop());
}

function style(href) {
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement("link");
  Object.assign(link, { rel: "stylesheet", href });
  document.head.append(link);
}
