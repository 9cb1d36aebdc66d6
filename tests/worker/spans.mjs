/** Answers whose spans are copied: equal to those that are read and written anew. */

import assert from "node:assert/strict";

import { compile } from "../../pkg/src/edge/compiled.js";
import { pick, plan } from "../../pkg/src/edge/fields.js";
import {
  findRecords,
  gatherList,
  idOf,
  keptOf,
  maskRecord,
} from "../../pkg/src/edge/spans.js";
import { anyPlan, bytesOf, objectIn, objectOf, write } from "./anyjson.mjs";
import { gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";
import { seeded } from "./seeded.mjs";

const RANDOM_CASES = 6000;

const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);

/** What is shown of a record's bytes; `undefined` where it is given up: then nothing is changed. */
function masked(given, tree) {
  const bytes = given.slice();
  const found = maskRecord(bytes, compile(tree));
  if (found === undefined) assert.deepEqual(bytes, given);
  return found && textOf(found);
}

/** The same of a list: each record by its own plan, all of them guessed to get the first. */
function maskedList(given, [guess, ...others], mayPass) {
  const bytes = given.slice();
  const plans = [guess, ...others].map(compile);
  const found = findRecords(bytes, plans[0]);
  if (found === undefined) return undefined;
  const kept = found.map((record, at) => {
    if (!mayPass(idOf(bytes, record), at)) return [];
    const own = plans[at % plans.length];
    return own === plans[0] ? [record] : [keptOf(bytes, record, own)];
  });
  if (kept.flat().includes(undefined)) return undefined;
  return textOf(gatherList(bytes, kept.flat()));
}

const same = (text, wanted, about) =>
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(wanted)), about);

/** Damage anywhere in a text. */
function damaged(random, bytes) {
  const units = [...'{}[]",:\\ue0-+.1tn \t', "\u0000", "\u001f", "\\u", '"a":', "null", "\ufeff"];
  const pieces = [...units.map(bytesOf), [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90]];
  const at = random.below(bytes.length + 1);
  return Uint8Array.from([
    ...bytes.subarray(0, at),
    ...random.many(2, () => [...random.one(pieces)]).flat(),
    ...bytes.subarray(at + random.below(3)),
  ]);
}

/** What strict readers make of bytes: an object, or nothing. */
function read(bytes) {
  try {
    return objectIn(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const isPlain = (text) => !text.includes("\\");

export const spans = [
  [
    "what is copied by its spans equals what is read and written anew",
    () => {
      const random = seeded(20261122);
      const counts = { shown: 0, givenUp: 0 };
      for (let round = 0; round < RANDOM_CASES; round += 1) {
        const data = objectOf(random, 5);
        const tree = anyPlan(random);
        const text = write(random, data);
        const got = masked(bytesOf(text), tree);
        // What has an escape may have it in a name.
        if (got === undefined) {
          assert.ok(!isPlain(text), text);
          counts.givenUp += 1;
          continue;
        }
        same(got, pick(data, tree) ?? {}, `${round}: ${text}`);
        if (got !== "{}") counts.shown += 1;
      }
      assert.ok(counts.shown > RANDOM_CASES / 10, JSON.stringify(counts));
      assert.ok(counts.givenUp < RANDOM_CASES / 2, JSON.stringify(counts));
      return `${RANDOM_CASES} records, ${counts.shown} of which show something`;
    },
  ],
  [
    "of a list, each record is masked by its own plan, whichever was guessed",
    () => {
      const random = seeded(11);
      let shown = 0;
      for (let round = 0; round < 3000; round += 1) {
        const items = random.many(5, (at) => ({ id: at, ...objectOf(random, 3) }));
        const data = { ...objectOf(random, 2), items };
        const trees = [anyPlan(random), anyPlan(random), plan(["$"], ["$.a"])];
        const text = write(random, data);
        const passes = (_, at) => at % 4 !== 1;
        const got = maskedList(bytesOf(text), trees, passes);
        if (got === undefined) {
          assert.ok(!isPlain(text), text);
          continue;
        }
        const wanted = items
          .map((record, at) => pick(record, trees[at % trees.length]) ?? {})
          .filter((_, at) => passes(undefined, at));
        same(got, { items: wanted }, `${round}: ${text}`);
        shown += 1;
      }
      assert.ok(shown > 500, `${shown} lists`);
      return `${shown} lists`;
    },
  ],
  [
    "a record is told apart by the value of its `id`, wherever that stands and whatever is shown",
    () => {
      const ids = ["o-1", "", 'q"\\\u2028é😀', 7, -0.5, 1e21, null, true, ["a", 1], { id: "x" }];
      const records = [...ids.map((id) => ({ a: 1, id, b: { id: "no" } })), { a: { id: 2 } }];
      const text = JSON.stringify({ id: 0, items: records, more: [{ id: 9 }] });
      for (const tree of [plan([]), plan(["$"]), plan(["$.a"], ["$.id"]), plan(["$.id"])]) {
        const bytes = bytesOf(text);
        const found = findRecords(bytes, compile(tree)).map((record) => idOf(bytes, record));
        assert.deepEqual(found, [...ids, undefined]);
      }
    },
  ],
  [
    "damaged bytes are given up, and only where others read nothing or could read two things",
    () => {
      const random = seeded(5);
      const counts = { givenUp: 0, passed: 0 };
      for (let round = 0; round < RANDOM_CASES; round += 1) {
        const items = random.many(2, () => objectOf(random, 2));
        const isList = random.chance(0.4);
        const data = isList ? { ...objectOf(random, 2), items } : objectOf(random, 4);
        const bytes = damaged(random, bytesOf(write(random, data)));
        const tree = anyPlan(random);
        const got = isList ? maskedList(bytes, [tree], () => true) : masked(bytes, tree);
        counts[got === undefined ? "givenUp" : "passed"] += 1;
        if (got === undefined) continue;
        const wanted = read(bytes);
        assert.ok(wanted !== undefined, textOf(bytes));
        const shown = isList
          ? { items: wanted.items.map((record) => pick(record, tree) ?? {}) }
          : (pick(wanted, tree) ?? {});
        same(got, shown, new TextDecoder().decode(bytes));
      }
      assert.ok(counts.givenUp > 1000 && counts.passed > 500, JSON.stringify(counts));
      return `${counts.givenUp} given up, ${counts.passed} passed`;
    },
  ],
  [
    "every end that comes too early, and everything behind the end, is given up",
    () => {
      const record = bytesOf('{"a":{"b":"\\u00e9é😀\\n"},"id":-1.5e+3,"c":[true,null,{}]}');
      const list = bytesOf(`{"x":1,"items":[${textOf(record)},{}],"y":[]}`);
      const trees = [plan(["$"]), plan(["$.a.b"]), plan([]), plan(["$.c[*].d"], ["$.a"])];
      for (const tree of trees) {
        for (const [whole, mask] of [
          [record, (bytes) => masked(bytes, tree)],
          [list, (bytes) => maskedList(bytes, [tree], () => true)],
        ]) {
          assert.ok(mask(whole) !== undefined);
          for (let end = 0; end < whole.length; end += 1) {
            assert.equal(mask(whole.subarray(0, end)), undefined, `${end}`);
          }
          for (const more of ["x", "{}", ",", "\u0000", "\ufeff"]) {
            assert.equal(mask(bytesOf(textOf(whole) + more)), undefined);
          }
        }
      }
    },
  ],
  [
    "bytes are strict UTF-8 in names and in values, and nothing of another form is JSON",
    () => {
      const all = plan(["$"]);
      const inside = (place, bytes) => {
        const [before, after] = place.split("@").map(bytesOf);
        return Uint8Array.from([...before, ...bytes, ...after]);
      };
      const places = ['{"a":"@"}', '{"@":1}', '{"a":["@"]}', '{"a":{"@":[]}}'];
      const isText = (bytes) => {
        try {
          return textOf(bytes) !== "";
        } catch {
          return false;
        }
      };
      let good = 0;
      const firsts = [0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef];
      const marks = [0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
      for (const first of [...firsts, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff]) {
        for (const second of marks) {
          for (const third of [undefined, 0x80, 0xbf, 0x7f, 0xc0]) {
            for (const fourth of third === undefined ? [undefined] : [undefined, 0x80, 0xbf, 0xc0]) {
              const bytes = [first, second, third, fourth].filter((byte) => byte !== undefined);
              if (bytes.includes(0x22)) continue;
              for (const place of places) {
                const whole = inside(place, bytes);
                assert.equal(masked(whole, all) !== undefined, isText(whole), bytes.join(" "));
                good += isText(whole) ? 1 : 0;
              }
            }
          }
        }
      }
      assert.ok(good > 100);
      const wrong = ["01", "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "Infinity", "tru", "nul"];
      const more = ["truex", "'a'", '"\\x"', '"\\u12g4"', '"\t"', "[1,]", "[,1]", '{"a"}', "{,}", ""];
      for (const value of [...wrong, ...more, "{'a':1}", '{"a":1,}', "[1 2]", "1,2", "/**/1"]) {
        for (const tree of [all, plan([]), plan(["$.a.b"]), plan(["$.a[*].b"])]) {
          assert.equal(masked(bytesOf(`{"a":${value}}`), tree), undefined, value);
        }
      }
    },
  ],
  [
    "a name that stands twice where the plan looks is given up, as is an escape in one",
    () => {
      const tree = plan(["$.a.b", "$.c"], ["$.c.d"]);
      const doubtful = ['{"a":{"b":1,"b":2}}', '{"a":{"b":1},"a":{}}', '{"\\u0061":{"b":1}}'];
      for (const text of [...doubtful, '{"c":{"\\u0064":1}}', '{"id":1,"id":2}']) {
        assert.equal(masked(bytesOf(text), tree), undefined, text);
      }
      const lists = ['{"items":[],"items":[]}', '{"\\u0069tems":[]}', '{"items":[{"id":1,"id":2}]}'];
      for (const text of [...lists, '{"items":{}}', '{"items":[1]}', '{"items":[[]]}', "{}", "[]"]) {
        assert.equal(maskedList(bytesOf(text), [tree], () => true), undefined, text);
      }
      const deep = (depth) => bytesOf(`{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`);
      assert.equal(masked(deep(100), tree), "{}");
      assert.equal(masked(deep(100_000), tree), undefined);
    },
  ],
  [
    "what is copied stands as the store wrote it, to the last digit",
    () => {
      const text = '{"id":9007199254740993,"a":1.10, "b":1e400,"__proto__":{"x":1},"c":"\\u00e9"}';
      assert.equal(masked(bytesOf(text), plan(["$"])), text);
      assert.equal(
        masked(bytesOf(text), plan(["$"], ["$.a", "$.c"])),
        '{"id":9007199254740993, "b":1e400,"__proto__":{"x":1}}',
      );
    },
  ],
  [
    "what is given up is read as a whole by the gate, and refused if it cannot be",
    async () => {
      const ask = async (text, more) => {
        const fetch = async () =>
          new Response(text, { headers: { "content-type": "application/json" } });
        const answer = await quiet(() => gateWith({ fetch, ...more }).ask());
        return [answer.status, await answer.text()];
      };
      assert.deepEqual(await ask('{"\\u0069d":1,"secret":2}'), [200, '{"id":1}']);
      assert.deepEqual(await ask('{"id":1,"secret":2,"id":3}'), [200, '{"id":3}']);
      for (const text of ['{"id":1,}', '{"id":1', '[{"id":1}]', '\ufeff{"id":1}', ""]) {
        assert.equal((await ask(text))[0], 502, text);
      }
      const route = () => ({ method: "GET", permission: "order.view", parameters: {} });
      const asked = [];
      const list = { engine: { route }, facts: (type, scope, id) => void asked.push(id) };
      const escaped = '{"items":[{"\\u0069d":"a","secret":1},{"id":"b"}]}';
      assert.deepEqual(await ask(escaped, list), [200, '{"items":[{"id":"a"},{"id":"b"}]}']);
      assert.deepEqual(asked, ["a", "b"]);
      assert.equal((await ask('{"items":[{"id":1},2]}', list))[0], 502);
      assert.deepEqual(asked, ["a", "b"], "nothing is asked of a list that cannot be read");
    },
  ],
];
