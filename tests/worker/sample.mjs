/** The sample store behind a gate in this process, with its own policy and any member. */

import { readFile } from "node:fs/promises";

import { Keyrack } from "keyrack";

import { Approvals } from "../../pkg/src/edge/approvals.js";
import { createGate } from "../../pkg/src/edge/gate.js";
import { Ledger } from "../../pkg/src/edge/ledger.js";
import { createLog } from "../../pkg/src/edge/log/log.js";
import { MemoryLog } from "../../pkg/src/edge/log/memory.js";
import { createPseudonym } from "../../pkg/src/edge/log/pseudonym.js";
import { createJournal } from "../../www/worker/journal.mjs";
import { createPublisher } from "../../www/worker/provision.mjs";
import { STORES } from "../../www/worker/store/seed.mjs";
import { createStore } from "../../www/worker/store/store.mjs";
import { claimsOf } from "./claims.mjs";

const PSEUDONYM = createPseudonym({
  keys: [{ id: "1", key: Buffer.alloc(32, 1).toString("base64url") }],
});

/** Monday, 2 March 2026, 10:00 in London. */
export const MONDAY = 1_772_445_600;

/** What a path's parameters are called in a store with this letter. */
const named = ({ id, letter }) => ({
  store: id,
  order: `${letter}-1002`,
  customer: `c-${letter}1`,
  product: "tent-2p",
  ticket: `t-${letter}1`,
  checkout: `k-${letter}1`,
  pipeline: "trade",
  campaign: "spring",
  page: "about",
  channel: "web",
  app: "app_parcel",
  account: "brand-main",
  post: "post-1",
  member: "u_filip",
});

/** Loads the sample policy. */
export async function openSample() {
  const publisher = await createPublisher("examples/atlas.toml");
  const { snapshot, publicKey } = publisher;
  publisher.close();
  const rack = await Keyrack.load(snapshot, { keys: [{ publicKey }], now: MONDAY });
  const text = await readFile(new URL("../../examples/atlas.toml", import.meta.url), "utf8");
  const routes = [
    ...text.matchAll(/method = "([A-Z]+)", path = "([^"]+)", permission = "([^"]+)"/g),
  ];
  return {
    rack,
    snapshot,
    publicKey,
    routes: routes.map(([, method, path, permission]) => ({ method, path, permission })),

    /**
     * A new store, and a gate before it, for one member.
     *
     * @param {string} member
     * @param {{ now?: number, around?: (store: object) => object, engine?: object, keeper?: MemoryLog }} [options]
     *   what stands around the store, what of the engine is replaced, and where the log goes
     */
    async gateFor(member, { now = MONDAY, around = (store) => store, engine, ...more } = {}) {
      const { keeper = new MemoryLog() } = more;
      const journal = createJournal({ keeper, tenant: rack.tenant });
      const claims = await claimsOf({
        subject: member,
        auth: { session: "s", time: now - 600, acr: "passkey", amr: ["hwk"] },
      });
      const proof = { subject: member, session: "s", level: 3, at: now - 1 };
      const proofs = rack.permissions().map((permission) => ({ ...proof, permission }));
      const used = { ...open(rack), ...engine };
      return createGate({
        identify: async () => claims,
        policy: async () => used,
        clock: () => now,
        address: () => "203.0.113.9",
        store: around(createStore({ clock: () => now, journal })),
        proofs: { of: () => proofs, failed: () => false, challenge() {}, settle() {} },
        approvals: new Approvals(),
        ledger: new Ledger(),
        log: createLog({ keeper, pseudonym: PSEUDONYM, tenant: rack.tenant, ids: true }),
        acrOfLevel: { 1: "password", 2: "code", 3: "passkey" },
      });
    },
  };
}

/** A rack, so that a test may stand in for some of it. */
const open = (rack) => ({
  version: rack.version,
  tenant: rack.tenant,
  route: (method, path) => rack.route(method, path),
  decide: (asked) => rack.decide(asked),
  fieldGroups: (type) => rack.fieldGroups(type),
});

/** A request that a route is about, in one of the stores; the body is one that it may have. */
export function requestFor({ method, path }, storeId) {
  const store = STORES.find(({ id }) => id === storeId);
  const at = named(store);
  const pathname = path.replace(/\{(\w+)\}/g, (_, name) => at[name]);
  const hasBody = !["GET", "DELETE"].includes(method);
  return new Request(`https://store.example${pathname}`, {
    method,
    ...(hasBody && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(bodyFor(method, path, store)),
    }),
  });
}

function bodyFor(method, path, { currency, letter }) {
  if (method === "PATCH") {
    if (path.includes("/customers/")) return { name: "N" };
    if (path.includes("/orders/")) return { items: [{ sku: "x", quantity: 1 }] };
    return path.includes("/settings") ? { locale: "hr" } : { title: "T", subject: "S" };
  }
  return {
    amount: path.endsWith("/posts") ? undefined : 100,
    currency,
    percent: 100,
    quantity: 1,
    reference: "r-1",
    order_id: `${letter}-1002`,
    text: "t",
    status: "packed",
    direction: "up",
    assignee: "u_dora",
    images: [],
    account_number: "A-1",
    ...(path.endsWith("grants") && {
      assignment: { member: "u_filip", permissions: ["order.view"] },
    }),
  };
}

// Node has none before its 23rd version; workerd, where the store runs, has.
globalThis.URLPattern ??= class {
  #pattern;

  constructor({ pathname }) {
    const source = pathname.replace(/:(\w+)/g, "(?<$1>[^/]+)");
    this.#pattern = new RegExp(`^${source}$`);
  }

  exec(url) {
    const match = this.#pattern.exec(new URL(url).pathname);
    return match && { pathname: { groups: { ...match.groups } } };
  }
};
