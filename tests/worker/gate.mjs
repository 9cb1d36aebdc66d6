/** The gate alone, with a policy and a store that do as they are told. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { Approvals } from "../../pkg/src/edge/approvals.js";
import { createGate } from "../../pkg/src/edge/gate.js";
import { TokenError } from "../../pkg/src/edge/identity.js";
import { Ledger } from "../../pkg/src/edge/ledger.js";
import { Proofs } from "../../pkg/src/edge/proofs.js";
import { claimsOf } from "./claims.mjs";
import { quiet } from "./quiet.mjs";
import { handlers } from "../../www/worker/store/handlers.mjs";

export const allow = {
  outcome: "allow",
  reason: "granted",
  obligations: [],
  fields: { visible: ["order.core"], hidden: [] },
};
const budget = {
  type: "reserve_budget",
  budget: "b",
  member: "m",
  window: "day",
  from: "2026-03-02T00:00",
  to: "2026-03-03T00:00",
  amount: 1,
  maxAmount: 1,
};

/** A gate whose parts are replaced by those that a test names. */
export function gateWith({
  decide = () => allow,
  fetch = async () => Response.json({ id: 1, secret: 2 }),
  facts = () => undefined,
  engine = {},
  ...more
} = {}) {
  const asked = [];
  const rack = {
    version: 9,
    tenant: "t",
    route: (method, path) =>
      path === "/x"
        ? { method, permission: "order.view", parameters: {}, resource: "fixed:o" }
        : undefined,
    decide: (request) => (asked.push(request), decide(request)),
    session: () => ({ states: () => ({}) }),
    fieldGroups: () => [{ id: "order.core", paths: ["$.id"] }],
    ...engine,
  };
  const parts = {
    identify: () => claimsOf({ subject: "m", auth: { session: "s" } }),
    policy: async () => rack,
    clock: () => 1_772_445_600,
    address: () => "192.0.2.1",
    store: { fetch, facts },
    proofs: new Proofs(),
    approvals: new Approvals(),
    ledger: new Ledger(),
    log: { note() {}, refused() {} },
    acrOfLevel: { 1: "a1", 2: "a2", 3: "a3" },
    ...more,
  };
  return {
    asked,
    parts,
    ask: (path = "/x", init) => createGate(parts)(new Request(`https://x.example${path}`, init)),
  };
}

const codeOf = async (answer) => [answer.status, (await answer.json()).code];

export const gate = [
  [
    "an allow is forwarded and masked, and says which policy answered",
    async () => {
      const answer = await gateWith().ask();
      assert.equal(answer.status, 200);
      assert.deepEqual(await answer.json(), { id: 1 });
      assert.equal(answer.headers.get("x-keyrack-policy-version"), "9");
    },
  ],
  [
    "the token comes before everything: without one not even the policy's absence is told",
    async () => {
      const identify = async () => {
        throw new TokenError("no bearer token");
      };
      const answer = await gateWith({ identify, policy: async () => undefined }).ask();
      assert.deepEqual(await codeOf(answer), [401, "invalid_token"]);
    },
  ],
  [
    "whatever fails in the gate ends closed, and says nothing of itself",
    async () => {
      const fails = () => {
        throw new Error("internal detail");
      };
      for (const broken of [
        { decide: fails },
        { policy: fails },
        { clock: fails },
        { address: fails },
      ]) {
        const answer = await quiet(() => gateWith(broken).ask());
        assert.equal(answer.status, 503);
        assert.doesNotMatch(await answer.text(), /internal/);
      }
      const answer = await quiet(() => gateWith({ fetch: fails }).ask());
      assert.deepEqual([answer.status, /internal/.test(await answer.text())], [502, false]);
    },
  ],
  [
    "a request that the policy cannot read is the caller's fault",
    async () => {
      const decide = () => {
        throw Object.assign(new Error("x"), { code: "request_invalid" });
      };
      assert.deepEqual(await codeOf(await gateWith({ decide }).ask()), [400, "request_invalid"]);
    },
  ],
  [
    "a store that fails gives the budget back, and its error is not passed on",
    async () => {
      let works = false;
      const fetch = async () =>
        works ? Response.json({ id: 1 }) : Response.json({ trace: "x" }, { status: 500 });
      const { ask } = gateWith({ fetch, decide: () => ({ ...allow, obligations: [budget] }) });
      assert.deepEqual(await codeOf(await ask()), [502, "store_failed"]);
      works = true;
      assert.equal((await ask()).status, 200, "the budget was not given back");
      assert.deepEqual(await codeOf(await ask()), [403, "budget_exceeded"]);
    },
  ],
  [
    "a list that only its records decide shows none for which a budget had to be reserved",
    async () => {
      const route = () => ({ method: "GET", permission: "order.view", parameters: {} });
      const unmet = { outcome: "deny", reason: "condition_unmet", obligations: [] };
      const bound = { ...allow, obligations: [budget] };
      const facts = (_, __, id) => ({ assignee: id === "1" ? "m" : "other" });
      const fetch = async () => Response.json({ items: [{ id: 1 }, { id: 2 }] });
      const engine = { route };
      const own = ({ resource }) =>
        resource === undefined ? unmet : resource.assignee === "m" ? bound : allow;
      const answer = await gateWith({ decide: own, facts, fetch, engine }).ask();
      assert.deepEqual(await answer.json(), { items: [{ id: 2 }] });
      // Where the request as a whole reserves it, it is there for all of them.
      const whole = gateWith({ decide: () => bound, facts, fetch, engine });
      assert.deepEqual(await (await whole.ask()).json(), { items: [{ id: 1 }, { id: 2 }] });
      assert.deepEqual(await codeOf(await whole.ask()), [403, "budget_exceeded"]);
    },
  ],
  [
    "what is no JSON is not passed on: it cannot be masked",
    async () => {
      const fetch = async () =>
        new Response("<h1>all orders</h1>", { headers: { "content-type": "text/html" } });
      assert.deepEqual(await codeOf(await gateWith({ fetch }).ask()), [502, "answer_refused"]);
    },
  ],
  [
    "the store hears from the gate who asks, whatever the caller says",
    async () => {
      let seen;
      const fetch = async (request) => ((seen = request), Response.json({ id: 1 }));
      await gateWith({ fetch }).ask("/x", { headers: { "x-member": "u_owner", cookie: "a=b" } });
      const { traceparent, ...got } = Object.fromEntries(seen.headers);
      assert.match(traceparent, /^00-/);
      assert.deepEqual(got, {
        accept: "application/json",
        "accept-encoding": "identity",
        "x-member": "m",
      });
    },
  ],
  [
    "the store reads the body that was decided on, not the one that was sent",
    async () => {
      let seen;
      const fetch = async (request) => ((seen = await request.text()), Response.json({ id: 1 }));
      const init = {
        method: "POST",
        body: ' {"amount" : 1.50, "\\u0061": "\\u0062"}\n',
        headers: { "content-type": "application/json" },
      };
      await gateWith({ fetch }).ask("/x", init);
      assert.equal(seen, '{"amount":1.5,"a":"b"}');
    },
  ],
  [
    "a challenge names every level that would do, the weakest first, and the age",
    async () => {
      const step = (stepUp) => ({
        outcome: "step_up",
        reason: "step_up_required",
        missing: { stepUp },
      });
      const header = async (stepUp) =>
        (await gateWith({ decide: () => step(stepUp) }).ask()).headers.get("www-authenticate");
      assert.match(await header({ level: 2, maxAge: 300 }), /acr_values="a2 a3", max_age="300"$/);
      assert.match(await header({ level: 3 }), /acr_values="a3"$/);
    },
  ],
  [
    "consents go into the question only where one is needed, and are spent where they counted",
    async () => {
      const decide = ({ approvals = [] }) =>
        approvals.length > 0
          ? allow
          : { outcome: "approval", reason: "approval_required", obligations: [] };
      let works = true;
      const fetch = async () => Response.json({ id: 1 }, { status: works ? 200 : 500 });
      const { ask, asked, parts } = gateWith({ decide, fetch });
      const refused = await (await ask()).json();
      assert.equal(refused.code, "approval_required");
      const agreed = { tenant: "t", id: refused.approval, by: "boss", agrees: true };
      parts.approvals.answer({ ...agreed, now: parts.clock() });
      works = false;
      assert.equal((await ask()).status, 502, "the store fails");
      works = true;
      assert.equal((await ask()).status, 200, "the consent was not given back");
      assert.equal(asked.at(-2).approvals, undefined);
      assert.equal(asked.at(-1).approvals[0].by, "boss");
      assert.equal((await (await ask()).json()).code, "approval_required");
    },
  ],
  [
    "where a proof is asked, a consent that would do counts; one that would not changes nothing",
    async () => {
      const missing = { stepUp: { level: 2 } };
      const step = { outcome: "step_up", reason: "step_up_required", missing };
      const answerWith = async (decided) => {
        const approvals = new Approvals();
        const asked = { subject: "m", permission: "order.view", resource: { id: "o" } };
        const id = approvals.request({ tenant: "t", asked, now: 1 });
        approvals.answer({ tenant: "t", id, by: "boss", agrees: true, now: 1 });
        const decide = (request) => (request.approvals ? decided : step);
        return (await gateWith({ decide, approvals }).ask()).status;
      };
      assert.equal(await answerWith(allow), 200);
      assert.equal(await answerWith({ outcome: "deny", reason: "approval_invalid" }), 401);
    },
  ],
  [
    "every route of the policy has something behind it, and nothing stands behind without one",
    async () => {
      const policy = await readFile(new URL("../../examples/atlas.toml", import.meta.url), "utf8");
      const routes = [...policy.matchAll(/method = "([A-Z]+)", path = "([^"]+)"/g)].map(
        ([, method, path]) => `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
      );
      const behind = handlers({}).map(([method, path]) => `${method} ${path}`);
      assert.ok(routes.length > 80);
      assert.deepEqual(routes.toSorted(), behind.toSorted());
    },
  ],
];
