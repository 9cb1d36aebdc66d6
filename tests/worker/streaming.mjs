/** Answers that are masked while they pass: equal to those that are masked as a whole. */

import assert from "node:assert/strict";

import { pick, plan } from "../../pkg/src/edge/fields.js";
import { readJson } from "../../pkg/src/edge/json.js";
import { Masker } from "../../pkg/src/edge/masker.js";
import { joined, readHead, streamed } from "../../pkg/src/edge/stream.js";
import { UpstreamError } from "../../pkg/src/edge/upstream.js";
import { anyPlan, bytesOf, objectIn, objectOf, write } from "./anyjson.mjs";
import { gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";
import { seeded } from "./seeded.mjs";

const LIMIT = 60_000;
const RANDOM_CASES = 4000;

/** Cuts bytes anywhere, also within a character. */
function cut(random, bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.below(random.one([1, 3, 20, bytes.length]));
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const readerOf = (pieces) =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  }).getReader();

const masked = (pieces, tree) =>
  new Response(
    streamed({ pieces: [], reader: readerOf(pieces) }, LIMIT, new Masker(tree), (it) => it.take()),
  ).text();

export const streaming = [
  [
    "what is masked while it passes equals what is masked as a whole, however it is cut",
    async () => {
      const random = seeded(20260302);
      let shown = 0;
      for (let round = 0; round < RANDOM_CASES; round += 1) {
        const data = objectOf(random, 5);
        const tree = anyPlan(random);
        const text = write(random, data);
        const wanted = pick(data, tree) ?? {};
        const got = await masked(cut(random, bytesOf(text)), tree);
        assert.deepEqual(JSON.parse(got), JSON.parse(JSON.stringify(wanted)), `${round}: ${text}`);
        if (got !== "{}") shown += 1;
      }
      assert.ok(shown > RANDOM_CASES / 5, `${shown} showed anything`);
      return `${RANDOM_CASES} records, ${shown} of which show something`;
    },
  ],
  [
    "of a list, each record is decided on its own, however the list is cut",
    async () => {
      const random = seeded(7);
      const tree = plan(["$.a", "$.items[*].b"], ["$.a.id"]);
      for (let round = 0; round < 1000; round += 1) {
        const items = random.many(6, () => objectOf(random, 3));
        const data = { ...objectOf(random, 2), items };
        const mayPass = (record) => !Object.hasOwn(record, "b");
        const mask = async (texts) =>
          texts
            .map((text) => JSON.parse(text))
            .filter(mayPass)
            .map((record) => pick(record, tree) ?? {});
        const reader = readerOf(cut(random, bytesOf(write(random, data))));
        const body = streamed({ pieces: [], reader }, LIMIT, Masker.ofList(), joined(mask));
        const wanted = { items: items.filter(mayPass).map((record) => pick(record, tree) ?? {}) };
        const got = JSON.parse(await new Response(body).text());
        assert.deepEqual(got, JSON.parse(JSON.stringify(wanted)));
      }
      return "1000 lists";
    },
  ],
  [
    "damaged JSON ends in an error, and only damaged JSON does",
    async () => {
      const random = seeded(99);
      const units = [...'{}[]",:\\\u0000\u001f\u00a0ue0-+.1tn ', "\\u", '"a":', "null", "\ufeff"];
      const counts = { refused: 0, passed: 0 };
      for (let round = 0; round < RANDOM_CASES; round += 1) {
        const text = write(random, objectOf(random, 4));
        const at = random.below(text.length);
        const pieces = [
          text.slice(0, at),
          ...random.many(2, () => random.one(units)),
          text.slice(at + random.below(3)),
        ];
        const damaged = pieces.join("").toWellFormed();
        const tree = anyPlan(random);
        const got = await masked(cut(random, bytesOf(damaged)), tree).catch((error) => {
          assert.ok(error instanceof UpstreamError, String(error.stack));
        });
        const wanted = objectIn(damaged);
        if (wanted === undefined) assert.equal(got, undefined, damaged);
        // A name that stands twice may be refused. Whatever else can be read passes.
        else if (got === undefined) assert.throws(() => readJson(damaged), damaged);
        else
          assert.deepEqual(JSON.parse(got), JSON.parse(JSON.stringify(pick(wanted, tree) ?? {})));
        counts[got === undefined ? "refused" : "passed"] += 1;
      }
      assert.ok(counts.refused > 500 && counts.passed > 500, JSON.stringify(counts));
      return `${counts.refused} refused, ${counts.passed} passed`;
    },
  ],
  [
    "what ends early is never a whole document",
    async () => {
      const random = seeded(3);
      const text = JSON.stringify({ id: 1, items: [{ a: "é" }, [], "x"], a: { b: 1 } });
      const bytes = bytesOf(text);
      const cuts = Array.from(bytes, (_, end) => bytes.subarray(0, end));
      // Whole, and yet not all that there is.
      cuts.push(bytesOf(`${text} x`), bytesOf(`${text}{}`), bytesOf(`${text}\n\n,`));
      for (const part of cuts) {
        for (const tree of [plan(["$"]), plan(["$.items[*].a"]), plan([]), plan(["$.a"])]) {
          let sent = "";
          const body = streamed(
            { pieces: [], reader: readerOf(cut(random, part)) },
            ...[LIMIT, new Masker(tree), (it) => it.take()],
          ).pipeThrough(new TextDecoderStream());
          await assert.rejects(async () => {
            for await (const piece of body) sent += piece;
          }, UpstreamError);
          assert.throws(() => JSON.parse(sent), sent);
        }
      }
    },
  ],
  [
    "a name that the plan names stands once; bytes are UTF-8; nothing is nested without end",
    async () => {
      const tree = plan(["$.a.b"]);
      const twice = ['{"a":{"b":1,"b":2}}', '{"a":{"b":1},"a":{}}', '{"a":{"\\u0062":1,"b":2}}'];
      const deep = `{"x":${"[".repeat(300)}${"]".repeat(300)}}`;
      const long = [`{"${"x".repeat(9000)}":1}`, `{"x":${"1".repeat(2000)}}`];
      for (const text of [...twice, deep, ...long, "[]", "1", '"a"', "null", "", "{}{}", "{},"]) {
        await assert.rejects(masked([bytesOf(text)], tree), UpstreamError, text.slice(0, 40));
      }
      const bad = [
        [0x7b, 0xff, 0x7d],
        [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
        [0x1f, 0x8b, 0x08],
      ];
      for (const bytes of bad) {
        await assert.rejects(masked([new Uint8Array(bytes)], tree), UpstreamError, String(bytes));
      }
      assert.equal(
        await masked([bytesOf('{"x":1,"x":2,"a":{"b":[1,{"c":2}]}}')], tree),
        '{"a":{"b":[1,{"c":2}]}}',
      );
    },
  ],
];
