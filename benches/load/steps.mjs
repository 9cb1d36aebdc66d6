/**
 * What single steps of the gate take in Node, in a process of its own: the route, the decision and
 * masking, and what they would take otherwise. Prints microseconds, one line of JSON.
 *
 * node benches/load/steps.mjs [--quick]   whether it runs, not what it costs
 */

import assert from "node:assert/strict";

import { compile } from "../../pkg/src/edge/compiled.js";
import { pick, plan } from "../../pkg/src/edge/fields.js";
import { decide, hold, routeOf } from "../../pkg/src/edge/held.js";
import { findRecords, gatherList, maskRecord } from "../../pkg/src/edge/spans.js";
import { measure } from "../measure/rounds.mjs";
import { openGates } from "./inside.mjs";
import { requests } from "./workload.mjs";

const QUICK = process.argv.includes("--quick");
const EFFORT = QUICK ? { rounds: 1, milliseconds: 1 } : { rounds: 9, milliseconds: 20 };
const decoder = new TextDecoder();
const encoder = new TextEncoder();

const { gates, rack, store, requestOf } = await openGates();
const read = requests().filter(({ kind }) => kind === "read");
const { questions, paths } = await seen(read);
const answers = await Promise.all(
  ["read", "list"].map(async (kind) => {
    const asked = requests().find((one) => one.kind === kind);
    return new Uint8Array(await (await store.fetch(requestOf(asked))).arrayBuffer());
  }),
);
const [order, orders] = answers;
const tree = planOf(rack.decide(questions[0]).fields);
const compiled = compile(tree);

const inSpans = (bytes) => maskRecord(bytes.slice(), compiled);
const listInSpans = (bytes) => gatherList(bytes.slice(), findRecords(bytes, compiled));
const rewritten = (bytes, show) =>
  encoder.encode(JSON.stringify(show(JSON.parse(decoder.decode(bytes)))));
const anew = (bytes) => rewritten(bytes, (record) => pick(record, tree) ?? {});
const show = ({ items }) => ({ items: items.map((record) => pick(record, tree) ?? {}) });
const listAnew = (bytes) => rewritten(bytes, show);

// Nothing is measured that is answered otherwise.
assert.equal(decoder.decode(inSpans(order)), decoder.decode(anew(order)));
assert.equal(decoder.decode(listInSpans(orders)), decoder.decode(listAnew(orders)));

const found = await measure(
  [
    step("routeAsked", paths, ({ method, path }) => rack.route(method, path)),
    step("decisionAsked", questions, (asked) => rack.decide(asked)),
    step("spans", [order], inSpans),
    step("anew", [order], anew),
    step("listSpans", [orders], listInSpans),
    step("listAnew", [orders], listAnew),
  ],
  EFFORT,
);
// From now on answers of this policy are kept, as those of one in force are.
hold(rack);
Object.assign(
  found,
  await measure(
    [
      step("routeKept", paths, ({ method, path }) => routeOf(rack, method, path)),
      step("decisionKept", questions, (asked) => decide(rack, asked)),
    ],
    EFFORT,
  ),
);
const micros = ({ nanoseconds }) => nanoseconds / 1000;
const told = Object.entries(found).map(([name, figure]) => [name, micros(figure)]);
const bytes = { order: order.length, orders: orders.length };
console.log(JSON.stringify({ ...Object.fromEntries(told), bytes }));

/** What the gate asks of the policy for these requests: each route and each question, as it asks. */
async function seen(asked) {
  const [questions, paths] = [[], []];
  const own = Object.getPrototypeOf(rack);
  const { decide: deciding, route: routing } = own;
  own.decide = function decide(question) {
    questions.push(question);
    return deciding.call(this, question);
  };
  own.route = function route(method, path) {
    paths.push({ method, path });
    return routing.call(this, method, path);
  };
  for (const one of asked) await (await gates.keyrack(requestOf(one))).arrayBuffer();
  Object.assign(own, { decide: deciding, route: routing });
  return { questions, paths };
}

function planOf({ visible, hidden }) {
  const of = (groups) => rack.fieldGroups().filter(({ id }) => groups.includes(id));
  const paths = (groups) => of(groups).flatMap((group) => group.paths);
  return plan(paths(visible), paths(hidden));
}

/** Does one step for each of some things, over and over. */
function step(name, things, work) {
  const expected = new Uint8Array(things.length).fill(1);
  const pass = (from, to) => {
    let done = 0;
    for (let at = from; at < to; at++) done += work(things[at]) === undefined ? 0 : 1;
    return done;
  };
  return { name, count: things.length, expected, pass };
}
