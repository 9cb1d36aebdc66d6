/**
 * AuthZEN over HTTP: every case of the certification scenario in workerd and, without HTTP, in
 * Node; who may ask at all; and what the policy's followers owe a decision point.
 *
 * node tests/worker/authzen.mjs
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import Ajv from "ajv/dist/2020.js";
import { Authzen, createService, KeyrackError } from "keyrack/authzen";
import { publish } from "keyrack/edge";
import { Miniflare } from "miniflare";

import { openPlace } from "../../www/worker/place.mjs";
import { createPublisher } from "../../www/worker/provision.mjs";
import { bundleWorker } from "../../www/worker/serve.mjs";
import { checks } from "./check.mjs";

const IDENTIFIER = "https://pdp.example.com";
/** Monday, 2 March 2026, 10:00 UTC. */
const NOW = 1772445600;
const EVALUATION = "/access/v1/evaluation";

const folder = new URL("../authzen/", import.meta.url);
const cases = JSON.parse(await readFile(new URL("cases.json", folder), "utf8"));
const fixture = JSON.parse(await readFile(new URL("facts.json", folder), "utf8"));
const secrets = {
  PDP_TOKEN: randomBytes(32).toString("base64url"),
  AUTHZEN_TOKEN_KEY: randomBytes(32).toString("base64url"),
};
const settings = { identifier: IDENTIFIER, allRecords: true };

/** What answers have to look like, in our own words. */
const context = { type: "object" };
const decision = {
  type: "object",
  required: ["decision"],
  properties: { decision: { type: "boolean" }, context },
};
const shapes = {
  decision,
  decisions: {
    type: "object",
    required: ["evaluations"],
    properties: { evaluations: { type: "array", items: decision } },
  },
  includes: {
    type: "object",
    required: ["results"],
    properties: {
      results: {
        type: "array",
        items: {
          type: "object",
          anyOf: [{ required: ["type", "id"] }, { required: ["name"] }],
          additionalProperties: { type: ["string", "array"] },
        },
      },
      page: {
        type: "object",
        required: ["next_token"],
        properties: { next_token: { type: "string" }, count: { type: "integer" } },
      },
    },
  },
  metadata: {
    type: "object",
    required: ["policy_decision_point", "access_evaluation_endpoint"],
    additionalProperties: { type: ["string", "array"], minLength: 1, minItems: 1 },
  },
};
const ajv = new Ajv({ strict: false });
const isShaped = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [name, ajv.compile(shape)]),
);

/** One case, by whatever answers it: `{ status, headers, text }`. */
async function holds(one, ask) {
  const { name, method = "POST", path, raw, expect } = one;
  const headers = { "content-type": "application/json", ...one.headers };
  const body = method === "GET" ? undefined : (raw ?? JSON.stringify(one.body) ?? "");
  const answer = await ask({ method, path, headers, body });
  assert.equal(answer.status, expect.status ?? 200, `${name}: ${answer.text}`);
  assert.equal(answer.headers.get("x-request-id"), one.headers?.["x-request-id"] ?? null, name);
  if (answer.status !== 200) {
    assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8", name);
    return;
  }
  assert.equal(answer.headers.get("content-type"), "application/json", name);
  const told = JSON.parse(answer.text);
  const kind = Object.keys(expect).find((known) => known in isShaped);
  assert.ok(isShaped[kind](told), `${name}: ${ajv.errorsText(isShaped[kind].errors)}`);
  if (kind === "decision") assert.equal(told.decision, expect.decision, name);
  if (kind === "metadata") {
    assert.equal(told.policy_decision_point, IDENTIFIER);
    for (const endpoint of expect.metadata) assert.ok(told[endpoint].startsWith("https://"));
  }
  for (const [place, wanted] of (expect.decisions ?? []).entries()) {
    const item = told.evaluations[place];
    assert.ok(wanted === null || item.decision === wanted, `${name}: ${answer.text}`);
  }
  assert.equal(told.evaluations?.length, expect.decisions?.length, name);
  for (const wanted of expect.includes ?? []) {
    const isFound = told.results.some((found) => sorted(found) === sorted(wanted));
    assert.ok(isFound, `${name}: ${answer.text}`);
  }
  if (expect.includes?.length === 0) assert.deepEqual(told.results, [], name);
  if (expect.same_as !== undefined) {
    const other = cases.find((candidate) => candidate.name === expect.same_as);
    const again = await ask({ ...other, method, headers, body: JSON.stringify(other.body) });
    assert.equal(answer.text, again.text, name);
  }
}

const sorted = (entity) => JSON.stringify(Object.entries(entity).sort());

/** All cases by level; the note says how many of each. */
async function everyCase(ask) {
  const counts = new Map();
  for (const one of cases) {
    // Certification asks again and again.
    for (let times = 0; times < 3; times += 1) await holds(one, ask);
    counts.set(one.level, (counts.get(one.level) ?? 0) + 1);
  }
  return [...counts].map(([level, count]) => `${level} ${count}`).join(", ");
}

/** A decision point in workerd before a policy. */
async function open(policy, facts, { isPublished = true, changes = {} } = {}) {
  const publisher = await createPublisher(policy);
  const place = await openPlace();
  const entry = fileURLToPath(new URL("authzen_host.mjs", import.meta.url));
  await bundleWorker(place.path, { entryPoints: [entry] });
  const miniflare = new Miniflare({
    compatibilityDate: "2026-04-01",
    host: "127.0.0.1",
    modulesRoot: place.path,
    modules: [
      { type: "ESModule", path: join(place.path, "index.mjs") },
      { type: "CompiledWasm", path: join(place.path, "keyrack-authzen.wasm") },
    ],
    kvNamespaces: ["POLICY"],
    bindings: {
      ...secrets,
      AUTHZEN: JSON.stringify({ ...settings, ...changes }),
      FACTS: JSON.stringify(facts),
      NOW: String(NOW),
      SNAPSHOT_KEYS: JSON.stringify([{ publicKey: publisher.publicKey }]),
    },
  });
  const { origin } = await miniflare.ready;
  const kv = await miniflare.getKVNamespace("POLICY");
  const { snapshot } = publisher;
  if (isPublished) await publish({ kv, snapshot });
  const send = async ({ method = "POST", path, headers, body }, token = secrets.PDP_TOKEN) => {
    const bearer = token === null ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(origin + path, { method, headers: { ...bearer, ...headers }, body });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  return {
    send,
    ask: async (body, path = EVALUATION) => {
      const headers = { "content-type": "application/json" };
      const { status, text } = await send({ path, headers, body: JSON.stringify(body) });
      assert.equal(status, 200, text);
      return JSON.parse(text);
    },
    stop: async (overlay) => {
      const bytes = await publisher.overlay(overlay);
      await publish({ kv, snapshot, overlay: bytes });
    },
    close: async () => {
      await miniflare.dispose();
      place.close();
      publisher.close();
    },
  };
}

const certification = "tests/authzen/certification.toml";
const question = {
  subject: { type: "user", id: "alice" },
  action: { name: "read" },
  resource: { type: "record", id: "record-1" },
};

const PARTS = [
  [
    "every level of the certification scenario, in Node without HTTP",
    async () => {
      const publisher = await createPublisher(certification);
      const keys = [{ publicKey: publisher.publicKey }];
      const policy = await Authzen.load(publisher.snapshot, { keys, now: NOW });
      const tokenKey = secrets.AUTHZEN_TOKEN_KEY;
      const service = await createService({ ...settings, tokenKey });
      const ask = async (request) => {
        const options = { now: NOW, facts: fixture };
        const { body, headers, ...answer } = service.answer(policy, request, options);
        assert.deepEqual(answer.spent, []);
        for (const { asked } of answer.decided) assert.equal(typeof asked.permission, "string");
        return { ...answer, headers: new Headers(headers), text: new TextDecoder().decode(body) };
      };
      const note = await everyCase(ask);
      publisher.close();
      return note;
    },
  ],
  [
    "every level of the certification scenario, over HTTP in workerd",
    async () => {
      const point = await open(certification, fixture);
      try {
        return await everyCase(point.send);
      } finally {
        await point.close();
      }
    },
  ],
  [
    "who has not said who it is learns nothing but how to",
    async () => {
      const point = await open(certification, fixture);
      try {
        const headers = { "content-type": "application/json", "x-request-id": "r-1" };
        const body = JSON.stringify(question);
        for (const token of [null, "", "x", `${secrets.PDP_TOKEN}x`]) {
          for (const path of [EVALUATION, "/access/v1/search/action"]) {
            const answer = await point.send({ path, headers, body }, token);
            assert.equal(answer.status, 401);
            assert.match(answer.headers.get("www-authenticate"), /^Bearer /);
            assert.equal(answer.headers.get("x-request-id"), "r-1");
            assert.ok(!answer.text.includes("{"));
          }
        }
        const path = "/.well-known/authzen-configuration";
        const answer = await point.send({ method: "GET", path }, null);
        assert.equal(answer.status, 200);
        assert.match(answer.headers.get("cache-control"), /max-age=\d+/);
        for (const wrong of ["/access/v1/evaluation/", "/access/v1//evaluation", "/access", "/"]) {
          assert.equal((await point.send({ path: wrong, headers, body }, null)).status, 404);
        }
        assert.equal((await point.send({ method: "GET", path: EVALUATION })).status, 405);
      } finally {
        await point.close();
      }
    },
  ],
  [
    "bodies at the cap are read, beyond it refused",
    async () => {
      const point = await open(certification, fixture);
      try {
        const headers = { "content-type": "application/json" };
        for (const [path, cap] of [[EVALUATION, 65_536], ["/access/v1/evaluations", 1_048_576]]) {
          const body = JSON.stringify(question).padEnd(cap);
          assert.equal((await point.send({ path, headers, body })).status, 200);
          assert.equal((await point.send({ path, headers, body: `${body} ` })).status, 413);
          assert.equal((await point.send({ path, headers, body: body.repeat(3) })).status, 413);
        }
      } finally {
        await point.close();
      }
    },
  ],
  [
    "without a policy 503; an overlay counts in the next request",
    async () => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify(question);
      const empty = await open(certification, fixture, { isPublished: false });
      try {
        assert.equal((await empty.send({ path: EVALUATION, headers, body })).status, 503);
      } finally {
        await empty.close();
      }
      const point = await open(certification, fixture);
      try {
        assert.deepEqual(await point.ask(question), { decision: true });
        await point.stop({ tenant: "certification", memberSuspended: [{ member: "alice" }] });
        const answer = await point.ask(question);
        assert.equal(answer.decision, false);
        assert.equal(answer.context.reason, "member_suspended");
        const search = { ...question, subject: { type: "user" } };
        const found = await point.ask(search, "/access/v1/search/subject");
        assert.deepEqual(found.results.map(({ id }) => id), ["bob", "keeper"]);
      } finally {
        await point.close();
      }
    },
  ],
  [
    "a consent is spent by the answer that needed it",
    async () => {
      const signIn = {
        session: "s", time: NOW - 60, acr: "atlas:otp",
        proofs: [
          { subject: "ana", session: "s", permission: "order.refund", level: 2, at: NOW - 30 },
        ],
      };
      const approval = {
        by: "olga", requester: "ana", permission: "order.refund", scope: "paris", resource: "o1",
        amount: { value: 10_000, currency: "EUR" }, at: NOW - 60,
      };
      const facts = {
        people: [{ subject: "ana", auth: signIn }],
        approvals: [{ id: "a-1", approval }],
      };
      const point = await open("tests/authzen/store.toml", facts);
      try {
        const refund = {
          subject: { type: "user", id: "ana" },
          action: { name: "refund", properties: { amount: approval.amount } },
          resource: { type: "order", id: "o1", properties: { scope: "paris" } },
          context: { supported_obligations: ["custom"], approval: { id: "a-1" } },
        };
        const first = await point.ask(refund);
        assert.equal(first.decision, true);
        assert.equal(typeof first.context.evaluation_id, "string");
        const second = await point.ask(refund);
        assert.equal(second.decision, false);
        assert.equal(second.context.reason, "approval_unverifiable");
        assert.equal(second.context.keyrack_reason, "approval_required");
      } finally {
        await point.close();
      }
    },
  ],
  [
    "what fails inside is a 500 that says nothing, and no permit",
    async () => {
      const headers = { "content-type": "application/json", "x-request-id": "r-2" };
      const body = JSON.stringify(question);
      const broken = [
        [fixture, { changes: { identifier: "http://pdp.example.com" } }],
        // Facts that cannot be read.
        [{ records: [{ type: "record" }] }, {}],
      ];
      for (const [facts, options] of broken) {
        const point = await open(certification, facts, options);
        try {
          const answer = await point.send({ path: EVALUATION, headers, body });
          assert.equal(answer.status, 500);
          assert.equal(answer.text, "the request could not be answered");
          assert.equal(answer.headers.get("x-request-id"), "r-2");
        } finally {
          await point.close();
        }
      }
    },
  ],
  [
    "every decision is told to the log, a search and an error are not",
    async () => {
      const point = await open(certification, fixture);
      try {
        const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-00`;
        const headers = { "content-type": "application/json", traceparent };
        const send = (path, body) => point.send({ path, headers, body: JSON.stringify(body) });
        await send(EVALUATION, question);
        const denied = { subject: { type: "user", id: "bob" }, action: { name: "write" } };
        const batch = { ...question, evaluations: [denied, { resource: 1 }] };
        await send("/access/v1/evaluations", batch);
        await send("/access/v1/search/action", question);
        await send(EVALUATION, {});
        const { text } = await point.send({ method: "GET", path: "/notes" });
        const notes = JSON.parse(text);
        const told = notes.map(({ asked, decision }) => [
          ...[asked.subject, asked.permission],
          ...[decision.outcome, decision.reason],
        ]);
        assert.deepEqual(told, [
          ["alice", "record.read", "allow", "granted"],
          ["bob", "record.write", "deny", "condition_unmet"],
        ]);
        for (const { about } of notes) {
          assert.equal(about.tenant, "certification");
          assert.equal(about.now, NOW);
          assert.match(about.digest, /^[0-9a-f]{64}$/);
          assert.match(about.evaluation, /^[0-9a-f-]{36}(\.0)?$/);
          assert.equal(about.trace.traceId, "a".repeat(32));
          assert.equal(about.able, "function");
        }
      } finally {
        await point.close();
      }
    },
  ],
  [
    "what is no decision point, policy or fact is refused with a code",
    async () => {
      const publisher = await createPublisher(certification);
      const keys = [{ publicKey: publisher.publicKey }];
      const refused = (code, work) =>
        assert.rejects(work, (error) => error instanceof KeyrackError && error.code === code);
      const tokenKey = secrets.AUTHZEN_TOKEN_KEY;
      const make = (changes) => async () => createService({ ...settings, tokenKey, ...changes });
      await refused("identifier_invalid", make({ identifier: "http://pdp.example.com" }));
      await refused("key_too_short", make({ tokenKey: "c2hvcnQ" }));
      await refused("key_too_short", make({ tokenKey: undefined }));
      await refused("service_invalid", make({ subjectType: [] }));
      await refused("service_invalid", make({ subjectTypes: [{ name: "user", kinds: ["boss"] }] }));
      const { snapshot } = publisher;
      await refused("key_missing", () => Authzen.load(snapshot, { now: NOW }));
      await refused("snapshot_rollback", () => Authzen.load(snapshot, { keys, now: NOW, minVersion: 2 }));
      await refused("tenant_mismatch", () => Authzen.load(snapshot, { keys, now: NOW, tenant: "x" }));
      const damaged = snapshot.slice();
      damaged[100] ^= 1;
      await refused("signature_invalid", () => Authzen.load(damaged, { keys, now: NOW }));
      const policy = await Authzen.load(snapshot, { keys, now: NOW });
      assert.equal(policy.tenant, "certification");
      const service = await make({})();
      const request = { method: "POST", path: EVALUATION, body: "{}" };
      await refused("facts_invalid", async () => service.answer(policy, request, { facts: { x: 1 } }));
      await refused("request_invalid", async () => service.answer({}, request));
      await refused("request_invalid", async () => service.answer(policy, request, { fact: {} }));
      await refused("request_invalid", async () => service.answer(policy, { path: EVALUATION }));
      await refused("request_invalid", async () => service.answer(policy, request, { now: 1.5 }));
      const other = await Authzen.load(snapshot, { keys, now: NOW });
      other.release();
      other.release();
      await refused("snapshot_damaged", async () => service.answer(other, request));
      assert.equal(service.answer(policy, request, { now: NOW }).status, 400);
      publisher.close();
    },
  ],
];

const { check, finish } = checks();
for (const [name, work] of PARTS) await check(name, work);
finish();
