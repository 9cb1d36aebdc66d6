/** A store that is slow, breaks off, fails or is gone; and what the gate lets through to it. */

import assert from "node:assert/strict";

import { allow, gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";

const TIMEOUT = 30;
const budget = { type: "reserve_budget", budget: "b", member: "m", window: "day", amount: 1 };
const reserving = () => ({ ...allow, obligations: [budget] });
const never = () => new Promise(() => {});

/** A ledger that tells what became of its one hold. */
function watched() {
  const told = [];
  return {
    told,
    reserve: () => ({
      state: "held",
      commit: () => void told.push("commit"),
      release: () => void told.push("release"),
    }),
  };
}

/** A body that says some of it and then ends as it does. */
const breaking = (text, ends) =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    pull: (controller) => ends(controller),
  });

const json = { headers: { "content-type": "application/json" } };
const brokenAfter = (text) =>
  new Response(
    breaking(text, (controller) => controller.error(new Error("internal detail"))),
    json,
  );

const FAULTS = [
  ["never answers", never, [504, "store_timeout"], "release"],
  [
    "cannot be reached",
    () => Promise.reject(new TypeError("internal")),
    [502, "store_failed"],
    "release",
  ],
  [
    "throws",
    () => {
      throw new Error("internal");
    },
    [502, "store_failed"],
    "release",
  ],
  ["answers nothing", async () => undefined, [502, "store_failed"], "release"],
  [
    "answers 500",
    async () => new Response("internal", { status: 500 }),
    [502, "store_failed"],
    "release",
  ],
  [
    "answers 503 as JSON",
    async () => Response.json({ code: "internal" }, { status: 503 }),
    [502, "store_failed"],
    "release",
  ],
  [
    "points elsewhere",
    async () => new Response(null, { status: 307, headers: { location: "/internal" } }),
    [502, "answer_refused"],
    "release",
  ],
  ...[301, 302, 303].map((status) => [
    `does it and shows where by ${status}`,
    async () => new Response(null, { status, headers: { location: "/internal" } }),
    [502, "answer_refused"],
    "commit",
  ]),
  [
    "refuses",
    async () => Response.json({ code: "more_than_paid" }, { status: 409 }),
    [409, "more_than_paid"],
    "release",
  ],
  [
    "refuses and says no more",
    async () => new Response(breaking("{", never), { status: 409, ...json }),
    [504, "store_timeout"],
    "release",
  ],
  ["does it and breaks off", async () => brokenAfter('{"id":1'), [502, "store_failed"], "commit"],
  [
    "does it and says no more",
    async () => new Response(breaking('{"id":1', never), json),
    [504, "store_timeout"],
    "commit",
  ],
  [
    "does it and ends early",
    async () => new Response('{"id":1', json),
    [502, "answer_refused"],
    "commit",
  ],
  ["does it", async () => Response.json({ id: 1 }), [200, undefined], "commit"],
];

export const faults = [
  ...FAULTS.map(([what, fetch, wanted, became]) => [
    `a store that ${what}: ${wanted[0]}, and the budget is ${became === "commit" ? "spent" : "free"}`,
    () =>
      quiet(async () => {
        const ledger = watched();
        const parts = { fetch, ledger, decide: reserving, storeTimeout: TIMEOUT };
        const answer = await gateWith(parts).ask();
        const text = await answer.text();
        assert.deepEqual([answer.status, JSON.parse(text).code], wanted);
        assert.doesNotMatch(text, /internal/);
        assert.deepEqual(ledger.told, [became]);
      }),
  ]),
  [
    "a store that is late is told that nobody waits, and what it says then is not heard",
    async () => {
      let late;
      let signal;
      const fetch = (request) => {
        ({ signal } = request);
        return new Promise((resolve) => {
          late = resolve;
        });
      };
      const answer = await gateWith({ fetch, storeTimeout: TIMEOUT }).ask();
      assert.deepEqual([answer.status, signal.aborted], [504, true]);
      late(Response.json({ id: 1 }));
      assert.equal((await answer.json()).code, "store_timeout");
    },
  ],
  [
    "without a record's facts nothing is decided",
    () =>
      quiet(async () => {
        const route = () => ({
          ...{ method: "GET", permission: "order.view", parameters: {} },
          ...{ resource: "fixed:o", loadResource: true },
        });
        const fails = () => {
          throw new Error("internal");
        };
        for (const [facts, wanted] of [
          [never, [504, "store_timeout"]],
          [() => Promise.reject(new Error("internal")), [502, "store_failed"]],
          [fails, [502, "store_failed"]],
        ]) {
          const { ask, asked } = gateWith({ facts, engine: { route }, storeTimeout: TIMEOUT });
          const answer = await ask();
          assert.deepEqual([answer.status, (await answer.json()).code], wanted);
          assert.deepEqual(asked, []);
        }
      }),
  ],
  [
    "a record's facts cannot say that it is another record",
    async () => {
      const route = () => ({
        ...{ method: "GET", permission: "order.view", parameters: {} },
        ...{ resource: "fixed:o", loadResource: true },
      });
      const facts = () => ({ id: "other", type: "customer", assignee: "m" });
      const { ask, asked } = gateWith({ facts, engine: { route } });
      await ask();
      assert.deepEqual(asked[0].resource, { type: "order", id: "o", assignee: "m" });
    },
  ],
  [
    "of the caller's headers the store gets those on the list, and no other's word for who asks",
    async () => {
      let seen;
      const route = (method) => ({
        ...{ method, permission: "order.refund", parameters: {}, resource: "fixed:o" },
        ...{ amount: "header:X-Amount", currency: "header:x-currency", measure: "money" },
      });
      const fetch = async (request) => ((seen = request), Response.json({ id: 1 }));
      const { ask, asked } = gateWith({ fetch, engine: { route }, requestHeaders: ["X-Channel"] });
      const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
      const passed = {
        "accept-language": "hr, en;q=0.5",
        "idempotency-key": "k-1",
        traceparent: parent,
        tracestate: "a=b",
        "x-amount": "100",
        "x-channel": "web",
        "x-currency": "EUR",
      };
      const smuggled = {
        "x-member": "u_owner",
        "X-MEMBER": "u_owner",
        authorization: "Bearer x",
        cookie: "a=b",
        "x-http-method-override": "DELETE",
        "x-http-method": "DELETE",
        "x-method-override": "DELETE",
        "x-original-url": "/api/other",
        "x-rewrite-url": "/api/other",
        "x-forwarded-for": "10.0.0.1",
        "x-forwarded-host": "evil.example",
        "x-forwarded-prefix": "/api",
        "x-real-ip": "10.0.0.1",
        forwarded: "for=10.0.0.1",
        "cf-connecting-ip": "10.0.0.1",
        "x-keyrack-approval": "1",
        "x-keyrack-policy-version": "1",
        "if-none-match": '"x"',
        range: "bytes=0-1",
        accept: "text/html",
        "accept-encoding": "gzip",
        te: "trailers",
        "proxy-authorization": "Basic x",
        x_member: "u_owner",
        "x-role": "admin",
      };
      const answer = await ask("/x?", { method: "POST", headers: { ...smuggled, ...passed } });
      assert.equal(answer.status, 200);
      assert.deepEqual(Object.fromEntries(seen.headers), {
        ...passed,
        // The same trace, and the gate's own part of it.
        traceparent: seen.headers.get("traceparent"),
        accept: "application/json",
        "accept-encoding": "identity",
        "x-member": "m",
      });
      const trace = /^00-0af7651916cd43dd8448eb211c80319c-/;
      assert.match(seen.headers.get("traceparent"), trace);
      assert.deepEqual([seen.method, seen.redirect], ["POST", "manual"]);
      assert.deepEqual(asked.at(-1).amount, { value: 100, currency: "EUR" });
      const bad = [
        [{ "x-amount": "100, 1" }, "header_ambiguous"],
        [{ "x-currency": "EUR,USD" }, "header_ambiguous"],
        [{ "accept-language": "x".repeat(2000) }, "header_too_long"],
        [{ "idempotency-key": "a, b" }, "idempotency_key_invalid"],
      ];
      for (const [headers, code] of bad) {
        seen = undefined;
        const refused = await ask("/x", { method: "POST", headers: { ...passed, ...headers } });
        assert.deepEqual(
          [refused.status, (await refused.json()).code, seen],
          [400, code, undefined],
        );
      }
      for (const traceparent of ["00-0", `${parent}, ${parent}`, parent.toUpperCase(), "ff"]) {
        await ask("/x", { method: "POST", headers: { ...passed, traceparent } });
        assert.doesNotMatch(seen.headers.get("traceparent"), trace);
        assert.equal(seen.headers.get("tracestate"), null);
      }
    },
  ],
  [
    "the store gets the path and the parameters that were decided on, and nothing beside them",
    async () => {
      let seen;
      const route = (method, path) =>
        path === "/x" && {
          method,
          permission: "order.view",
          parameters: {},
          filters: { q: "$.id" },
        };
      const fetch = async (request) => ((seen = request.url), Response.json({ items: [] }));
      const { ask } = gateWith({ fetch, engine: { route } });
      for (const [sent, got] of [
        ["/x?q=a%20b+c", "/x?q=a+b+c"],
        ["/x?%71=%61;r=2", "/x?q=a%3Br%3D2"],
        ["/x?q=1#frag?q=2", "/x?q=1"],
        ["/y/../x?q=%26r%3D1", "/x?q=%26r%3D1"],
        ["/x?", "/x"],
        ["/x?&&q=1&", "/x?q=1"],
      ]) {
        assert.equal((await ask(sent)).status, 200, sent);
        assert.equal(seen, `https://x.example${got}`);
      }
    },
  ],
  [
    "an amount that is not written as an integer never goes through, not even an owner's",
    async () => {
      const route = (method) => ({
        ...{ method, permission: "order.refund", parameters: {}, resource: "fixed:o" },
        ...{ amount: "body:/amount", currency: "body:/currency", measure: "money" },
      });
      let sent;
      const fetch = async (request) => ((sent = await request.text()), Response.json({ id: 1 }));
      const { ask } = gateWith({ fetch, engine: { route } });
      const of = (amount) =>
        ask("/x", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: `{"amount": ${amount}, "currency": "EUR", "note": 1.50}`,
        });
      assert.equal((await of("100")).status, 200);
      assert.equal(sent, '{"amount":100,"currency":"EUR","note":1.5}');
      for (const odd of [
        "100.0",
        "1e2",
        "-0",
        "9007199254740992",
        '"100"',
        "[100]",
        "true",
        "1e999",
      ]) {
        sent = undefined;
        const answer = await of(odd);
        assert.deepEqual(
          [answer.status, (await answer.json()).code, sent],
          [403, "amount_invalid", undefined],
          odd,
        );
      }
      const other = await ask("/x", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"amount":1,"currency":"EUR","total":9007199254740993}',
      });
      assert.deepEqual([other.status, (await other.json()).code], [400, "number_inexact"]);
    },
  ],
];
