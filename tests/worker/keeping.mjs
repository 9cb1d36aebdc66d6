/** What the worker keeps: proofs, approvals, budgets, the journal. */

import assert from "node:assert/strict";

import { Approvals } from "../../pkg/src/edge/approvals.js";
import { Journal } from "../../www/worker/journal.mjs";
import { Ledger } from "../../pkg/src/edge/ledger.js";
import { Proofs } from "../../pkg/src/edge/proofs.js";

const at = (text) => Date.parse(text) / 1000;
const budget = (more) => ({
  type: "reserve_budget",
  budget: "b",
  member: "m",
  window: "day",
  zone: "Europe/Zagreb",
  ...more,
});
const noon = at("2026-03-02T12:00:00Z");

export const keeping = [
  [
    "a proof is recorded for an open challenge only, once",
    () => {
      const proofs = new Proofs();
      const proof = { subject: "m", session: "s", permission: "p", level: 2, at: 1 };
      assert.equal(proofs.answer(proof), false);
      proofs.challenge("m", "s", "p");
      assert.equal(proofs.answer({ ...proof, session: "other" }), false);
      assert.equal(proofs.answer({ ...proof, permission: "other" }), false);
      assert.equal(proofs.answer(proof), true);
      assert.equal(proofs.answer(proof), false);
      assert.deepEqual(proofs.of("m", "s"), [proof]);
      assert.deepEqual(proofs.of("m", "other"), []);
    },
  ],
  [
    "an answer that was not enough is told as such once, and then asked for anew",
    () => {
      const proofs = new Proofs();
      proofs.challenge("m", "s", "p");
      assert.equal(proofs.failed("m", "s", "p"), false);
      proofs.answer({ subject: "m", session: "s", permission: "p", level: 1, at: 1 });
      assert.equal(proofs.failed("m", "s", "p"), true);
      assert.equal(proofs.failed("m", "s", "p"), false);
    },
  ],
  [
    "a consent is for what was asked, by whoever gave it, and counts once",
    () => {
      const approvals = new Approvals();
      const asked = {
        subject: "m",
        permission: "p",
        scope: "s",
        resource: { type: "t", id: "r" },
        amount: { value: 5, currency: "EUR" },
      };
      const id = approvals.request(asked);
      assert.equal(approvals.request(asked), id, "the same question is filed once");
      assert.notEqual(approvals.request({ ...asked, amount: { value: 6, currency: "EUR" } }), id);
      assert.equal(approvals.give("ap-99", "boss", 1), false);
      assert.equal(approvals.give(id, "boss", 1), true);
      assert.equal(approvals.give(id, "other", 2), false);
      const [given] = approvals.for(asked);
      assert.deepEqual(given.approval, {
        by: "boss",
        requester: "m",
        permission: "p",
        scope: "s",
        resource: "r",
        amount: { value: 5, currency: "EUR" },
        at: 1,
      });
      assert.deepEqual(approvals.for({ ...asked, subject: "n" }), []);
      assert.deepEqual(approvals.for({ ...asked, resource: { type: "t", id: "q" } }), []);
      assert.equal(approvals.spend(id), true);
      assert.equal(approvals.spend(id), false, "a second time");
      assert.deepEqual(approvals.for(asked), []);
      approvals.giveBack(id);
      assert.equal(approvals.for(asked).length, 1);
    },
  ],
  [
    "two hundred at once against a budget of fifty: fifty pass",
    async () => {
      const ledger = new Ledger();
      const one = async () => {
        const hold = ledger.reserve([budget({ amount: 10, maxAmount: 500, maxCount: 60 })], noon);
        await Promise.resolve();
        hold.commit();
        return !hold.exceeded;
      };
      const passed = (await Promise.all(Array.from({ length: 200 }, one))).filter(Boolean);
      assert.equal(passed.length, 50);
    },
  ],
  [
    "all budgets of an allow are taken, or none; a failure gives them back once",
    () => {
      const ledger = new Ledger();
      const wide = budget({ amount: 10, maxAmount: 100 });
      const narrow = budget({ budget: "c", amount: 10, maxAmount: 5 });
      assert.ok(ledger.reserve([wide, narrow], noon).exceeded);
      const hold = ledger.reserve([budget({ amount: 100, maxAmount: 100 })], noon);
      assert.ok(!hold.exceeded, "nothing was taken before");
      assert.ok(ledger.reserve([wide], noon).exceeded);
      hold.release();
      hold.release();
      assert.ok(!ledger.reserve([budget({ amount: 100, maxAmount: 100 })], noon).exceeded);
      assert.ok(ledger.reserve([wide], noon).exceeded, "given back twice");
    },
  ],
  [
    "a window starts anew on the store's own midnight, Monday and first",
    () => {
      const cases = [
        ["day", "2026-03-02T22:59:59Z", "2026-03-02T23:00:00Z"],
        ["day", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"],
        ["week", "2026-03-08T22:59:59Z", "2026-03-08T23:00:00Z"],
        ["month", "2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z"],
      ];
      for (const [window, last, first] of cases) {
        const ledger = new Ledger();
        const due = [budget({ window, amount: 1, maxAmount: 1 })];
        assert.ok(!ledger.reserve(due, at(last)).exceeded);
        assert.ok(ledger.reserve(due, at(last)).exceeded, `${window} before ${first}`);
        assert.ok(!ledger.reserve(due, at(first)).exceeded, `${window} from ${first}`);
      }
    },
  ],
  [
    "the journal has every refusal, and allows only where they must be logged",
    () => {
      const journal = new Journal(2);
      const asked = { subject: "m", permission: "p", now: 1 };
      journal.note(asked, { outcome: "allow", reason: "granted", obligations: [] });
      journal.note(asked, { outcome: "deny", reason: "no_grant", obligations: [] });
      journal.note(asked, { outcome: "allow", reason: "granted", obligations: [{ type: "log" }] });
      journal.note(asked, { outcome: "step_up", reason: "step_up_required", obligations: [] });
      assert.deepEqual(
        journal.entries().map(({ outcome }) => outcome),
        ["step_up", "allow"],
      );
    },
  ],
];
