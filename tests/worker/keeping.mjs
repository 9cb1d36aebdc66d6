/** What the worker keeps: proofs, approvals, budgets. */

import assert from "node:assert/strict";

import { Approvals } from "../../pkg/src/edge/approvals.js";
import { CHALLENGE_SECONDS } from "../../pkg/src/edge/challenges.js";
import { PENDING_SECONDS } from "../../pkg/src/edge/consents.js";
import { Ledger } from "../../pkg/src/edge/ledger.js";
import { Proofs } from "../../pkg/src/edge/proofs.js";

const budget = (more) => ({
  type: "reserve_budget",
  budget: "b",
  member: "m",
  window: "day",
  zone: "Europe/Zagreb",
  from: "2026-03-02T00:00",
  to: "2026-03-03T00:00",
  ...more,
});
const noon = Date.parse("2026-03-02T12:00:00Z") / 1000;

const ofMember = { tenant: "t", subject: "m", session: "s" };
const ofPermission = { ...ofMember, permission: "p" };
let last = 0;
/** A reservation of its own, unless a test names it. */
const wanted = (obligations, now = noon, more = {}) => ({
  id: `r-${(last += 1)}`,
  tenant: "t",
  obligations,
  now,
  ...more,
});

export const keeping = [
  [
    "a proof is recorded for an open challenge only, once",
    () => {
      const proofs = new Proofs();
      const answer = { ...ofPermission, level: 2, at: 1 };
      assert.equal(proofs.answer(answer), false);
      proofs.challenge({ ...ofPermission, at: 1 });
      for (const other of ["tenant", "subject", "session", "permission"]) {
        assert.equal(proofs.answer({ ...answer, [other]: "other" }), false, other);
      }
      assert.equal(proofs.answer({ ...answer, at: 0 }), false, "before it was asked");
      assert.equal(proofs.answer({ ...answer, at: 1 + CHALLENGE_SECONDS }), false, "too late");
      assert.equal(proofs.answer(answer), true);
      assert.equal(proofs.answer(answer), false);
      const { tenant: _, ...proof } = answer;
      assert.deepEqual(proofs.of(ofMember), [proof]);
      for (const other of ["tenant", "subject", "session"]) {
        assert.deepEqual(proofs.of({ ...ofMember, [other]: "other" }), [], other);
      }
    },
  ],
  [
    "a sign-in answers a challenge only if it is newer than both the challenge and its sign-in",
    () => {
      const answered = (challenge, signedIn) => {
        const proofs = new Proofs();
        proofs.challenge({ ...ofPermission, ...challenge });
        return proofs.answer({ ...ofPermission, level: 2, at: 100, signedIn });
      };
      assert.equal(answered({ at: 90, signedIn: 50 }, 100), true);
      assert.equal(answered({ at: 90 }, 100), true);
      assert.equal(answered({ at: 100, signedIn: 50 }, 100), false, "in the same second");
      assert.equal(answered({ at: 90, signedIn: 110 }, 110), false, "the issuer's clock is ahead");
    },
  ],
  [
    "an answer that was not enough is told as such once, and then asked for anew",
    () => {
      const proofs = new Proofs();
      proofs.challenge({ ...ofPermission, at: 1 });
      assert.equal(proofs.failed(ofPermission), false);
      proofs.answer({ ...ofPermission, level: 1, at: 1 });
      assert.equal(proofs.failed(ofPermission), true);
      assert.equal(proofs.failed(ofPermission), false);
      proofs.challenge({ ...ofPermission, at: 2 });
      proofs.answer({ ...ofPermission, level: 0, at: 2 });
      assert.equal(proofs.of(ofMember).length, 1, "what is worth nothing is no proof");
      assert.equal(proofs.failed(ofPermission), true, "and yet an answer");
    },
  ],
  [
    "a consent is for what was asked, by whoever gave it, and counts once",
    () => {
      const approvals = new Approvals();
      const tenant = "t";
      const asked = {
        subject: "m",
        permission: "p",
        scope: "s",
        resource: { type: "t", id: "r" },
        amount: { value: 5, currency: "EUR" },
        auth: { session: "s", proofs: [{}] },
      };
      const file = (more, now = 1) => approvals.request({ tenant, asked: { ...asked, ...more }, now });
      const id = file();
      assert.equal(file(), id, "the same question is filed once");
      assert.notEqual(file({ amount: { value: 6, currency: "EUR" } }), id);
      assert.notEqual(file({}, 1 + PENDING_SECONDS), id, "what waited too long waits no more");
      assert.equal(approvals.get({ tenant, id }).state, "pending");
      assert.deepEqual(approvals.get({ tenant, id }).asked.auth, { session: "s" });
      const answer = { tenant, id, by: "boss", agrees: true, now: 1 };
      assert.equal(approvals.answer({ ...answer, id: "other" }), false);
      assert.equal(approvals.answer({ ...answer, tenant: "other" }), false);
      assert.equal(approvals.answer({ ...answer, now: 1 + PENDING_SECONDS }), false);
      assert.equal(approvals.answer(answer), true);
      assert.equal(approvals.answer({ ...answer, by: "other", agrees: false }), false);
      const found = (more, request = "r-1") =>
        approvals.for({ tenant, asked: { ...asked, ...more }, request });
      assert.deepEqual(found()[0].approval, {
        by: "boss",
        requester: "m",
        permission: "p",
        scope: "s",
        resource: "r",
        amount: { value: 5, currency: "EUR" },
        at: 1,
      });
      assert.deepEqual(found({ subject: "n" }), []);
      assert.deepEqual(found({ resource: { type: "t", id: "q" } }), []);
      assert.deepEqual(found({ member: "n" }), [], "a consent to another act");
      const about = { member: "n", assignment: { member: "n", permissions: ["p"] } };
      assert.equal(approvals.answer({ ...answer, id: file(about) }), true);
      const [{ approval }, ...others] = found(about);
      assert.deepEqual([approval.target, others], [undefined, []]);
      assert.deepEqual(found({ ...about, member: "o" }), [], "about somebody else");
      assert.deepEqual(found({ member: "n" }), [], "and nothing is given");
      const spend = (request) => approvals.spend({ tenant, id, request });
      const first = spend("r-1");
      assert.equal(first.state, "held");
      assert.equal(spend("r-2").state, "gone", "a second time");
      assert.deepEqual(found({}, "r-2"), []);
      const second = spend("r-1");
      assert.equal(second.state, "repeated");
      assert.equal(found().length, 1, "the request that spent it still stands on it");
      first.release();
      first.release();
      assert.deepEqual(found({}, "r-2"), [], "the other try may still be on its way");
      second.release();
      assert.equal(found({}, "r-2").length, 1);
      const third = spend("r-3");
      const fourth = spend("r-3");
      third.commit();
      fourth.release();
      assert.deepEqual(found({}, "r-4"), [], "what was done is not given back");
    },
  ],
  [
    "a refusal is no consent",
    () => {
      const approvals = new Approvals();
      const asked = { subject: "m", permission: "p", resource: { id: "r" } };
      const id = approvals.request({ tenant: "t", asked, now: 1 });
      assert.ok(approvals.answer({ tenant: "t", id, by: "boss", agrees: false, now: 1 }));
      assert.deepEqual(approvals.for({ tenant: "t", asked, request: "r" }), []);
      assert.equal(approvals.spend({ tenant: "t", id, request: "r" }).state, "gone");
      assert.deepEqual(approvals.pending({ tenant: "t", now: 1 }), []);
      assert.equal(approvals.get({ tenant: "t", id }).state, "refused");
    },
  ],
  [
    "a reservation made again under its id is the same one; with another sum it is refused",
    () => {
      const ledger = new Ledger();
      const of = (amount, more) =>
        ledger.reserve(wanted([budget({ amount, maxAmount: 100 })], noon, { id: "r", ...more }));
      const first = of(60);
      assert.equal(first.state, "held");
      const second = of(60);
      assert.equal(second.state, "repeated");
      assert.equal(of(60, { now: noon + 86_400 }).state, "repeated", "the next day too");
      assert.equal(of(59).state, "reused");
      assert.equal(of(60, { digest: "other" }).state, "reused");
      assert.equal(of(60, { tenant: "other" }).state, "held");
      assert.equal(of(41, { id: "q" }).state, "exceeded", "it counts once, and it counts");
      assert.equal(of(40, { id: "p" }).state, "held");
      first.release();
      second.commit();
      assert.equal(of(1, { id: "o" }).state, "exceeded", "one try failed, another did it");
    },
  ],
  [
    "a hold given back by all who tried is free again, under the same id too",
    () => {
      const ledger = new Ledger();
      const of = (id) =>
        ledger.reserve(wanted([budget({ amount: 100, maxAmount: 100 })], noon, { id }));
      const tries = [of("r"), of("r"), of("r")];
      for (const hold of tries) {
        assert.equal(of("q").state, "exceeded");
        hold.release();
        hold.release();
      }
      assert.equal(of("r").state, "held");
    },
  ],
  [
    "each currency has an account of its own",
    () => {
      const ledger = new Ledger();
      const of = (currency) =>
        ledger.reserve(wanted([budget({ currency, amount: 100, maxAmount: 100 })])).state;
      assert.deepEqual(["EUR", "CNY", "EUR"].map(of), ["held", "held", "exceeded"]);
    },
  ],
  [
    "sums near the end of the integers are exact",
    () => {
      const ledger = new Ledger();
      const most = Number.MAX_SAFE_INTEGER;
      const of = (amount) => ledger.reserve(wanted([budget({ amount, maxAmount: most })])).state;
      assert.deepEqual([of(most - 1), of(2), of(1), of(1)], ["held", "exceeded", "held", "exceeded"]);
    },
  ],
  [
    "two hundred at once against a budget of fifty: fifty pass",
    async () => {
      const ledger = new Ledger();
      const one = async () => {
        const hold = ledger.reserve(
          wanted([budget({ amount: 10, maxAmount: 500, maxCount: 60 })]),
        );
        await Promise.resolve();
        hold.commit();
        return hold.state === "held";
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
      assert.equal(ledger.reserve(wanted([wide, narrow])).state, "exceeded");
      const whole = () => ledger.reserve(wanted([budget({ amount: 100, maxAmount: 100 })]));
      const hold = whole();
      assert.equal(hold.state, "held", "nothing was taken before");
      assert.equal(ledger.reserve(wanted([wide])).state, "exceeded");
      hold.release();
      hold.release();
      assert.equal(whole().state, "held");
      assert.equal(ledger.reserve(wanted([wide])).state, "exceeded", "given back twice");
    },
  ],
  [
    "each window has an account of its own; without a window nothing is reserved",
    () => {
      const ledger = new Ledger();
      const of = (window) =>
        ledger.reserve(wanted([budget({ ...window, amount: 1, maxAmount: 1 })])).state;
      const night = { window: "shift", from: "2026-03-02T22:00", to: "2026-03-03T06:00" };
      const next = { window: "shift", from: "2026-03-03T22:00", to: "2026-03-04T06:00" };
      assert.deepEqual([{}, night, {}, night, next].map(of), [
        ...["held", "held", "exceeded", "exceeded", "held"],
      ]);
      assert.throws(() => of({ from: undefined, to: undefined }), RangeError);
    },
  ],
];
