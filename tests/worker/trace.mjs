/** W3C Trace Context: what the store gets for what the caller sent. */

import assert from "node:assert/strict";

import { openTrace, passTrace } from "../../pkg/src/edge/log/trace.js";
import { gateWith } from "./gate.mjs";

const TRACE = "12345678901234567890123456789012";
const SPAN = "1234567890123456";
const GOOD = `00-${TRACE}-${SPAN}-01`;
const PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** What is passed on for headers, each of which may stand more than once. */
function passed(...sent) {
  const headers = new Headers();
  for (const [name, value] of sent) headers.append(name, value);
  const out = new Headers({ traceparent: "left over", tracestate: "left=over" });
  passTrace(out, openTrace(headers));
  const [, traceId, spanId, flags] = PARENT.exec(out.get("traceparent")) ?? [];
  assert.ok(traceId, "not well formed");
  assert.ok(!/^0+$/.test(traceId) && !/^0+$/.test(spanId), "an id of zeros");
  return { traceId, spanId, flags, state: out.get("tracestate") };
}

const stateOf = (...states) =>
  passed(["traceparent", GOOD], ...states.map((state) => ["tracestate", state])).state;

const members = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, at) => `bar${from + at}=${from + at}`).join(",");

const VALUE_LETTERS = Array.from({ length: 0x5f }, (_, at) => String.fromCharCode(0x20 + at))
  .filter((letter) => letter !== "," && letter !== "=")
  .join("");
const KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";

const CONTINUED = [
  ["version 00", GOOD],
  ["not sampled", `00-${TRACE}-${SPAN}-00`],
  ["unknown flags", `00-${TRACE}-${SPAN}-ff`],
  ["a later version", `cc-${TRACE}-${SPAN}-01`],
  ["the last version", `fe-${TRACE}-${SPAN}-01`],
  ["fields of the future", `cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`],
  ["an empty field of the future", `01-${TRACE}-${SPAN}-01-`],
  ["blanks around it", ` \t${GOOD}\t `],
];

const BEGUN_ANEW = [
  ["nothing", undefined],
  ["an empty header", ""],
  ["version ff", `ff-${TRACE}-${SPAN}-01`],
  ["version FE in capitals", `FE-${TRACE}-${SPAN}-01`],
  ["version 00 with more", `${GOOD}-what-the-future-will-be-like`],
  ["version 00 with a dash", `${GOOD}-`],
  ["version 00 with a dot", `${GOOD}.`],
  ["a later version with a dot", `cc-${TRACE}-${SPAN}-01.what-the-future-will-be-like`],
  ["a version that is no number", `.0-${TRACE}-${SPAN}-01`],
  ["a version half a number", `0.-${TRACE}-${SPAN}-01`],
  ["a version too long", `000-${TRACE}-${SPAN}-01`],
  ["a version too short", `0-${TRACE}-${SPAN}-01`],
  ["a trace id of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
  ["a span id of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
  ["capitals in the trace id", `00-${"A".repeat(32)}-${SPAN}-01`],
  ["capitals in the span id", `00-${TRACE}-${"A".repeat(16)}-01`],
  ["capitals in the flags", `00-${TRACE}-${SPAN}-0A`],
  ["a trace id with other letters", `00-.${TRACE.slice(1)}-${SPAN}-01`],
  ["a trace id too long", `00-${TRACE}3-${SPAN}-01`],
  ["a trace id too short", `00-${TRACE.slice(1)}-${SPAN}-01`],
  ["a span id with other letters", `00-${TRACE}-.${SPAN.slice(1)}-01`],
  ["a span id too long", `00-${TRACE}-${SPAN}7-01`],
  ["a span id too short", `00-${TRACE}-${SPAN.slice(1)}-01`],
  ["flags with other letters", `00-${TRACE}-${SPAN}-.0`],
  ["flags too long", `00-${TRACE}-${SPAN}-001`],
  ["flags too short", `00-${TRACE}-${SPAN}-1`],
  ["blanks inside", `00- ${TRACE}-${SPAN}-01`],
  ["blanks for dashes", GOOD.replaceAll("-", " ")],
];

const STATES_KEPT = [
  ["one member", ["foo=1"], "foo=1"],
  [
    "the order of members",
    ["foo=1,bar=2", "rojo=1,congo=2", "baz=3"],
    "foo=1,bar=2,rojo=1,congo=2,baz=3",
  ],
  ["blanks around members", ["\t foo=1 \t , \t bar=2,\t baz=3 \t"], "foo=1,bar=2,baz=3"],
  ["empty members left out", ["foo=1,,bar=2", ""], "foo=1,bar=2"],
  ["32 members", [members(1, 20), members(21, 32)], members(1, 32)],
  ["a key of 256 letters", [`${"z".repeat(256)}=1`], `${"z".repeat(256)}=1`],
  [
    "a key with a vendor",
    [`${"t".repeat(241)}@${"v".repeat(14)}=1`],
    `${"t".repeat(241)}@${"v".repeat(14)}=1`,
  ],
  ["a key that begins with a digit", ["1a-2f@foo=1,0=2"], "1a-2f@foo=1,0=2"],
  ["all letters of a key", [`${KEY_LETTERS}=1`], `${KEY_LETTERS}=1`],
  ["all letters of a value", [`foo=${VALUE_LETTERS}`], `foo=${VALUE_LETTERS}`],
];

const STATES_DROPPED = [
  ["no member", [""]],
  ["33 members", [members(1, 20), members(21, 33)]],
  ["a key twice", ["foo=1,foo=1"]],
  ["a key twice with other values", ["foo=1", "foo=2"]],
  ["a blank in a key", ["foo =1"]],
  ["capitals in a key", ["FOO=1"]],
  ["a dot in a key", ["foo.bar=1"]],
  ["a vendor without a name", ["foo@=1,bar=2"]],
  ["a vendor without a tenant", ["@foo=1,bar=2"]],
  ["two vendors", ["foo@@bar=1,bar=2"]],
  ["vendors of vendors", ["foo@bar@baz=1,bar=2"]],
  ["a key too long", ["foo=1", `${"z".repeat(257)}=1`]],
  ["a tenant too long", ["foo=1", `${"t".repeat(242)}@v=1`]],
  ["a vendor too long", ["foo=1", `t@${"v".repeat(15)}=1`]],
  ["a value with an equals sign", ["foo=bar=baz"]],
  ["a value that is empty", ["foo=,bar=3"]],
  ["a value too long", [`foo=${"v".repeat(257)}`]],
  ["a member without a value", ["foo"]],
];

export const trace = [
  [
    "a trace that can be read is continued by a span of the gate's own",
    () => {
      for (const [name, header] of CONTINUED) {
        const { traceId, spanId } = passed(["TraceParent", header]);
        assert.equal(traceId, TRACE, name);
        assert.notEqual(spanId, SPAN, name);
      }
      return `${CONTINUED.length} headers`;
    },
  ],
  [
    "a trace that cannot be read is begun anew, and its state with it",
    () => {
      for (const [name, header] of BEGUN_ANEW) {
        const sent = header === undefined ? [] : [["traceparent", header]];
        const { traceId, state } = passed(...sent, ["tracestate", "foo=1"]);
        assert.ok(!["a".repeat(32), TRACE].includes(traceId), name);
        assert.equal(state, null, name);
      }
      const twice = passed(["traceparent", GOOD], ["traceparent", GOOD]);
      assert.notEqual(twice.traceId, TRACE, "two headers");
      assert.notEqual(passed(["trace-parent", GOOD]).traceId, TRACE, "another name");
      assert.notEqual(passed().traceId, passed().traceId);
      assert.notEqual(passed().spanId, passed().spanId);
      return `${BEGUN_ANEW.length + 2} headers`;
    },
  ],
  [
    "flags are tested by their bits; those that are not known are not passed on",
    () => {
      for (const [sent, flags] of [
        ["00", "00"],
        ["01", "01"],
        ["02", "02"],
        ["03", "03"],
        ["fd", "01"],
        ["fc", "00"],
        ["ff", "03"],
      ]) {
        assert.equal(passed(["traceparent", `00-${TRACE}-${SPAN}-${sent}`]).flags, flags, sent);
      }
      assert.equal(passed().flags, "02", "made at random; whether to record is for others to say");
    },
  ],
  [
    "a state is passed on member by member, or not at all",
    () => {
      for (const [name, sent, kept] of STATES_KEPT) assert.equal(stateOf(...sent), kept, name);
      for (const [name, sent] of STATES_DROPPED) {
        assert.equal(stateOf(...sent), null, name);
        assert.equal(passed(["traceparent", GOOD], ["tracestate", sent[0]]).traceId, TRACE, name);
      }
      return `${STATES_KEPT.length} kept, ${STATES_DROPPED.length} dropped`;
    },
  ],
  [
    "the store is called in the caller's trace, as a child of the gate's span that is logged",
    async () => {
      let got;
      const noted = [];
      const { ask } = gateWith({
        fetch: async (request) => ((got = request.headers), Response.json({ id: 1 })),
        log: { note: (_, __, about) => noted.push(about.trace), refused() {} },
      });
      const headers = { traceparent: GOOD, tracestate: "foo=1" };
      assert.equal((await ask("/x", { headers })).status, 200);
      const [, traceId, spanId, flags] = PARENT.exec(got.get("traceparent"));
      assert.deepEqual([traceId, flags, got.get("tracestate")], [TRACE, "01", "foo=1"]);
      const [{ parentId, ...logged }] = noted;
      assert.deepEqual(logged, { traceId, spanId, flags: 1, state: "foo=1" });
      assert.equal(parentId, SPAN);
    },
  ],
];
