/** What is logged of which decision, what never is, and what happens where it cannot be. */

import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

import { createGate } from "../../pkg/src/edge/gate.js";
import { createCheckpoint } from "../../pkg/src/edge/log/chain.js";
import { createLog, isSampled } from "../../pkg/src/edge/log/log.js";
import { MemoryLog } from "../../pkg/src/edge/log/memory.js";
import { createPseudonym } from "../../pkg/src/edge/log/pseudonym.js";
import { toOtlp, toRecord, valueOf } from "../../pkg/src/edge/log/record.js";
import { TokenError } from "../../pkg/src/edge/identity.js";
import { gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";

const KEY = Buffer.alloc(32, 7).toString("base64url");
const OTHER = Buffer.alloc(32, 8).toString("base64url");
// Whose log it is: that of the gate's tests.
const TENANT = "t";
const NOW = 1_772_445_600;
const RARE = "00000000-0000-4000-8000-000000000000";
const OFTEN = "ffffffff-ffff-4fff-bfff-ffffffffffff";

const allow = { outcome: "allow", reason: "granted", obligations: [] };
const sensitive = { ...allow, obligations: [{ type: "log" }] };
const deny = { outcome: "deny", reason: "no_grant", obligations: [] };

/** A log over a keeper, and what is needed to wait for it. */
function logWith({ keeper = new MemoryLog(), ...more } = {}) {
  const work = [];
  const log = createLog({
    keeper,
    pseudonym: createPseudonym({ keys: [{ id: "k1", key: KEY }] }),
    tenant: TENANT,
    rate: 0,
    time: () => NOW * 1000,
    ...more,
  });
  return {
    log,
    keeper,
    context: { waitUntil: (promise) => work.push(promise) },
    settled: () => Promise.all(work),
    records: async () => {
      await Promise.all(work);
      return (await keeper.newest(TENANT)).reverse();
    },
  };
}

const about = (more) => ({
  now: NOW,
  evaluation: OFTEN,
  trace: { traceId: "1".repeat(32), spanId: "2".repeat(16), flags: 1 },
  rack: { tenant: TENANT, version: 9, digest: "ab" },
  ...more,
});

const asked = {
  subject: "u_ana",
  actor: "pos_app",
  permission: "order.refund",
  scope: "paris-01",
  resource: { type: "order", id: "o-17", assignee: "u_dora" },
  amount: { value: 4200, currency: "EUR" },
  auth: { session: "s-1", amr: ["pwd"] },
  ip: "192.0.2.1",
  fields: { write: ["$.customer.email"] },
};

const golden = (name) => new URL(`golden/${name}`, import.meta.url);

export const log = [
  [
    "every refusal has a record, every allow that must, and none else at rate nought",
    async () => {
      const { log, context, records } = logWith();
      for (const decision of [
        allow,
        deny,
        sensitive,
        { outcome: "step_up", reason: "step_up_required" },
        { outcome: "approval", reason: "approval_required" },
      ]) {
        log.note(asked, decision, about({ context }));
      }
      log.refused("invalid_token", about({ context, rack: undefined }));
      const outcomes = (await records()).map((record) => valueOf(record, "keyrack.outcome"));
      assert.deepEqual(outcomes, ["deny", "allow", "step_up", "approval", "deny"]);
      assert.equal(log.dropped, 0);
    },
  ],
  [
    "which of the others have one is told by the evaluation id, and by nothing of the caller's",
    async () => {
      assert.ok(!isSampled(RARE, 0) && isSampled(RARE, 1e-9) && !isSampled(OFTEN, 0.999_999));
      assert.ok(isSampled(OFTEN, 1));
      const kept = Array.from({ length: 20_000 }, () => crypto.randomUUID());
      const part = kept.filter((id) => isSampled(id, 0.25)).length / kept.length;
      assert.ok(part > 0.2 && part < 0.3, `${part}`);
      const { log, context, records } = logWith({ rate: 0.5 });
      log.note(asked, allow, about({ context, evaluation: OFTEN }));
      log.note(asked, allow, about({ context, evaluation: RARE }));
      const ids = (await records()).map((record) => valueOf(record, "keyrack.evaluation_id"));
      assert.deepEqual(ids, [RARE]);
      assert.throws(() => logWith({ rate: 2 }), TypeError);
    },
  ],
  [
    "the record is OpenTelemetry's, to the byte",
    async () => {
      const { log, context, records } = logWith();
      log.note(
        asked,
        { ...sensitive, obligations: [{ type: "reserve_budget" }, { type: "log" }] },
        about({ context }),
      );
      log.note(asked, deny, about({ context }));
      log.refused(
        "gate_failed",
        about({ context, asked: { subject: "u_ana" }, isFault: true, rack: undefined }),
      );
      const text = `${JSON.stringify(toOtlp(await records(), { tenant: TENANT, version: "0.1.0" }), null, 2)}\n`;
      if (process.env.KEYRACK_GOLDEN === "write") await writeFile(golden("otlp.json"), text);
      assert.equal(text, await readFile(golden("otlp.json"), "utf8"));
    },
  ],
  [
    "what is written here is what the command's tests read, to the byte",
    async () => {
      const seed = Buffer.alloc(32, 7);
      const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
      const jwk = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }).export({
        format: "jwk",
      });
      const time = () => NOW * 1000;
      const keeper = new MemoryLog({ checkpoint: createCheckpoint({ jwk }), time });
      const { log, context, settled } = logWith({ keeper });
      const about8 = (number) =>
        about({ context, now: NOW + number, rack: { tenant: "atlas", version: 9 } });
      for (let number = 1; number <= 8; number += 1) {
        const resource = { type: "order", id: "o" };
        log.note(
          { ...asked, scope: `paris-0${number}`, resource },
          number % 3 ? deny : sensitive,
          about8(number),
        );
      }
      await settled();
      const lines = [];
      for await (const line of keeper.lines("atlas")) lines.push(`${line}\n`);
      const text = lines.join("");
      const file = new URL("../golden/log.jsonl", import.meta.url);
      if (process.env.KEYRACK_GOLDEN === "write") await writeFile(file, text);
      assert.equal(text, await readFile(file, "utf8"));
    },
  ],
  [
    "members are pseudonyms, their own in each tenant, until the key changes; ids only if wanted",
    async () => {
      const keys = [
        { id: "old", key: KEY },
        { id: "new", key: OTHER, from: NOW },
      ];
      const pseudonym = createPseudonym({ keys });
      const before = await pseudonym("atlas", "u_ana", NOW - 1);
      const after = await pseudonym("atlas", "u_ana", NOW);
      assert.deepEqual([before.key, after.key], ["old", "new"]);
      assert.notEqual(before.hash, after.hash);
      assert.deepEqual(await pseudonym("atlas", "u_ana", NOW + 1), after);
      assert.notEqual((await pseudonym("lumen", "u_ana", NOW)).hash, after.hash);
      assert.notEqual((await pseudonym("atlas", "u_anb", NOW)).hash, after.hash);
      assert.throws(() => createPseudonym({ keys: [] }), TypeError);
      assert.throws(() => createPseudonym({ keys: [{ id: "x", key: "AAAA" }] }), TypeError);

      const { log, context, records } = logWith({ ids: true });
      log.note(asked, deny, about({ context, actors: ["pos_app", "helpdesk"] }));
      const [record] = await records();
      const acted = record.attributes.find(({ key }) => key === "keyrack.actors").value;
      assert.equal(acted.arrayValue.values.length, 2);
      assert.doesNotMatch(JSON.stringify(acted), /pos_app|helpdesk/);
      assert.equal(valueOf(record, "user.id"), "u_ana");
      assert.equal(valueOf(record, "keyrack.actor"), "pos_app");
      assert.equal(valueOf(record, "keyrack.resource.id"), "o-17");
    },
  ],
  [
    "names that the policy does not know are the caller's text, and are not repeated",
    () => {
      for (const reason of ["scope_unknown", "permission_unknown", "snapshot_expired"]) {
        const facts = { ...about(), asked: { ...asked, scope: "canary" }, observed: 0, ids: false };
        const record = toRecord({ ...facts, decision: { outcome: "deny", reason } });
        assert.doesNotMatch(JSON.stringify(record), /canary|o-17/, reason);
      }
    },
  ],
  [
    "no field of a body, no token, header, address or record id is ever in a byte of the log",
    async () => {
      const canary = (name) => `canary-${name}`;
      for (const decide of [
        () => sensitive,
        () => deny,
        () => ({ ...deny, reason: "scope_unknown" }),
      ]) {
        const { log, context, keeper, settled } = logWith();
        const { parts } = gateWith({
          decide: () => ({ fields: { visible: ["order.core"], hidden: [] }, ...decide() }),
          log,
          address: () => canary("address"),
          store: {
            fetch: async () => Response.json({ id: 1, note: canary("answer") }),
            facts: () => ({ assignee: canary("assignee"), attributes: { a: canary("attribute") } }),
          },
        });
        for (const [path, init] of [
          ["/x", { method: "POST", body: JSON.stringify({ e: canary("body") }) }],
          ["/x", { method: "POST", body: `{"e":"${canary("broken")}` }],
          [`/x?q=${canary("query")}`, {}],
          [`/${canary("path")}`, {}],
        ]) {
          const headers = {
            authorization: `Bearer ${canary("token")}`,
            "content-type": "application/json",
            "user-agent": canary("agent"),
            tracestate: `canary=${canary("state")}`,
            traceparent: canary("parent"),
          };
          const request = new Request(`https://x.example${path}`, { ...init, headers });
          await (await createGate(parts)(request, context)).text();
        }
        await settled();
        const lines = [];
        for await (const line of keeper.lines(TENANT)) lines.push(line);
        assert.equal(lines.length, 4);
        assert.doesNotMatch(lines.join("\n"), /canary/);
        for (const secret of ['"m"', '"s"', "192.0.2.1", KEY]) {
          assert.ok(!lines.join("\n").includes(secret), secret);
        }
      }
    },
  ],
  [
    "each request that reached the gate is told of once, with what it came to",
    async () => {
      const failing = async () => {
        throw new TokenError("no bearer token");
      };
      for (const [name, parts, path, expected] of [
        [
          "an allow",
          { decide: () => ({ ...sensitive, fields: { visible: [], hidden: [] } }) },
          "/x",
          ["allow", "granted"],
        ],
        ["a refusal", { decide: () => deny }, "/x", ["deny", "no_grant"]],
        ["a bad token", { identify: failing }, "/x", ["deny", "invalid_token", "invalid_token"]],
        [
          "no policy",
          { policy: async () => undefined },
          "/x",
          ["deny", "policy_unavailable", "policy_unavailable"],
        ],
        ["no route", {}, "/y", ["deny", "route_unmapped", "route_unmapped"]],
        ["a query that is not known", {}, "/x?q=1", ["deny", "query_unknown", "query_unknown"]],
        [
          "a store that fails",
          { decide: () => sensitive, fetch: async () => Response.error() },
          "/x",
          ["allow", "granted", undefined],
        ],
      ]) {
        const { log, context, records } = logWith();
        await quiet(async () => {
          const { parts: all } = gateWith({ ...parts, log });
          await createGate(all)(new Request(`https://x.example${path}`), context);
        });
        const [record, ...others] = await records();
        assert.deepEqual(others, [], name);
        const got = ["keyrack.outcome", "keyrack.reason", "error.type"].map((key) =>
          valueOf(record, key),
        );
        assert.deepEqual(got.slice(0, 2), expected.slice(0, 2), name);
        if (expected.length === 3 && expected[2] !== undefined)
          assert.equal(got[2], expected[2], name);
        if (expected.length === 3 && expected[2] === undefined) assert.ok(got[2], name);
      }
    },
  ],
  [
    "a budget that was used up after the decision is the decision that is logged",
    async () => {
      const { log, context, records } = logWith();
      const { parts } = gateWith({
        decide: () => ({
          ...sensitive,
          obligations: [{ type: "reserve_budget" }, { type: "log" }],
        }),
        log,
        ledger: { reserve: () => ({ state: "exceeded", commit() {}, release() {} }) },
      });
      await createGate(parts)(new Request("https://x.example/x"), context);
      const reasons = (await records()).map((record) => valueOf(record, "keyrack.reason"));
      assert.deepEqual(reasons, ["budget_exceeded"]);
    },
  ],
  [
    "the answer does not wait for the log",
    async () => {
      let write;
      const keeper = { append: () => new Promise((resolve) => (write = resolve)) };
      const { log, context, settled } = logWith({ keeper });
      const { parts } = gateWith({ decide: () => deny, log });
      const answer = await createGate(parts)(new Request("https://x.example/x"), context);
      assert.equal(answer.status, 403);
      assert.equal(write, undefined, "nothing was written before the answer was there");
      const done = settled();
      while (write === undefined) await new Promise((resolve) => setImmediate(resolve));
      write();
      await done;
      assert.equal(log.dropped, 0);
    },
  ],
  [
    "a record alone is written at once; of many, those of a moment are written together",
    async () => {
      const written = [];
      const keeper = { append: async (_, records) => void written.push(records.length) };
      const { log, context, settled } = logWith({ keeper });
      const note = () => log.note(asked, deny, about({ context }));
      note();
      await settled();
      note();
      await new Promise((resolve) => setTimeout(resolve, 0));
      note();
      assert.deepEqual(written, [1]);
      await settled();
      assert.deepEqual(written, [1, 2]);
    },
  ],
  [
    "where the log fails the answers are the same, what is lost is counted, and the log says so later",
    async () => {
      let works = false;
      const memory = new MemoryLog();
      const keeper = {
        newest: (tenant) => memory.newest(tenant),
        append: async (tenant, records) => {
          if (!works) throw new Error("down");
          return memory.append(tenant, records);
        },
      };
      const { log, context, settled, records } = logWith({ keeper });
      const { parts } = gateWith({ decide: () => deny, log });
      const ask = () => createGate(parts)(new Request("https://x.example/x"), context);
      await quiet(async () => {
        for (const _ of [1, 2, 3]) assert.equal((await ask()).status, 403);
        await settled();
      });
      assert.equal(log.dropped, 3);
      works = true;
      assert.equal((await ask()).status, 403);
      const [told, decided, ...more] = await records();
      assert.equal(told.eventName, "keyrack.log.dropped");
      assert.equal(valueOf(told, "keyrack.log.dropped"), "3");
      assert.equal(valueOf(decided, "keyrack.reason"), "no_grant");
      await ask();
      assert.equal((await records()).length, 3, "it is told once");
      assert.deepEqual(more, []);
    },
  ],
  [
    "what was lost is told once, though two write at the same time",
    async () => {
      const memory = new MemoryLog();
      const state = { isDown: true, wait: undefined };
      const keeper = {
        newest: (tenant) => memory.newest(tenant),
        append: async (tenant, records) => {
          if (state.isDown) throw new Error("down");
          await state.wait;
          return memory.append(tenant, records);
        },
      };
      const { log, context, settled, records } = logWith({ keeper });
      const { parts } = gateWith({ decide: () => deny, log });
      const ask = () => createGate(parts)(new Request("https://x.example/x"), context);
      const tick = () => new Promise((resolve) => setTimeout(resolve, 0));
      const told = async () =>
        (await records())
          .map((record) => valueOf(record, "keyrack.log.dropped"))
          .filter((count) => count !== undefined);
      await quiet(async () => {
        for (const _ of [1, 2]) await ask();
        await settled();
        state.isDown = false;
        let goOn;
        state.wait = new Promise((resolve) => (goOn = resolve));
        for (const _ of [1, 2]) {
          await ask();
          await tick();
        }
        goOn();
        await settled();
        assert.deepEqual(await told(), ["2"]);
        state.isDown = true;
        await ask();
        await settled();
        state.isDown = false;
        await ask();
        assert.deepEqual(await told(), ["2", "1"]);
      });
    },
  ],
  [
    "a keeper that never answers has lost what it was given, and holds no place for ever",
    async () => {
      const memory = new MemoryLog();
      let append = () => new Promise(() => {});
      const keeper = {
        newest: (tenant) => memory.newest(tenant),
        append: (...added) => append(...added),
      };
      const { log, context, settled, records } = logWith({ keeper, most: 1, appendTimeout: 1 });
      const { parts } = gateWith({ decide: () => deny, log });
      const ask = () => createGate(parts)(new Request("https://x.example/x"), context);
      await quiet(async () => {
        await ask();
        await settled();
      });
      assert.equal(log.dropped, 1);
      let written;
      // Heard at once, so that no clock decides here.
      append = (...added) => void (written = memory.append(...added));
      await ask();
      await settled();
      await written;
      const [told, decided] = await records();
      assert.equal(valueOf(told, "keyrack.log.dropped"), "1");
      assert.equal(valueOf(decided, "keyrack.reason"), "no_grant");
    },
  ],
  [
    "a log that throws, or a platform that will not wait, changes no answer",
    async () => {
      const fails = () => {
        throw new Error("down");
      };
      const request = () => new Request("https://x.example/x");
      const { parts } = gateWith({ log: { note: fails, refused: fails } });
      await quiet(async () => {
        assert.equal((await createGate(parts)(request())).status, 200);
        let written;
        const appended = new Promise((resolve) => (written = resolve));
        const { log } = logWith({ keeper: { append: async () => written() } });
        const { parts: denying } = gateWith({ decide: () => deny, log });
        assert.equal((await createGate(denying)(request(), { waitUntil: fails })).status, 403);
        await appended;
      });
    },
  ],
  [
    "no more waits than may: the rest is dropped and counted",
    async () => {
      const { log, context, records } = logWith({ most: 5 });
      for (let at = 0; at < 12; at += 1) log.note(asked, deny, about({ context }));
      assert.equal(log.dropped, 7);
      const written = await records();
      assert.equal(written.length, 6);
      assert.equal(valueOf(written[0], "keyrack.log.dropped"), "7");
    },
  ],
];
