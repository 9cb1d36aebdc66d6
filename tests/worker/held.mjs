/** Answers of a policy that are kept: the same as those that it gives, and for as long. */

import assert from "node:assert/strict";

import { decide, hold, letGo, routeOf } from "../../pkg/src/edge/held.js";
import { openSample, MONDAY } from "./sample.mjs";
import { seeded } from "./seeded.mjs";

const HOUR = 3_600;
const LONGEST = 400 * 24 * HOUR;

/** A policy in a test that counts how often it is asked, and says what it is told to. */
function counting(answer) {
  const rack = {
    asked: 0,
    decide: (asked) => ((rack.asked += 1), answer(asked)),
    route: () => ((rack.asked += 1), answer()),
  };
  return rack;
}

const allow = (more) => ({ outcome: "allow", reason: "granted", obligations: [], ...more });
const question = { subject: "m", permission: "order.view", scope: "s", now: 100, auth: {} };

/** A question about the sample policy, of few kinds so that many come again. */
function any(random, { permissions, scopes, members }) {
  const resource = {
    type: "order",
    id: `o-${random.below(9)}`,
    ...(random.chance(0.5) && { assignee: random.one(members) }),
    ...(random.chance(0.2) && { department: random.one(["day-sales", "x"]) }),
    ...(random.chance(0.1) && { openTicketWith: [random.one(members)] }),
    ...(random.chance(0.2) && { attributes: { value: random.one([1, 1000, "1", true, ["1"]]) } }),
  };
  return {
    subject: random.one(members),
    ...(random.chance(0.1) && { actor: random.one(["app_parcel", ...members]) }),
    permission: random.one(permissions),
    ...(random.chance(0.9) && { scope: random.one(scopes) }),
    ...(random.chance(0.7) && { resource }),
    ...(random.chance(0.1) && { fields: { filter: [random.one(["$.margin", "$.status"])] } }),
    auth: { session: "s", time: MONDAY - random.one([60, 9000]), acr: random.one(["passkey", "pwd"]) },
    ip: random.one(["192.0.2.1", "10.0.0.1"]),
  };
}

export const held = [
  [
    "a kept decision is what the policy decides, at any time and about any record",
    async () => {
      const { rack } = await openSample();
      hold(rack);
      const random = seeded(41);
      const members = ["u_marko", "u_sophie", "u_lena", "u_ken", "u_ivana", "nobody"];
      const names = { members, scopes: rack.scopes(), permissions: rack.permissions() };
      names.permissions = Array.from({ length: 12 }, () => random.one(names.permissions));
      names.permissions.push("order.view", "order.view", "order.refund", "report.financial.view");
      names.scopes = [...Array.from({ length: 6 }, () => random.one(names.scopes)), "zagreb-01"];
      const asked = Array.from({ length: 600 }, () => any(random, names));
      let kept = 0;
      let again = 0;
      const seen = new Set();
      for (let round = 0; round < 6_000; round += 1) {
        const about = random.one(asked);
        const later = random.one([0, 0, 1, 60, HOUR, 9 * HOUR, random.below(LONGEST)]);
        const posed = { ...about, now: MONDAY + later };
        const decision = decide(rack, posed);
        assert.deepEqual(decision, rack.decide(posed), JSON.stringify(posed));
        if (Object.isFrozen(decision)) kept += 1;
        if (seen.has(decision)) again += 1;
        seen.add(decision);
      }
      assert.ok(kept > 5_000 && again > 1_000, `${kept} kept, ${again} given again`);
      return `6,000 questions, ${again} answered by what was kept`;
    },
  ],
  [
    "a kept decision ends when it says, and was not there before it was asked",
    () => {
      const rack = counting(() => allow({ holdsUntil: 200 }));
      hold(rack);
      const at = (now) => (decide(rack, { ...question, now }), rack.asked);
      assert.deepEqual([100, 150, 199, 200].map(at), [1, 1, 1, 2]);
      assert.deepEqual([150, 199].map(at), [3, 3], "a clock that was set back");
    },
  ],
  [
    "what tells two questions apart tells their answers apart",
    () => {
      const rack = counting(() => allow());
      hold(rack);
      const resource = { type: "order", id: "1", attributes: { n: 1 } };
      const others = [
        question,
        { ...question, subject: "n" },
        { ...question, actor: "n" },
        { ...question, permission: "order.edit" },
        { ...question, scope: "t" },
        { ...question, scope: undefined, ip: "s" },
        { ...question, ip: "192.0.2.1" },
        { ...question, auth: { acr: "a" } },
        { ...question, fields: { sort: ["$.a"] } },
        { ...question, fields: { filter: ["$.a"] } },
        { ...question, resource },
        { ...question, resource: { ...resource, attributes: { n: "1" } } },
        { ...question, resource: { ...resource, assignee: "m" } },
        { ...question, resource: { ...resource, department: "m" } },
      ];
      for (const round of [1, 2]) {
        for (const one of others) decide(rack, { ...one });
        assert.equal(rack.asked, others.length, `round ${round}`);
      }
      decide(rack, { ...question, resource: { ...resource, id: "2" } });
      assert.equal(rack.asked, others.length, "a record's name decides nothing");
    },
  ],
  [
    "what an amount, a consent, a proof, a proposal or a budget is part of is asked each time",
    () => {
      const proofs = [{ subject: "m", session: "s", permission: "p", level: 3, at: 1 }];
      const more = [
        { amount: { value: 1, currency: "EUR" } },
        { percent: 1 },
        { quantity: 1 },
        { approvals: [] },
        { assignment: {} },
        { member: "n" },
        { usage: [] },
        { auth: { proofs } },
        { now: undefined },
        { scope: "s".repeat(2_000) },
      ];
      for (const one of more) {
        const rack = counting(() => allow());
        hold(rack);
        for (const round of [1, 2]) {
          assert.equal(Object.isFrozen(decide(rack, { ...question, ...one })), false);
          assert.equal(rack.asked, round, JSON.stringify(one));
        }
      }
      const rack = counting(() => allow({ obligations: [{ type: "reserve_budget" }] }));
      hold(rack);
      for (const round of [1, 2]) assert.equal((decide(rack, question), rack.asked), round);
    },
  ],
  [
    "each policy has its own answers, and none once it is released",
    () => {
      const [one, other, unknown] = ["one", "other", "unknown"].map((reason) =>
        counting(() => allow({ reason })),
      );
      [one, other].forEach(hold);
      for (const _ of [1, 2]) {
        assert.equal(decide(one, question).reason, "one");
        assert.equal(decide(other, question).reason, "other");
        assert.equal(decide(unknown, question).reason, "unknown");
      }
      assert.deepEqual([one.asked, other.asked, unknown.asked], [1, 1, 2]);
      letGo(one);
      decide(one, question);
      assert.equal(one.asked, 2);
      hold(one);
      decide(one, question);
      assert.equal(one.asked, 3, "what was forgotten does not come back");
    },
  ],
  [
    "a kept route is what the policy says, by method and path; what has none is asked each time",
    async () => {
      const { rack, routes } = await openSample();
      const asked = [];
      const real = { route: (...words) => (asked.push(words), rack.route(...words)) };
      hold(real);
      const paths = routes.map(({ method, path }) => [method, path.replaceAll(/[{}]/g, "")]);
      for (const _ of [1, 2]) {
        for (const [method, path] of paths) {
          assert.deepEqual(routeOf(real, method, path), rack.route(method, path));
        }
      }
      assert.equal(asked.length, new Set(paths.map(String)).size);
      const before = asked.length;
      for (const round of [1, 2]) {
        assert.equal(routeOf(real, "GET", "/api/nowhere"), undefined);
        assert.equal(asked.length, before + round);
      }

      assert.ok(Object.isFrozen(routeOf(real, ...paths[0]).parameters));
    },
  ],
  [
    "what is kept is bounded, and the oldest goes first",
    () => {
      const rack = counting(() => allow());
      hold(rack);
      const about = (at) => decide(rack, { ...question, subject: `m-${at}` });
      for (let at = 0; at < 5_000; at += 1) about(at);
      assert.equal(rack.asked, 5_000);
      about(4_999);
      assert.equal(rack.asked, 5_000);
      about(0);
      assert.equal(rack.asked, 5_001);
    },
  ],
];
