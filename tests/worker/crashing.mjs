/** What must hold when the store fails, and when the worker is killed in the middle of its work. */

import assert from "node:assert/strict";

import { atOnce, brief, tally, waiting } from "./durable.mjs";
import { withTill } from "./till/till.mjs";

/** How many refunds the store has done when the worker is killed. */
const CUTS = [0, 1, 5, 12, 24];
const SENT = 30;
/** How many a day has. */
const MOST = 50;

const sum = (refunds) => refunds.reduce((total, { amount }) => total + amount, 0);

/** What a budget's only account has used. */
async function used(till, budget) {
  const { accounts, open } = await till.report(budget);
  const [{ amount, count } = { amount: 0, count: 0 }] = accounts;
  return { amount, count, open: open.length };
}

/** Waits until something is so. */
async function until(isSo) {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/**
 * Sends many refunds at once under keys of their own, and kills the worker when the store has done
 * some. Gives what was answered before.
 */
async function cutOff(till, facts, cut, round) {
  const before = till.store.done.length;
  const sent = atOnce(SENT, async (at, host) => {
    const order = `o-${round}-${at}`;
    const answer = await till
      .refund("dora", order, 100, { ...facts, host, key: order })
      .catch(() => undefined);
    return { order, answer };
  });
  await till.store.has(before + cut);
  await till.kill();
  return sent;
}

export const crashing = [
  [
    "a store that fails, closes early or never answers gives budget and consent back",
    () =>
      withTill(
        async (till) => {
          const dora = await till.verified("dora");
          const cites = await waiting(till, "dora", "o-1", 30_000, dora);
          await till.answer("marko", cites, "approve");
          const refund = async (amount, facts) =>
            brief(await till.refund("dora", "o-1", amount, { ...dora, ...facts }));
          for (const [how, told] of [
            ["failing", "502 store_failed"],
            ["closing", "502 store_failed"],
            ["hanging", "504 store_timeout"],
          ]) {
            till.store.behaves(how);
            assert.equal(await refund(10_000), told, how);
            assert.equal(await refund(30_000, { cites }), told, how);
            assert.equal(await refund(10_000, { key: "k-1" }), told, how);
            const { amount, count, open } = await used(till, "dora-day");
            assert.deepEqual([amount, count, open], [0, 0, 0], how);
          }
          till.store.behaves("well");
          assert.equal(await refund(30_000, { cites }), "200 allow", "the consent was given back");
          assert.equal(await refund(10_000, { key: "k-1" }), "200 allow", "and the key is free");
          assert.equal(till.store.done.length, 2);
        },
        { bindings: { STORE_TIMEOUT: "1500" } },
      ),
  ],
  [
    "where the host says so, what the store did not answer stays counted until it is settled",
    () =>
      withTill(
        async (till) => {
          const dora = await till.verified("dora");
          const refund = async (facts) =>
            brief(await till.refund("dora", "o-1", 10_000, { ...dora, ...facts }));
          till.store.behaves("closing");
          assert.equal(await refund({ key: "k-1" }), "502 store_failed");
          till.store.behaves("hanging");
          assert.equal(await refund(), "504 store_timeout");
          till.store.behaves("failing");
          assert.equal(await refund(), "502 store_failed", "that is an answer");
          assert.deepEqual(await used(till, "dora-day"), { amount: 20_000, count: 2, open: 2 });
          till.store.behaves("well");
          assert.equal(await refund({ key: "k-1" }), "409 request_repeated");
          const ledger = await till.object("LEDGER", ["shop", "dora-day"]);
          const ids = (await ledger.report()).open.map(({ id }) => id);
          const settle = (id, isDone, later) =>
            ledger.settle({ id, isDone, now: till.noon + later });
          assert.equal(await settle(ids[0], true, 599), false, "somebody may still try");
          assert.equal(await settle(ids[0], true, 600), true);
          assert.equal(await settle(ids[0], false, 600), false, "settled once");
          assert.equal(await settle(ids[1], false, 600), true);
          assert.equal(await settle("other", false, 600), false);
          assert.deepEqual(await used(till, "dora-day"), { amount: 10_000, count: 1, open: 0 });
        },
        { bindings: { STORE_TIMEOUT: "1500", UNANSWERED: "keep" } },
      ),
  ],
  [
    "a caller who goes away changes nothing: what the store did counts, what it did not is free",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        till.store.behaves("slow");
        const leave = new AbortController();
        const left = ["o-1", "o-2"].map((order) =>
          till.refund("dora", order, 100, { ...dora, signal: leave.signal }).catch(() => "gone"),
        );
        await until(() => till.store.held.length === 2);
        leave.abort();
        assert.deepEqual(await Promise.all(left), ["gone", "gone"]);
        assert.deepEqual(await used(till, "dora-day"), { amount: 200, count: 2, open: 2 });
        const [done, failed] = till.store.held;
        done();
        failed(Promise.reject(new Error("broken")));
        await until(async () => (await used(till, "dora-day")).open === 0);
        assert.deepEqual(await used(till, "dora-day"), { amount: 100, count: 1, open: 0 });
      }),
  ],
  [
    "many refunds at once before a store that fails: all of the budget is there afterwards",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        const all = () =>
          atOnce(2 * MOST, (at, host) => till.refund("dora", `o-${at}`, 100, { ...dora, host }));
        till.store.behaves("failing");
        const failed = tally(await all());
        assert.deepEqual(
          Object.keys(failed).filter(
            (kind) => !["502 store_failed", "403 budget_exceeded"].includes(kind),
          ),
          [],
        );
        assert.deepEqual(await used(till, "dora-day"), { amount: 0, count: 0, open: 0 });
        till.store.behaves("well");
        const passed = { "200 allow": MOST, "403 budget_exceeded": MOST };
        assert.deepEqual(tally(await all()), passed);
      }),
  ],
  [
    "killed with many refunds on their way: all that was done counts, nothing counts twice",
    () =>
      withTill(
        async (till) => {
          till.store.behaves("knowing");
          let round = 0;
          const notes = [];
          for (const cut of CUTS) {
            round += 1;
            const at = round * 2 * 24 * 60 * 60;
            const day = `2026-03-${String(2 + round * 2).padStart(2, "0")}T00:00`;
            const account = async () => {
              const { accounts, open } = await till.report("dora-day");
              const own = accounts.find(({ name }) => JSON.parse(name).at(-1) === day);
              return { count: 0, amount: 0, ...own, open: open.length };
            };
            const dora = await till.verified("dora", { at });
            const before = till.store.done.length;
            const sent = await cutOff(till, dora, cut, round);
            const answered = sent.filter(({ answer }) => answer?.status === 200);
            const did = till.store.done.slice(before);
            // Whatever somebody was told is there; whatever the store did counts.
            assert.ok(answered.every(({ order }) => did.some((refund) => refund.order === order)));
            await till.reopen();
            const after = await account();
            assert.ok(after.count >= did.length, `${after.count} counted, ${did.length} done`);
            assert.ok(after.count <= SENT);
            assert.equal(after.amount, after.count * 100);
            notes.push(`${answered.length} answered, ${did.length} done, ${after.count} counted`);

            // The proof is there, and who repeats a request repeats that request.
            const again = await atOnce(SENT, (place, host) => {
              const { order } = sent[place];
              return till.refund("dora", order, 100, { ...dora, host, key: order });
            });
            assert.deepEqual(tally(again), { "200 allow": SENT });
            assert.equal(till.store.done.length - before, SENT, "each of them once");
            const whole = await account();
            assert.deepEqual([whole.count, whole.amount, whole.open], [SENT, SENT * 100, 0]);
            const rest = await atOnce(MOST, (place, host) =>
              till.refund("dora", `rest-${place}`, 100, { ...dora, host }),
            );
            assert.deepEqual(tally(rest), {
              "200 allow": MOST - SENT,
              "403 budget_exceeded": SENT,
            });
          }
          return notes.join("; ");
        },
        { bindings: { IDEMPOTENT: "1" } },
      ),
  ],
  [
    "killed before a store that knows no repeats: what is open stays counted, and never more passes",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        const sent = await cutOff(till, dora, 10, 1);
        await till.reopen();
        const { count, open } = await used(till, "dora-day");
        const answered = sent.filter(({ answer }) => answer?.status === 200);
        assert.ok(count >= till.store.done.length && count <= SENT);
        assert.ok(open >= count - till.store.done.length, "nobody has settled these");
        const cut = sent.filter(({ answer }) => answer === undefined);
        const repeated = await Promise.all(
          cut.map(({ order }) => till.refund("dora", order, 100, { ...dora, key: order })),
        );
        // Reserved: nobody can tell whether it was done. Not reserved: it is done now.
        const kinds = tally(repeated);
        assert.equal((kinds["409 request_repeated"] ?? 0) + (kinds["200 allow"] ?? 0), cut.length);
        await atOnce(100, (at, host) => till.refund("dora", `rest-${at}`, 100, { ...dora, host }));
        assert.equal((await used(till, "dora-day")).count, MOST);
        assert.ok(till.store.done.length <= MOST);
        assert.equal(new Set(till.store.done.map(({ order }) => order)).size, till.store.done.length);
        assert.equal(sum(till.store.done), till.store.done.length * 100);
        return `${answered.length} answered, ${count} counted, ${open} open`;
      }),
  ],
  [
    "killed and started again: what waits still waits, consents count once, proofs count",
    () =>
      withTill(async (till) => {
        const again = async () => {
          await till.kill();
          await till.reopen();
        };
        const dora = await till.verified("dora");
        const cites = await waiting(till, "dora", "o-1", 30_000, dora);
        await again();
        const { data } = await till.send("marko", "GET", "/approvals");
        assert.deepEqual(
          data.items.map(({ id }) => id),
          [cites],
        );
        assert.equal(brief(await till.answer("marko", cites, "approve")), "200 allow");
        await again();
        const refund = async () =>
          brief(await till.refund("dora", "o-1", 30_000, { ...dora, cites }));
        assert.equal(await refund(), "200 allow");
        await again();
        assert.equal(await refund(), "403 approval_invalid", "spent");
        assert.deepEqual(await used(till, "dora-day"), { amount: 30_000, count: 1, open: 0 });
        const asked = await till.refund("boris", "o-2", 100, { at: 1 });
        assert.equal(asked.code, "step_up_required");
        await again();
        const answered = { at: 3, signedIn: till.noon + 2 };
        assert.equal((await till.refund("boris", "o-2", 100, answered)).status, 200);
      }),
  ],
];
