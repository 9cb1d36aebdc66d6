/** Budgets, approvals and proofs over HTTP, through the whole gate, in two isolates at once. */

import assert from "node:assert/strict";

import { withTill } from "./till/till.mjs";

const DAY = 24 * 60 * 60;

/** How many of these answers there are of each kind. */
export function tally(answers) {
  const counts = {};
  for (const { status, code } of answers) {
    const kind = `${status} ${code}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Work for many at once, in turn in each of the two isolates. */
export const atOnce = (count, work) =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at, at % 2 === 0 ? "one" : "two")));

export const brief = ({ status, code }) => `${status} ${code}`;

/** Asks for more than a member may alone, and gives the id of what then waits. */
export async function waiting(till, member, order, amount, facts) {
  const answer = await till.refund(member, order, amount, facts);
  assert.equal(brief(answer), "403 approval_required");
  return answer.data.approval;
}

export const durable = [
  [
    "200 refunds at once against a budget of 50, in two isolates: exactly 50 pass",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        const answers = await atOnce(200, (at, host) =>
          till.refund("dora", `o-${at}`, 100, { ...dora, host }),
        );
        assert.deepEqual(tally(answers), { "200 allow": 50, "403 budget_exceeded": 150 });
        assert.equal(till.store.done.length, 50);
        const { accounts, open } = await till.report("dora-day");
        assert.deepEqual(
          accounts.map(({ amount, count }) => [amount, count]),
          [[5000, 50]],
        );
        assert.deepEqual(open, []);
      }),
  ],
  [
    "an amount limit at once too: what passes never adds up to more, and uses it up",
    () =>
      withTill(async (till) => {
        const boris = await till.verified("boris");
        const answers = await atOnce(60, (at, host) =>
          till.refund("boris", `o-${at}`, 7_000, { ...boris, host }),
        );
        assert.deepEqual(tally(answers), { "200 allow": 14, "403 budget_exceeded": 46 });
        assert.equal((await till.refund("boris", "o-1", 2_000, boris)).status, 200);
        assert.equal((await till.refund("boris", "o-1", 1, boris)).code, "budget_exceeded");
      }),
  ],
  [
    "currencies, days and months are counted apart; all budgets of an allow are taken or none",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        const yen = (amount) => till.refund("dora", "o-1", amount, { ...dora, currency: "JPY" });
        assert.equal((await yen(100_000)).status, 200);
        assert.equal((await yen(1)).code, "budget_exceeded");
        assert.equal((await till.refund("dora", "o-1", 10_000, dora)).status, 200);

        const refund = async (amount, facts) =>
          brief(await till.refund("boris", "o-1", amount, facts));
        const first = await till.verified("boris");
        assert.equal(await refund(100_000, first), "200 allow");
        assert.equal(await refund(1, first), "403 budget_exceeded", "the day");
        const second = await till.verified("boris", { at: DAY });
        assert.equal(await refund(50_001, second), "403 budget_exceeded", "the month");
        assert.equal(await refund(50_000, second), "200 allow", "the day was not taken");
        const used = async (budget) =>
          (await till.report(budget)).accounts.map(({ name, amount }) => [
            JSON.parse(name).slice(1),
            amount,
          ]);
        assert.deepEqual(await used("boris-day"), [
          [["EUR", "day", "2026-03-02T00:00"], 100_000],
          [["EUR", "day", "2026-03-03T00:00"], 50_000],
        ]);
        assert.deepEqual(await used("boris-month"), [
          [["EUR", "month", "2026-03-01T00:00"], 150_000],
        ]);
      }),
  ],
  [
    "a repeated request counts once, and does not reach a store that would do it again",
    () =>
      withTill(async (till) => {
        const dora = { ...(await till.verified("dora")), key: "k-1" };
        const boris = { ...(await till.verified("boris")), key: "k-1" };
        assert.equal((await till.refund("dora", "o-1", 100, dora)).status, 200);
        const again = await till.refund("dora", "o-1", 100, { ...dora, host: "two" });
        assert.equal(brief(again), "409 request_repeated");
        for (const [order, amount] of [
          ["o-1", 101],
          ["o-2", 100],
        ]) {
          const other = await till.refund("dora", order, amount, dora);
          assert.equal(brief(other), "409 idempotency_key_reused");
        }
        assert.equal((await till.refund("boris", "o-1", 100, boris)).status, 200);
        assert.equal((await till.refund("dora", "o-1", 100, { ...dora, key: "k 2" })).status, 400);
        const { done } = till.store;
        assert.deepEqual(
          done.map(({ by, key }) => [by, key]),
          [
            ["dora", "k-1"],
            ["boris", "k-1"],
          ],
        );
        assert.equal((await till.report("dora-day")).accounts[0].count, 1);
      }),
  ],
  [
    "a store that knows repeats gets them: many at once under one key are one refund, counted once",
    () =>
      withTill(
        async (till) => {
          till.store.behaves("knowing");
          const dora = { ...(await till.verified("dora")), key: "k-1" };
          const answers = await atOnce(40, (_, host) =>
            till.refund("dora", "o-1", 4_000, { ...dora, host }),
          );
          assert.deepEqual(tally(answers), { "200 allow": 40 });
          assert.equal(till.store.done.length, 1);
          const { accounts, open } = await till.report("dora-day");
          assert.deepEqual([accounts[0].amount, accounts[0].count, open.length], [4_000, 1, 0]);
          const night = await till.verified("dora", { at: DAY });
          const late = await till.refund("dora", "o-1", 4_000, { ...night, key: "k-1" });
          assert.equal(late.status, 200);
          assert.equal((await till.report("dora-day")).accounts[0].count, 1, "the next day too");
        },
        { bindings: { IDEMPOTENT: "1" } },
      ),
  ],
  [
    "a ledger that cannot be asked refuses, and what it had heard is given back",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        for (const how of ["deaf", "mute"]) {
          await till.ledgerIs(how);
          const answer = await till.refund("dora", "o-1", 100, { ...dora, key: how });
          assert.equal(brief(answer), "503 ledger_unavailable", how);
          // Nothing to reserve: the rest goes on.
          assert.equal((await till.send("dora", "GET", "/orders/o-1")).status, 200);
          await till.ledgerIs(undefined);
        }
        assert.deepEqual(till.store.done, []);
        const { accounts, open } = await till.report("dora-day");
        assert.deepEqual([accounts.every(({ count }) => count === 0), open], [true, []]);
        assert.equal((await till.refund("dora", "o-1", 100, { ...dora, key: "mute" })).status, 200);
      }),
  ],
  [
    "what no window needs any more is cleared, and nothing else",
    () =>
      withTill(async (till) => {
        const first = await till.verified("boris");
        await till.refund("boris", "o-1", 100, first);
        const second = await till.verified("boris", { at: 2 * DAY });
        await till.refund("boris", "o-1", 200, second);
        const ledger = await till.object("LEDGER", ["shop", "boris-day"]);
        const left = async (days) => {
          // Local midnight is an hour before that of `Date`; the account stays two days longer.
          await ledger.clearNow(Date.parse("2026-03-03T00:00:00Z") / 1000 + days * DAY);
          const { accounts } = await ledger.report();
          return accounts.map(({ amount }) => amount);
        };
        assert.deepEqual(await left(1), [100, 200]);
        assert.deepEqual(await left(2), [200]);
        assert.deepEqual(await left(4), []);

        const dora = await till.verified("dora");
        const id = await waiting(till, "dora", "o-1", 30_000, dora);
        const shows = async () => (await till.send("dora", "GET", `/approvals/${id}`)).status;
        const cleared = async (binding, name, later) => {
          const object = await till.object(binding, name);
          return object.clearNow(till.noon + later);
        };
        assert.equal(await cleared("APPROVALS", ["shop"], 30 * DAY - 1), false);
        assert.equal(await shows(), 200);
        assert.equal(await cleared("APPROVALS", ["shop"], 30 * DAY), true, "nothing is left");
        assert.equal(await shows(), 404);
        assert.equal(await cleared("PROOFS", ["shop", "dora"], DAY - 2), false);
        assert.equal((await till.refund("dora", "o-1", 100, dora)).status, 200);
        assert.equal(await cleared("PROOFS", ["shop", "dora"], DAY), true);
        assert.equal((await till.refund("dora", "o-1", 100, dora)).code, "step_up_required");
      }),
  ],
  [
    "a challenge made in one isolate is answered in another by a new sign-in, for this act alone",
    () =>
      withTill(async (till) => {
        const ask = async (at, facts) =>
          brief(await till.refund("dora", "o-1", 100, { at, ...facts }));
        const one = { host: "one" };
        const two = { host: "two" };
        assert.equal(await ask(0, one), "401 step_up_required");
        assert.equal(await ask(0, two), "401 step_up_required", "the same sign-in is no answer");
        assert.equal(await ask(5, { ...two, signedIn: 0 }), "401 step_up_required");
        const other = { ...two, session: "another" };
        const NEW = { signedIn: till.noon + 6 };
        assert.equal(await ask(7, { ...other, ...NEW }), "401 step_up_required");
        assert.equal(await ask(7, { ...two, ...NEW, acr: "a1" }), "403 step_up_failed");
        assert.equal(await ask(8, { ...one, ...NEW, acr: "a1" }), "401 step_up_required");
        for (const [later, amr, told] of [
          [20, ["pwd", "constructor"], "403 step_up_failed"],
          [40, ["pwd", "hwk"], "200 allow"],
        ]) {
          const methods = { ...two, session: "by-methods", acr: "unknown", amr };
          assert.equal(await ask(later, methods), "401 step_up_required");
          const signedIn = till.noon + later + 1;
          assert.equal(await ask(later + 2, { ...methods, signedIn }), told, `${amr}`);
        }
        const better = { signedIn: till.noon + 9, acr: "a3" };
        assert.equal(await ask(10, { ...two, ...better }), "200 allow");
        assert.equal(await ask(308, { ...one, ...better }), "200 allow", "from then on, here too");
        assert.equal(await ask(309, { ...one, ...better }), "401 step_up_required", "300 s later");
      }),
  ],
];
