/** A second person over HTTP: asking, answering, repeating, and all that must not count. */

import assert from "node:assert/strict";

import { atOnce, brief, tally, waiting } from "./durable.mjs";
import { withTill } from "./till/till.mjs";

const HOUR = 60 * 60;

export const approving = [
  [
    "asked, agreed to, repeated, and then spent; with the id or found by the question",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        for (const cited of [true, false]) {
          const order = cited ? "o-1" : "o-2";
          const id = await waiting(till, "dora", order, 30_000, dora);
          assert.equal(await waiting(till, "dora", order, 30_000, { ...dora, host: "two" }), id);
          const cites = cited ? id : undefined;
          const pending = await till.refund("dora", order, 30_000, { ...dora, cites: id });
          assert.equal(brief(pending), "403 approval_required", "cited before anybody agreed");
          const { data } = await till.answer("marko", id, "approve", { host: "two" });
          assert.deepEqual([data.id, data.answer, data.by], [id, "approve", "marko"]);
          const repeated = await till.refund("dora", order, 30_000, { ...dora, cites });
          assert.equal(brief(repeated), "200 allow");
          const again = await till.refund("dora", order, 30_000, { ...dora, cites });
          assert.equal(brief(again), `403 approval_${cited ? "invalid" : "required"}`);
          assert.equal(again.data.approval === id, false, "a new question");
        }
        assert.equal(till.store.done.length, 2);
      }),
  ],
  [
    "two repeats at once stand on one consent: one passes, and the budget has it once",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        for (const [order, count] of [
          ["o-1", 2],
          ["o-2", 30],
        ]) {
          const cites = await waiting(till, "dora", order, 30_000, dora);
          await till.answer("marko", cites, "approve");
          const answers = await atOnce(count, (_, host) =>
            till.refund("dora", order, 30_000, { ...dora, host, cites }),
          );
          assert.deepEqual(tally(answers), {
            "200 allow": 1,
            "403 approval_invalid": count - 1,
          });
        }
        assert.equal(till.store.done.length, 2);
        const [{ amount, count }] = (await till.report("dora-day")).accounts;
        assert.deepEqual([amount, count], [60_000, 2]);
      }),
  ],
  [
    "who asked cannot agree, whatever rights there are; nor can who lacks the right to",
    () =>
      withTill(async (till) => {
        const marko = await till.verified("marko");
        const own = await waiting(till, "marko", "o-1", 60_000, marko);
        assert.equal(brief(await till.answer("marko", own, "approve")), "403 approval_invalid");
        const dora = await till.verified("dora");
        const id = await waiting(till, "dora", "o-1", 30_000, dora);
        assert.equal(brief(await till.answer("dora", id, "approve")), "403 no_grant");
        assert.equal(brief(await till.answer("boris", id, "approve")), "403 no_grant");
        assert.equal(brief(await till.answer("nobody", id, "approve")), "403 member_unknown");
        for (const [member, order, cites] of [
          ["marko", "o-1", own],
          ["dora", "o-1", id],
        ]) {
          const facts = { ...(member === "dora" ? dora : marko), cites };
          const amount = member === "dora" ? 30_000 : 60_000;
          const answer = await till.refund(member, order, amount, facts);
          assert.equal(brief(answer), "403 approval_required", "it still waits");
        }
        assert.equal(brief(await till.answer("olivia", own, "approve")), "200 allow");
        const done = await till.refund("marko", "o-1", 60_000, { ...marko, cites: own });
        assert.equal(done.status, 200);
      }),
  ],
  [
    "nobody agrees to more than they may alone, and not a cent more than was agreed to passes",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        const above = await waiting(till, "dora", "o-1", 15_001, dora);
        assert.equal(brief(await till.answer("vera", above, "approve")), "403 approval_invalid");
        assert.equal(brief(await till.answer("vera", above, "refuse")), "403 approval_invalid");
        const cites = await waiting(till, "dora", "o-1", 15_000, dora);
        assert.equal(brief(await till.answer("vera", cites, "approve")), "200 allow");
        const refund = async (order, amount, facts) =>
          brief(await till.refund("dora", order, amount, { ...dora, cites, ...facts }));
        assert.equal(await refund("o-1", 15_001), "403 approval_invalid");
        assert.equal(await refund("o-2", 15_000), "403 approval_invalid", "another record");
        assert.equal(await refund("o-2", 15_000, { cites: "ap-1" }), "403 approval_invalid");
        assert.equal(await refund("o-1", 14_999), "200 allow", "less is covered");
        assert.equal(await refund("o-1", 15_000), "403 approval_invalid");
      }),
  ],
  [
    "a consent is fresh for an hour, and a question waits for a week",
    () =>
      withTill(async (till) => {
        const cases = [
          ["o-1", HOUR - 1, "200 allow"],
          ["o-2", HOUR, "403 approval_invalid"],
        ];
        for (const [order, later, expected] of cases) {
          const cites = await waiting(till, "dora", order, 30_000, await till.verified("dora"));
          await till.answer("marko", cites, "approve");
          const dora = await till.verified("dora", { at: later, session: `${order}-later` });
          const answer = await till.refund("dora", order, 30_000, { ...dora, cites });
          assert.equal(brief(answer), expected, order);
        }
        const id = await waiting(till, "dora", "o-3", 30_000, await till.verified("dora"));
        const week = 7 * 24 * HOUR;
        const listed = async (at) =>
          (await till.send("marko", "GET", "/approvals", undefined, { at })).data.items.length;
        assert.deepEqual([await listed(week - 1), await listed(week)], [1, 0]);
        const late = await till.answer("marko", id, "approve", { at: week });
        assert.equal(brief(late), "409 no_open_request");
      }),
  ],
  [
    "a refusal is told to whoever cites it, and stands",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        const cites = await waiting(till, "dora", "o-1", 30_000, dora);
        assert.equal(brief(await till.answer("marko", cites, "refuse")), "200 allow");
        assert.equal(brief(await till.answer("marko", cites, "approve")), "409 no_open_request");
        const refused = await till.refund("dora", "o-1", 30_000, { ...dora, cites });
        assert.equal(brief(refused), "403 approval_refused");
        assert.notEqual(await waiting(till, "dora", "o-1", 30_000, dora), cites);
        const boris = await till.verified("boris");
        const other = await till.refund("boris", "o-1", 30_000, { ...boris, cites });
        assert.equal(brief(other), "200 allow", "cited without need, it changes nothing");
      }),
  ],
  [
    "what waits is shown to those who may answer, and to the one who asked; not the sign-in",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        const low = await waiting(till, "dora", "o-1", 15_000, dora);
        const high = await waiting(till, "dora", "o-2", 15_001, dora);
        const lists = async (member) => {
          const { data } = await till.send(member, "GET", "/approvals");
          return data.items.map(({ id }) => id).toSorted();
        };
        assert.deepEqual(await lists("marko"), [low, high].toSorted());
        assert.deepEqual(await lists("vera"), [low]);
        assert.deepEqual(await lists("olivia"), [low, high].toSorted());
        for (const member of ["dora", "boris", "nobody"]) assert.deepEqual(await lists(member), []);
        const show = (member, id) => till.send(member, "GET", `/approvals/${id}`);
        assert.deepEqual((await show("dora", high)).data, {
          id: high,
          state: "pending",
          at: till.noon,
          requester: "dora",
          permission: "order.refund",
          scope: "shop",
          resource: { type: "order", id: "o-2" },
          amount: { value: 15_001, currency: "EUR" },
        });
        for (const member of ["boris", "vera"]) {
          assert.equal(brief(await show(member, high)), "404 not_found");
        }
        assert.equal(brief(await show("marko", crypto.randomUUID())), "404 not_found");
        assert.equal(brief(await till.send("marko", "POST", "/approvals", {})), "404 not_found");
        const odd = await till.send("marko", "POST", `/approvals/${low}`, { answer: "yes" });
        assert.equal(brief(odd), "400 request_invalid");
        const forged = await till.worker("/approvals", { headers: { authorization: "Bearer x" } });
        assert.equal(forged.status, 401);
      }),
  ],
  [
    "one member does not make others wait for more than a hundred things",
    () =>
      withTill(async (till) => {
        const dora = await till.verified("dora");
        const first = await waiting(till, "dora", "o-first", 30_000, dora);
        await atOnce(100, (at, host) =>
          till.refund("dora", `o-${at}`, 30_000, { ...dora, at: 1, host }),
        );
        const { data } = await till.send("marko", "GET", "/approvals");
        assert.equal(data.items.length, 100);
        assert.ok(!data.items.some(({ id }) => id === first), "the oldest gave way");
      }),
  ],
];
