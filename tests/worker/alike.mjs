/** What the gate does once where it could do it again and again: with the same outcome. */

import assert from "node:assert/strict";

import { alike } from "../../pkg/src/edge/alike.js";
import { joinBytes } from "../../pkg/src/edge/body.js";
import { allow, gateWith } from "./gate.mjs";

const many = { route: () => ({ method: "GET", permission: "order.view", parameters: {} }) };
const json = { headers: { "content-type": "application/json" } };

/** Which of these are decided, by their place. */
function decided(records) {
  const asked = [];
  const decide = alike((resource) => asked.push(resource.id));
  for (const [id, facts] of records.entries()) decide({ id, type: "order", ...facts });
  return asked;
}

/** A body whose pieces come one after the other, each after so long. */
function slow(pieces, milliseconds) {
  const bytes = pieces.map((piece) => new TextEncoder().encode(piece));
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (bytes.length > 0) controller.enqueue(bytes.shift());
      else controller.close();
    },
  });
}

export const once = [
  [
    "records of a list with the same facts are decided once, all others each",
    () => {
      const one = { assignee: "m", attributes: { n: 1, list: ["a", "b"], on: true } };
      const other = { ...one, attributes: { ...one.attributes, n: 2 } };
      assert.deepEqual(decided([one, structuredClone(one), other, one, {}, {}]), [0, 2, 4]);
      const text = { attributes: { n: "1" } };
      const joined = [{ openTicketWith: ["a", "b"] }, { openTicketWith: ["a,b"] }];
      assert.deepEqual(decided([{ attributes: { n: 1 } }, text, ...joined]), [0, 1, 2, 3]);
    },
  ],
  [
    "facts that would be written alike and read as others are not compared",
    () => {
      const at = new Date(0);
      const dates = [{ attributes: { at: at.toISOString() } }, { attributes: { at } }];
      const numbers = [Number.NaN, Number.POSITIVE_INFINITY, 1.5, 1n].map((n) => ({
        attributes: { n },
      }));
      const posing = { attributes: { toJSON: () => ({ n: 1 }) } };
      const all = [...dates, ...dates, { attributes: { n: null } }, ...numbers, ...numbers, posing];
      // The first date is text, and alike the third; none of the others is alike any.
      assert.deepEqual(
        decided([...all, { attributes: { n: 1 } }]),
        Array.from({ length: all.length + 1 }, (_, at_) => at_).filter((at_) => at_ !== 2),
      );
    },
  ],
  [
    "what differs between two lists of one member is decided for each",
    async () => {
      let shown = true;
      const decide = ({ resource }) =>
        resource === undefined || shown ? allow : { outcome: "deny", reason: "condition_unmet" };
      const fetch = async () => Response.json({ items: [{ id: 1 }, { id: 2 }] });
      const { ask } = gateWith({ engine: many, decide, fetch });
      assert.deepEqual(await (await ask()).json(), { items: [{ id: 1 }, { id: 2 }] });
      shown = false;
      assert.deepEqual(await (await ask()).json(), { items: [] });
    },
  ],
  [
    "that no proof helps is remembered for a member and a scope, and for one policy alone",
    async () => {
      const fields = { visible: ["order.core"], hidden: ["order.secret"] };
      const looked = [];
      const proofs = { of: ({ subject }) => (looked.push(subject), []), failed() {}, settle() {} };
      let reason = "no_grant";
      let asked = 0;
      const decide = ({ permission }) => {
        if (permission === "order.view") return { ...allow, fields };
        asked += 1;
        return reason === "step_up_required"
          ? { outcome: "step_up", reason, missing: { stepUp: { level: 2, maxAge: 60 } } }
          : { outcome: "deny", reason };
      };
      const groups = [
        { id: "order.core", paths: ["$.id"] },
        { id: "order.secret", unlockedBy: "order.secret.view", paths: ["$.secret"] },
      ];
      const engine = { fieldGroups: () => groups };
      const first = gateWith({ engine, decide, proofs });
      await first.ask();
      await first.ask();
      assert.deepEqual([asked, looked], [1, []], "asked once for both requests");
      reason = "step_up_required";
      await gateWith({ engine, decide, proofs }).ask();
      assert.deepEqual([asked, looked], [2, ["m"]], "another policy, another answer");
      reason = "condition_unmet";
      const other = gateWith({ engine, decide, proofs });
      await other.ask();
      await other.ask();
      assert.equal(asked, 4, "what may change is asked each time");
    },
  ],
  [
    "a body may take longer than the store's time if no piece of it does",
    async () => {
      const body = () => slow(['{"id":', "1", "}"], 450);
      const fetch = async () => new Response(body(), json);
      const answer = await gateWith({ fetch, storeTimeout: 1_500 }).ask();
      assert.deepEqual([answer.status, await answer.json()], [200, { id: 1 }]);
    },
  ],
  [
    "pieces are joined in their order, whatever they are cut from",
    () => {
      const bytes = Uint8Array.from({ length: 9 }, (_, at) => at);
      const pieces = [bytes.subarray(0, 4), bytes.subarray(4, 4), bytes.subarray(4)];
      assert.deepEqual(joinBytes(pieces), bytes);
      assert.deepEqual(joinBytes([]), new Uint8Array(0));
    },
  ],
];
