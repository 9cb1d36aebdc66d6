/** The gate's own endpoints stand on budgets and consents as every other act does. */

import assert from "node:assert/strict";

import { createApproving } from "../../pkg/src/edge/approving.js";
import { createExporting } from "../../pkg/src/edge/exporting.js";
import { createSuspending } from "../../pkg/src/edge/suspending.js";
import { claimsOf } from "./claims.mjs";
import { allow, gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";

/** One a day. */
const once = {
  type: "reserve_budget",
  budget: "b",
  member: "m",
  window: "day",
  from: "2026-03-02T00:00",
  to: "2026-03-03T00:00",
  maxCount: 1,
};
const bound = { ...allow, obligations: [once] };
const given = { outcome: "approval", reason: "approval_required", missing: {} };

const post = (path, body) =>
  new Request(`https://x.example${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const codeOf = async (answer) => [answer.status, (await answer.json()).code];

async function* lines() {
  yield "{}";
}

/** The endpoint of suspensions, with an overlay that can be down. */
function suspendingWith(decide) {
  const state = { isDown: false, lifted: true, done: 0 };
  const work = async () => {
    if (state.isDown) throw new Error("the overlay store is down");
    state.done += 1;
    return state.lifted;
  };
  const { parts } = gateWith({ decide });
  const overlay = { suspend: work, lift: work, revoke: work };
  return { state, parts, ask: createSuspending({ ...parts, overlayOf: () => overlay }) };
}

export const performing = [
  [
    "a budget bounds how often the log is taken out",
    async () => {
      const { parts } = gateWith({ decide: () => bound });
      const exporting = createExporting(parts, { lines });
      const ask = () => exporting(new Request("https://x.example/log/export"));
      assert.equal((await ask()).status, 200);
      assert.deepEqual(await codeOf(await ask()), [403, "budget_exceeded"]);
    },
  ],
  [
    "a budget bounds how often somebody is stopped; what was not done is given back",
    async () => {
      const { state, ask } = suspendingWith(() => bound);
      const body = { member: "ben" };
      state.isDown = true;
      assert.equal((await quiet(() => ask(post("/suspensions", body)))).status, 503);
      Object.assign(state, { isDown: false, lifted: false });
      assert.equal((await ask(post("/suspensions/lift", body))).status, 404);
      state.lifted = true;
      assert.equal((await ask(post("/suspensions", body))).status, 200);
      const again = await ask(post("/suspensions/revoke", body));
      assert.deepEqual(await codeOf(again), [403, "budget_exceeded"]);
      assert.equal(state.done, 2);
    },
  ],
  [
    "a ledger that cannot be asked stops nobody and gives no log away",
    async () => {
      const { parts } = gateWith({ decide: () => bound });
      parts.ledger.reserve = () => Promise.reject(new Error("internal"));
      const exporting = createExporting(parts, { lines });
      const ask = () => exporting(new Request("https://x.example/log/export"));
      assert.deepEqual(await codeOf(await quiet(ask)), [503, "ledger_unavailable"]);
    },
  ],
  [
    "agreeing to a request is bound by a budget, and spends the consent that it stands on",
    async () => {
      for (const [decided, refused] of [
        [() => bound, [403, "budget_exceeded"]],
        [({ approvals }) => (approvals?.length > 0 ? allow : given), [403, "approval_required"]],
      ]) {
        const decide = (asked) => (asked.permission === "approval.give" ? decided(asked) : allow);
        const { parts } = gateWith({ decide });
        const { approvals } = parts;
        const resource = { type: "order", id: "o-1" };
        const now = parts.clock();
        const file = (asked) =>
          approvals.request({ tenant: "t", now, asked: { auth: {}, resource, ...asked } });
        const own = file({ subject: "m", permission: "approval.give" });
        approvals.answer({ tenant: "t", id: own, by: "x", agrees: true, now });
        const waiting = [1, 2].map((percent) =>
          file({ subject: "n", permission: "order.refund", percent }),
        );
        const approving = createApproving(parts);
        const agree = (id) => approving(post(`/approvals/${id}`, { answer: "approve" }));
        assert.equal((await agree(waiting[0])).status, 200);
        assert.deepEqual(await codeOf(await agree(waiting[1])), refused);
        assert.equal(approvals.get({ tenant: "t", id: waiting[1] }).state, "pending");
      }
    },
  ],
  [
    "whose sign-in is over reads not even an own request; an app reads those that it made",
    async () => {
      let reason = "no_grant";
      const decide = () => ({ outcome: "deny", reason, obligations: [] });
      const { parts } = gateWith({ decide });
      const asked = { subject: "m", permission: "order.refund", auth: {} };
      const ids = [undefined, "app"].map((actor, percent) =>
        parts.approvals.request({
          ...{ tenant: "t", now: parts.clock() },
          asked: { ...asked, percent, ...(actor && { actor }) },
        }),
      );
      const read = (id, actor) => {
        const identify = () => claimsOf({ subject: "m", actor });
        const approving = createApproving({ ...parts, identify });
        return approving(new Request(`https://x.example/approvals/${id}`));
      };
      for (const id of ids) assert.equal((await read(id)).status, 200);
      assert.deepEqual(await codeOf(await read(ids[0], "app")), [404, "not_found"]);
      assert.equal((await read(ids[1], "app")).status, 200);
      assert.deepEqual(await codeOf(await read(ids[1], "other")), [404, "not_found"]);
      reason = "session_revoked";
      assert.deepEqual(await codeOf(await read(ids[0])), [401, "session_revoked"]);
      for (reason of ["member_suspended", "member_revoked", "snapshot_expired"]) {
        assert.deepEqual(await codeOf(await read(ids[0])), [403, reason]);
      }
    },
  ],
];
