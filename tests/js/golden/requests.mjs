// Requests and the bytes in which they cross into the engine. `requests.json` is what the package
// wrote; tests/boundary.rs reads the same bytes in Rust and must find the same request.
// After a change of the request: node tests/js/golden/requests.mjs --write

import { writeFileSync } from "node:fs";

import { Writer } from "../../../pkg/src/postcard.js";
import { request } from "../../../pkg/src/request.js";

const MAX = Number.MAX_SAFE_INTEGER;
const least = { subject: "m", permission: "order.view" };

export const requests = [
  least,
  { ...least, id: "", scope: "shop", now: 0 },
  { ...least, actor: "app", scope: null, now: -1, amount: { value: 4200, currency: "EUR" } },
  { ...least, now: MAX, amount: { value: MAX }, percent: 0, quantity: -MAX },
  { ...least, now: -MAX, amount: { value: 0.5, currency: null }, percent: 1e300, quantity: -0.1 },
  { ...least, amount: { value: 63 }, percent: 64, quantity: 8191 },
  { ...least, amount: { value: -64 }, percent: -65, quantity: 2 ** 32 },
  { ...least, subject: "Ж", permission: "日本語.読む", scope: "🗝️".repeat(40) },
  { ...least, subject: "x".repeat(127), scope: "x".repeat(128), member: "x".repeat(20000) },
  {
    ...least,
    resource: {
      type: "order",
      id: "o-1",
      assignee: "m",
      department: "d",
      openTicketWith: ["m", "n"],
      attributes: {
        vip: true,
        open: false,
        age: -7,
        name: "é",
        tags: ["a", "b"],
        none: [],
        odd: 1.5,
        map: { a: 1 },
        mixed: ["a", 1],
        nil: null,
      },
    },
  },
  { ...least, resource: { type: "", id: "", openTicketWith: [], attributes: {} } },
  {
    ...least,
    assignment: {
      member: "n",
      group: null,
      role: "seller",
      permissions: ["order.refund"],
      scopes: ["a", "b"],
      valid: { from: 5, to: null },
      conditions: {
        limits: [{ permission: "order.refund", currency: "EUR", approveAbove: 100, max: 200 }],
        unlimited: ["order.export"],
        rows: "team",
        hours: [{ zone: "Europe/Paris", days: [1, 2, 7], from: "08:00", to: "18:00" }],
        networks: [],
        approvalFor: ["order.refund"],
        sensitiveTo: 3,
        budgets: [{ any: "thing" }],
        stepUp: null,
      },
    },
  },
  { ...least, assignment: {}, member: "n" },
  { ...least, assignment: { group: "desk", valid: { to: 9 } } },
  { ...least, assignment: { organisation: "agency", role: "seller" } },
  { ...least, fields: { read: ["order.billing"], write: ["$.a"], filter: [], sort: ["b"], export: ["c"] } },
  { ...least, fields: {} },
  {
    ...least,
    auth: {
      session: "s",
      time: 1772438400,
      acr: "aal2",
      amr: ["pwd", "otp"],
      level: 255,
      proofs: [{ subject: "m", session: "s", permission: "order.view", level: 2, at: 1772445540 }],
    },
    ip: "203.0.113.7",
  },
  { ...least, auth: {} },
  {
    ...least,
    approvals: [
      { requester: "m", permission: "order.view" },
      {
        by: "n",
        requester: "m",
        permission: "order.view",
        scope: "shop",
        resource: "o-1",
        amount: { value: 5, currency: "USD" },
        percent: 6,
        quantity: 7,
        at: 8,
      },
    ],
    usage: [{ budget: "b" }, { budget: "c", amount: 1, count: 2.5 }],
  },
];

/** The bytes as the package writes them, in hexadecimal. */
export function written(value) {
  let memory = new Uint8Array(0);
  const writer = new Writer((length) => (memory = new Uint8Array(length)));
  const length = writer.write(request, value);
  return Buffer.from(memory.subarray(0, length)).toString("hex");
}

export const path = new URL("./requests.json", import.meta.url);

if (process.argv.includes("--write")) {
  const golden = requests.map((value) => ({ request: value, postcard: written(value) }));
  writeFileSync(path, `${JSON.stringify(golden, undefined, 1)}\n`);
}
