/** Large answers through the gate: in bounded memory, as fast as they are read, whole or broken. */

import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { get } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";

import { Miniflare } from "miniflare";

import { openPlace } from "../../www/worker/place.mjs";
import { bundleWorker } from "../../www/worker/serve.mjs";

import { allow, gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";

const MEGABYTE = 1024 * 1024;
const LARGE_BYTES = 100 * MEGABYTE;
// What is held is one piece of 64 KiB, what it comes to, and the record that it ends in.
const MOST_GROWTH_BYTES = 16 * MEGABYTE;
const RECORD = `{"id":"o-1","secret":"${"s".repeat(400)}","more":[{"secret":"é😀"},null,1.5]}`;

const json = { headers: { "content-type": "application/json" } };

/** A body of a beginning, one part again and again, and an end. */
function generated({ begin, part, end, bytes = LARGE_BYTES, fails }) {
  const counted = { pulled: 0, cancelled: 0, made: 0 };
  const piece = new TextEncoder().encode(part.repeat(Math.ceil((64 * 1024) / part.length)));
  const stream = new ReadableStream(
    {
      start: (controller) => controller.enqueue(new TextEncoder().encode(begin)),
      pull(controller) {
        counted.pulled += 1;
        if (counted.made >= bytes) {
          if (fails) return controller.error(new Error("the line broke"));
          controller.enqueue(new TextEncoder().encode(end));
          return controller.close();
        }
        counted.made += piece.byteLength;
        return controller.enqueue(piece.slice());
      },
      cancel: () => {
        counted.cancelled += 1;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, counted };
}

const record = (more) =>
  generated({ begin: '{"id":7,"rows":[0', part: `,${RECORD}`, end: '],"secret":1}', ...more });
const records = (more) =>
  generated({ begin: `{"page":{},"items":[${RECORD}`, part: `,${RECORD}`, end: "]}", ...more });

/** What a gate before such a body answers. */
const ask = (stream, more) =>
  gateWith({ fetch: async () => new Response(stream, json), ...more }).ask();

const rows = { fieldGroups: () => [{ id: "order.core", paths: ["$.id", "$.rows[*].id"] }] };
const many = { route: () => ({ method: "GET", permission: "order.view", parameters: {} }) };

/** Reads a body to its end and keeps nothing, and tells how much memory was held meanwhile. */
async function measured(body) {
  const begun = held();
  const found = { bytes: 0, growth: 0, secrets: 0, tail: "" };
  let pieces = 0;
  for await (const piece of body) {
    const text = Buffer.from(piece).toString();
    found.bytes += piece.byteLength;
    found.secrets += text.includes("sss") || text.includes("é") ? 1 : 0;
    found.tail = (found.tail + text).slice(-20);
    pieces += 1;
    if (pieces % 100 === 0) found.growth = Math.max(found.growth, held() - begun);
  }
  assert.ok(pieces > 1000);
  return found;
}

/** The bytes that something still points to. */
function held() {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const inMegabytes = (bytes) => `${(bytes / MEGABYTE).toFixed(1)} MB`;

/** Reads a broken body: what came before it broke. */
async function broken(body) {
  let sent = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  await assert.rejects(async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      sent += value;
    }
  });
  assert.throws(() => JSON.parse(sent), "it looks whole");
  return sent;
}

export const large = [
  [
    "a record of 100 MB is masked in bounded memory",
    async () => {
      const { stream, counted } = record();
      const answer = await ask(stream, { engine: rows });
      assert.equal(answer.status, 200);
      const { bytes, growth, secrets, tail } = await measured(answer.body);
      assert.ok(counted.made >= LARGE_BYTES && bytes > MEGABYTE, `${counted.made} ▸ ${bytes}`);
      assert.equal(secrets, 0);
      assert.ok(tail.endsWith('{"id":"o-1"}]}'), tail);
      assert.ok(growth < MOST_GROWTH_BYTES, inMegabytes(growth));
      return `${inMegabytes(bytes)} left, at most ${inMegabytes(growth)} more were held`;
    },
  ],
  [
    "a list of 100 MB is masked in bounded memory, and each of its records is decided",
    async () => {
      const { stream } = records();
      let decided = 0;
      const decide = ({ resource }) => {
        if (resource === undefined) return allow;
        assert.equal(resource.id, "o-1");
        decided += 1;
        return decided % 2 === 0 ? { outcome: "deny", reason: "no_grant" } : allow;
      };
      // No two records are alike.
      let told = 0;
      const facts = () => ({ assignee: String((told += 1)) });
      const answer = await ask(stream, { engine: { ...many, decide }, facts });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("x-keyrack-hidden"), null, "not known yet");
      const { bytes, growth, secrets, tail } = await measured(answer.body);
      assert.ok(decided > LARGE_BYTES / 600, String(decided));
      const kept = Math.ceil(decided / 2);
      assert.equal(bytes, '{"items":[]}'.length + kept * '{"id":"o-1"},'.length - 1);
      assert.equal(secrets, 0);
      assert.ok(tail.endsWith('{"id":"o-1"}]}'), tail);
      assert.ok(growth < MOST_GROWTH_BYTES, inMegabytes(growth));
      return `${decided} records, ${kept} left, at most ${inMegabytes(growth)} more were held`;
    },
  ],
  [
    "nothing is read of the store's before somebody reads the answer; who leaves ends it",
    async () => {
      for (const [made, more] of [
        [record, { engine: rows }],
        [records, { engine: many }],
      ]) {
        const { stream, counted } = made();
        const answer = await ask(stream, more);
        const before = counted.pulled;
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(counted.pulled, before, "read on without a reader");
        assert.ok(counted.made < MEGABYTE, "read more than shows that it is large");
        const reader = answer.body.getReader();
        await reader.read();
        assert.ok(counted.pulled <= before + 2, `${counted.pulled - before} for one piece`);
        await reader.cancel();
        assert.equal(counted.cancelled, 1);
      }
    },
  ],
  [
    "a store that breaks off, falls silent or talks nonsense half-way breaks the answer",
    async () => {
      const bytes = MEGABYTE;
      await quiet(async () => {
        for (const made of [record, records]) {
          const more = { engine: made === record ? rows : many };
          await broken((await ask(made({ bytes, fails: true }).stream, more)).body);
          await broken((await ask(made({ bytes, end: "" }).stream, more)).body);
          await broken((await ask(made({ bytes, end: "]}x" }).stream, more)).body);
          await broken((await ask(made({ bytes, end: ',{"id":}]}' }).stream, more)).body);
          const { stream, counted } = made({ bytes });
          await broken((await ask(stalled(stream), { ...more, storeTimeout: 30 })).body);
          assert.equal(counted.cancelled, 1, "nobody waits for the rest");
        }
      });
    },
  ],
  [
    "a record of a long list that cannot be decided, or is none, breaks the answer",
    async () => {
      const bytes = MEGABYTE;
      const failing = (work) => {
        let asked = 0;
        return (more) => ((asked += 1) > 1500 ? work() : more);
      };
      const decide = failing(() => {
        throw new Error("internal detail");
      });
      const facts = failing(() => Promise.reject(new Error("internal detail")));
      let told = 0;
      const unlike = () => ({ assignee: String((told += 1)) });
      await quiet(async () => {
        const cases = [
          [records({ bytes }), { decide: () => decide(allow), facts: unlike }],
          [records({ bytes }), { facts: () => facts(undefined) }],
          [records({ bytes, end: ",7]}" }), {}],
          [records({ bytes, end: ",[]]}" }), {}],
          [records({ bytes, end: `,{"a":"${"x".repeat(2 * MEGABYTE)}"}]}` }), {}],
          [records({ bytes, end: '],"items":[]}' }), {}],
        ];
        for (const [{ stream }, more] of cases) {
          const sent = await broken((await ask(stream, { engine: many, ...more })).body);
          assert.doesNotMatch(sent, /internal/);
        }
      });
    },
  ],
  [
    "in workerd too: 32 MB pass masked, and what breaks off or ends early is never whole",
    async () => {
      const { url, stop } = await inWorkerd();
      try {
        for (const kind of ["record", "list"]) {
          const { status, text } = await sentBy(`${url}${kind}/whole/${32 * MEGABYTE}`);
          assert.equal(status, 200);
          const data = JSON.parse(text);
          assert.ok((data.items ?? data.rows).length > 50_000);
          assert.doesNotMatch(text, /secret|sss|é/);
          for (const how of ["broken", "cut"]) {
            const half = await sentBy(`${url}${kind}/${how}/${2 * MEGABYTE}`);
            assert.ok(half.status === 200 && half.text.length > 10_000, "it has begun well");
            // workerd ends a body that fails as if it were whole: that it is not, the JSON has to tell.
            assert.throws(() => JSON.parse(half.text));
            assert.doesNotMatch(half.text, /secret|sss|é|internal/);
          }
          const small = await sentBy(`${url}${kind}/broken/1000`);
          assert.deepEqual([small.status, JSON.parse(small.text).code], [502, "store_failed"]);
        }
      } finally {
        await stop();
      }
    },
  ],
];

/** A body that says nothing more after some of it. */
function stalled(source) {
  const reader = source.getReader();
  let pieces = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        pieces += 1;
        if (pieces > 8) return new Promise(() => {});
        return controller.enqueue((await reader.read()).value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** A worker with the gate and such a store, over HTTP. */
async function inWorkerd() {
  const place = await openPlace();
  const path = fileURLToPath(new URL("passing.mjs", import.meta.url));
  await bundleWorker(place.path, { entryPoints: [path] });
  const miniflare = new Miniflare({
    ...{ compatibilityDate: "2026-04-01", host: "127.0.0.1", modulesRoot: place.path },
    modules: [{ type: "ESModule", path: join(place.path, "index.mjs") }],
    handleRuntimeStdio() {},
  });
  const stop = async () => {
    await miniflare.dispose();
    place.close();
  };
  return { url: await miniflare.ready, stop };
}

/** What arrives, also of an answer that breaks off. Each is asked for on a connection of its own. */
function sentBy(url) {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent: false }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      const end = () =>
        resolve({ status: answer.statusCode, text: Buffer.concat(pieces).toString() });
      answer.on("end", end);
      answer.on("error", end);
    });
    asked.on("error", reject);
  });
}
