/** What anybody may see of a store, signed in or not: its name and what it sells. */

import { problem } from "keyrack/edge";

const PATH = /^\/shop\/catalogue\/([\w-]+)$/;
/** Nothing else of a product leaves here. */
const PUBLIC = ["id", "title", "description", "price", "stock"];

/**
 * Makes what answers `GET /shop/catalogue/{store}`; `undefined` for any other path.
 *
 * @param {{ fetch: (request: Request) => Promise<Response> }} store
 * @param {{ id: string, title: string, currency: string }[]} stores
 */
export function createCatalogue(store, stores) {
  return async function catalogue(request) {
    const { pathname, origin } = new URL(request.url);
    const [, id] = PATH.exec(pathname) ?? [];
    if (id === undefined || request.method !== "GET") return undefined;
    const shop = stores.find((one) => one.id === id);
    if (shop === undefined) return problem("not-found", "not_found");
    const answer = await store.fetch(new Request(`${origin}/api/stores/${id}/products`));
    const { items } = await answer.json();
    const products = items.filter(({ published }) => published).map(shown);
    const { title, currency } = shop;
    return Response.json(
      { store: { id, title, currency }, products },
      { headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" } },
    );
  };
}

const shown = (product) => Object.fromEntries(PUBLIC.map((name) => [name, product[name]]));
