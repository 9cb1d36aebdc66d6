/** What each request to the store does, method and path first. */

import { StoreError } from "./error.mjs";
import { brand, draft, drop, merge, push, report, ROLES, sifted, staff } from "./records.mjs";

/** All handlers over one world of records. */
export function handlers(world) {
  const shop = ({ store }) => {
    const found = world.stores.get(store);
    if (found === undefined) throw new StoreError(404, "store_not_found");
    return found;
  };
  const of = (kind) => (at) => shop(at)[kind];
  const find = (list, id) => {
    const record = list.find((candidate) => candidate.id === id);
    if (record === undefined) throw new StoreError(404, "not_found");
    return record;
  };
  const base = "/api/stores/:store";
  const list = (path, kind) => [
    "GET",
    `${base}/${path}`,
    ({ at, url }) => ({ items: sifted(of(kind)(at), url) }),
  ];
  const one = (path, kind, name) => [
    "GET",
    `${base}/${path}/:${name}`,
    ({ at }) => find(of(kind)(at), at[name]),
  ];
  const edit = (method, path, kind, name, change) => [
    method,
    `${base}/${path}`,
    ({ at, body, by }) => {
      const record = find(of(kind)(at), at[name]);
      change(record, body, { at, by });
      return record;
    },
  ];
  const add = (path, kind, make) => [
    "POST",
    `${base}/${path}`,
    ({ at, body, by }) => {
      const records = of(kind)(at);
      const record = make(body, { at, by, next: records.length + 1, shop: shop(at) });
      records.push(record);
      return record;
    },
  ];
  const only =
    (...editable) =>
    (record, body) =>
      merge(record, body, editable);
  const when = () => new Date(world.clock() * 1000).toISOString().replace(".000", "");

  return [
    list("orders", "orders"),
    add("orders", "orders", (body, { next, shop: { store } }) => draft(body, store, next, when())),
    one("orders", "orders", "order"),
    edit(
      "PATCH",
      "orders/:order",
      "orders",
      "order",
      only("items", "customer", "shipping_address", "billing_address", "billing"),
    ),
    ["DELETE", `${base}/orders/:order`, ({ at }) => drop(of("orders")(at), at.order)],
    edit("PUT", "orders/:order/status", "orders", "order", (order, { status }) => {
      if (!["paid", "packed", "shipped", "delivered"].includes(status))
        throw new StoreError(409, "status_unknown");
      order.status = status;
    }),
    edit("POST", "orders/:order/notes", "orders", "order", (order, { text }) =>
      order.notes.push(String(text)),
    ),
    edit("POST", "orders/:order/discount", "orders", "order", (order, { percent }) => {
      order.total -= Math.round((order.total * percent) / 10_000);
    }),
    edit("POST", "orders/:order/cancel", "orders", "order", (order) => {
      if (order.status === "cancelled") throw new StoreError(409, "already_cancelled");
      order.status = "cancelled";
    }),
    edit("POST", "orders/:order/ship", "orders", "order", (order) => {
      if (order.status === "shipped") throw new StoreError(409, "already_shipped");
      order.status = "shipped";
    }),
    edit("POST", "orders/:order/label", "orders", "order", (order, { amount }) => {
      order.label = { carrier: "Parcel", amount };
    }),
    edit("POST", "orders/:order/return", "orders", "order", (order) => {
      order.status = "returned";
    }),
    edit(
      "POST",
      "orders/:order/refund",
      "orders",
      "order",
      (order, { amount, currency }, { at }) => {
        if (currency !== order.currency) throw new StoreError(409, "currency_differs");
        if (order.refunded + amount > order.total) throw new StoreError(409, "more_than_paid");
        order.refunded += amount;
        of("transactions")(at).push({
          id: `tr-${order.id}-${order.refunded}`,
          at: when(),
          kind: "refund",
          amount: -amount,
          currency,
          destination: {},
        });
      },
    ),
    edit("POST", "orders/:order/paid", "orders", "order", (order) => {
      order.status = "paid";
    }),
    edit("POST", "orders/:order/capture", "orders", "order", (order) => {
      order.status = "paid";
    }),
    list("exports/orders", "orders"),
    list("checkouts", "checkouts"),
    edit("POST", "checkouts/:checkout/recover", "checkouts", "checkout", (checkout) => {
      checkout.recovered = true;
    }),

    list("customers", "customers"),
    one("customers", "customers", "customer"),
    edit(
      "PATCH",
      "customers/:customer",
      "customers",
      "customer",
      only(
        "name",
        "email",
        "phone",
        "groups",
        "shipping_addresses",
        "billing_addresses",
        "tax_id",
        "private_notes",
      ),
    ),
    ["DELETE", `${base}/customers/:customer`, ({ at }) => drop(of("customers")(at), at.customer)],
    list("exports/customers", "customers"),
    list("messages", "messages"),
    add("messages", "messages", ({ body, order_id }, { next }) => ({
      id: `m-${next}`,
      sent_at: when(),
      body,
      order_id,
      from: {},
    })),
    list("tickets", "tickets"),
    one("tickets", "tickets", "ticket"),
    edit("PATCH", "tickets/:ticket", "tickets", "ticket", only("status", "subject", "history")),
    edit("PUT", "tickets/:ticket/assignee", "tickets", "ticket", (ticket, { assignee }) => {
      ticket.assignee = assignee;
    }),
    list("pipelines", "pipelines"),
    edit("PUT", "pipelines/:pipeline", "pipelines", "pipeline", only("title", "stages")),

    list("products", "products"),
    add("products", "products", ({ title }, { next }) => ({
      id: `p-${next}`,
      sku: `p-${next}`,
      title,
      price: 0,
      stock: 0,
      categories: [],
      images: [],
      published: false,
      product_class: "standard",
    })),
    one("products", "products", "product"),
    edit(
      "PATCH",
      "products/:product",
      "products",
      "product",
      only("title", "description", "categories"),
    ),
    ["DELETE", `${base}/products/:product`, ({ at }) => drop(of("products")(at), at.product)],
    edit("POST", "products/:product/publish", "products", "product", (product) => {
      product.published = true;
    }),
    // The body says by how much and in which direction; the price follows from that alone.
    edit(
      "PUT",
      "products/:product/price",
      "products",
      "product",
      (product, { percent, direction }) => {
        const change = Math.round((product.price * percent) / 10_000);
        product.price += direction === "down" ? -change : change;
      },
    ),
    edit("PUT", "products/:product/stock", "products", "product", (product, { quantity }) => {
      product.stock += quantity;
    }),
    edit("PUT", "products/:product/images", "products", "product", (product, { images }) => {
      product.images = images;
    }),
    list("giftcards", "giftcards"),
    add("giftcards", "giftcards", ({ amount, currency }, { next }) => ({
      id: `g-${next}`,
      balance: amount,
      currency,
      expires_at: "2027-03-01",
      code: crypto.randomUUID(),
    })),

    list("campaigns", "campaigns"),
    edit(
      "PUT",
      "campaigns/:campaign",
      "campaigns",
      "campaign",
      only("title", "status", "audience"),
    ),
    [
      "POST",
      `${base}/newsletters`,
      ({ at, body }) => ({
        id: `n-${at.store}`,
        subject: body.subject,
        recipients: of("customers")(at).length,
      }),
    ],
    list("discounts", "discounts"),
    add("discounts", "discounts", ({ code, percent }, { next }) => ({
      id: `d-${next}`,
      code,
      percent,
      status: "active",
    })),
    edit("PUT", "pages/:page", "pages", "page", only("title", "body")),
    edit("POST", "pages/:page/publish", "pages", "page", (page) => {
      page.status = "published";
    }),
    [
      "PUT",
      `${base}/theme`,
      ({ at, body }) => Object.assign(of("theme")(at), { colours: body.colours, status: "draft" }),
    ],
    [
      "PUT",
      `${base}/theme/code`,
      ({ at, body }) =>
        Object.assign(of("theme")(at), { code_lines: body.code_lines, status: "draft" }),
    ],
    [
      "POST",
      `${base}/theme/publish`,
      ({ at }) => Object.assign(of("theme")(at), { status: "published" }),
    ],
    list("channels", "channels"),
    edit("PUT", "channels/:channel", "channels", "channel", only("title", "status")),
    ["GET", "/api/brands/:account", ({ at }) => ({ items: [brand(world, at)] })],
    [
      "POST",
      "/api/brands/:account/posts",
      ({ at, body }) => {
        const account = brand(world, at);
        account.posts.push({
          id: `post-${account.posts.length + 1}`,
          text: body.text,
          status: "draft",
        });
        return account;
      },
    ],
    [
      "POST",
      "/api/brands/:account/posts/:post/publish",
      ({ at, by }) => {
        const account = brand(world, at);
        Object.assign(find(account.posts, at.post), { status: "published", by });
        return account;
      },
    ],
    ["POST", "/api/brands/:account/connect", ({ at }) => brand(world, at)],

    ...["operations", "sales", "whole-store", "financial"].map((kind) => [
      "GET",
      `${base}/reports/${kind}`,
      ({ at }) => ({ items: [report(kind, shop(at))] }),
    ]),
    ["POST", `${base}/reports`, ({ at }) => report("sales", shop(at))],
    ["GET", `${base}/exports/reports`, ({ at }) => ({ items: [report("sales", shop(at))] })],
    list("funds/transactions", "transactions"),
    add("funds/withdraw", "transactions", ({ amount, currency, reference }) => ({
      id: reference,
      at: when(),
      kind: "withdrawal",
      amount: -amount,
      currency,
      destination: {},
    })),
    [
      "PUT",
      `${base}/funds/payout-account`,
      ({ at, body }) => {
        const account_number = String(body.account_number);
        for (const record of of("transactions")(at)) record.destination = { account_number };
        return {
          id: `payout-${at.store}`,
          kind: "payout account",
          at: when(),
          destination: { account_number },
        };
      },
    ],
    list("invoices", "invoices"),
    add("invoices", "invoices", ({ order_id }, { next, at }) => {
      const order = find(of("orders")(at), order_id);
      return {
        id: `in-${next}`,
        number: `2026-${next}`,
        issued_at: when(),
        currency: order.currency,
        total: order.total,
        bill_to: order.billing_address,
      };
    }),
    ["GET", "/api/books/entries", () => ({ items: world.entries })],
    [
      "POST",
      "/api/books/entries",
      ({ body }) =>
        push(world.entries, { ...body, id: `e-${world.entries.length + 1}`, at: when() }),
    ],
    ["GET", "/api/books/export", () => ({ items: world.entries })],

    ["GET", `${base}/staff`, ({ at }) => ({ items: staff(world, shop(at).store.id) })],
    [
      "POST",
      `${base}/staff`,
      ({ at, body }) =>
        push(world.people, {
          id: `u_new${world.people.length}`,
          name: body.name,
          post: body.post,
          store: at.store,
          status: "invited",
        }),
    ],
    [
      "POST",
      `${base}/staff/:member/suspend`,
      ({ at }) => Object.assign(find(world.people, at.member), { status: "suspended" }),
    ],
    [
      "DELETE",
      `${base}/staff/:member`,
      ({ at }) => Object.assign(find(world.people, at.member), { status: "removed" }),
    ],
    ["GET", `${base}/roles`, () => ({ items: ROLES })],
    add("grants", "grants", ({ assignment }, { by, next }) => ({
      id: `gr-${next}`,
      ...assignment,
      issued_by: by,
    })),
    list("outside-grants", "outsideGrants"),
    add("outside-grants", "outsideGrants", ({ assignment }, { by, next }) => ({
      id: `og-${next}`,
      ...assignment,
      until: assignment.valid?.to,
      issued_by: by,
    })),
    ["GET", "/api/audit", async () => ({ items: await world.journal.entries() })],
    [
      "GET",
      "/api/me/access",
      ({ by }) => ({
        items: [{ member: by, training: ["store-tour", "privacy", "warehouse-safety"] }],
      }),
    ],

    ["GET", `${base}/settings`, ({ at }) => ({ items: [of("settings")(at)] })],
    [
      "PATCH",
      `${base}/settings`,
      ({ at, body }) =>
        merge(of("settings")(at), body, ["name", "locale", "time_zone", "shipping", "tax"]),
    ],
    list("apps", "apps"),
    edit("PUT", "apps/:app", "apps", "app", only("name")),
    ["GET", "/api/billing", () => ({ items: [world.billing] })],
    ["DELETE", base, ({ at }) => ({ id: shop(at).store.id })],
  ];
}
