/** What an answer may show: canaries in every field, and answers that are no JSON. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";

import { MemoryLog } from "../../pkg/src/edge/log/memory.js";
import { PEOPLE } from "../../www/worker/store/people.mjs";
import { allow, gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";
import { MONDAY, openSample, requestFor } from "./sample.mjs";

const HOUR = 3600;
/** In the working day, and in the two nights that some work in. */
const INSTANTS = [MONDAY, MONDAY + 12 * HOUR, MONDAY - 6 * HOUR];
const CANARY = /canary-([0-9]+)-/g;

const json = { "content-type": "application/json" };
const codeOf = async (answer) => [answer.status, (await answer.json()).code];

/**
 * Puts a canary into every field of what a store answers, and more fields into every object.
 * Where each of them is, it remembers.
 */
function cage() {
  const places = [];
  const canary = (record, steps) => `canary-${places.push({ record, steps }) - 1}-`;
  const fill = (value, record, steps) => {
    if (Array.isArray(value)) return value.map((item) => fill(item, record, [...steps, "*"]));
    if (typeof value !== "object" || value === null) {
      // A list's records are decided by their ids.
      return steps.length === 1 && steps[0] === "id" ? value : canary(record, steps);
    }
    const filled = Object.entries(value).map(([name, inner]) => [
      name,
      fill(inner, record, [...steps, name]),
    ]);
    for (const name of ["undeclared", "__proto__", "customer.name", "[*]", "$"]) {
      filled.push([name, canary(record, [...steps, `?${name}`])]);
    }
    return Object.fromEntries(filled);
  };
  return {
    places,
    /** Everything that a store can say beside a record. */
    loose: () => canary(undefined, []),
    fill: (data, isList) =>
      isList
        ? {
            total: canary(),
            next: { page: canary() },
            items: data.items.map((it) => fill(it, it.id, [])),
          }
        : fill(data, undefined, []),
  };
}

/** A store whose answers are full of canaries, also where nobody looks. */
const caged =
  (held, change = (told) => told) =>
  (store) => ({
    ...store,
    facts: (held.facts = (...asked) => store.facts(...asked)),
    async fetch(request) {
      const answer = await store.fetch(request);
      const data = await answer.json();
      const filled = answer.ok
        ? held.fill(data, Array.isArray(data.items) && isList(request))
        : data;
      const loose = held.loose;
      const { status, body, type } = change({
        status: answer.status,
        body: filled,
        type: "application/json",
      });
      return new Response(typeof body === "string" ? body : JSON.stringify(body), {
        status,
        statusText: loose(),
        headers: {
          "content-type": type,
          etag: `"${loose()}"`,
          "set-cookie": `a=${loose()}`,
          location: `/api/${loose()}`,
          link: `</${loose()}>`,
          "content-language": loose(),
          "x-member": loose(),
          "x-keyrack-hidden": loose(),
          "server-timing": loose(),
        },
      });
    },
  });

const isList = ({ method, url }) =>
  method === "GET" &&
  !/\/(orders|customers|products|tickets)\/[^/]+$/.test(
    new URL(url).pathname.replace("/exports", ""),
  );

/** Everything that leaves, as text. */
async function output(answer) {
  return [answer.statusText, ...[...answer.headers].flat(), await answer.text()].join("\n");
}

const stepsOf = (path) => path.replaceAll("[*]", ".*").split(".").slice(1);
const covers = (path, steps) => stepsOf(path).every((step, at) => steps[at] === step);

export const masking = [
  [
    "no canary of a hidden field leaves, for any member, on any route",
    async () => {
      const sample = await openSample();
      const groups = sample.rack.fieldGroups();
      const pathsIn = (ids) =>
        groups.filter(({ id }) => ids.includes(id)).flatMap(({ paths }) => paths);
      const seen = {
        shown: new Set(),
        kept: new Set(),
        answers: 0,
        canaries: 0,
        passed: 0,
        logged: 0,
      };
      await quiet(async () => {
        for (const { id: member, store } of PEOPLE) {
          for (const now of INSTANTS) {
            const routes = sample.routes.filter(({ method }) => method === "GET" || now === MONDAY);
            const held = cage();
            let decisions = [];
            const decide = (asked) => {
              const decision = sample.rack.decide(asked);
              decisions.push({ asked, decision });
              return decision;
            };
            const keeper = new MemoryLog();
            const gate = await sample.gateFor(member, {
              keeper,
              now,
              around: caged(held),
              engine: { decide },
            });
            const works = [];
            const context = { waitUntil: (work) => works.push(work) };
            for (const route of routes) {
              decisions = [];
              const answer = await gate(requestFor(route, store), context);
              const text = await output(answer);
              seen.answers += 1;
              if (!answer.ok) {
                assert.doesNotMatch(text, CANARY, `${member} ${route.method} ${route.path}`);
                continue;
              }
              seen.passed += 1;
              const own = ({ asked: { resource, scope } }, id) => {
                const { type } = resource;
                return { ...held.facts(type, scope, id), type, id: String(id) };
              };
              const mayShow = (record, steps) => {
                const about = decisions.filter(
                  ({ asked }) =>
                    asked.permission === route.permission &&
                    (record === undefined || asked.resource !== undefined),
                );
                const last = about.at(-1);
                // The gate decides alike records once; here each is decided, by its own facts.
                const decision =
                  record === undefined
                    ? last?.decision
                    : last && sample.rack.decide({ ...last.asked, resource: own(last, record) });
                if (decision?.outcome !== "allow") return false;
                const { visible, hidden } = decision.fields;
                const within = (ids) => pathsIn(ids).some((path) => covers(path, steps));
                for (const id of visible) seen.shown.add(id);
                for (const id of hidden) seen.kept.add(id);
                return within(visible) && !within(hidden);
              };
              for (const [, number] of text.matchAll(CANARY)) {
                const { record, steps } = held.places[Number(number)];
                const where = `${member} ${route.method} ${route.path} $.${steps.join(".")} of ${record}`;
                assert.ok(steps.length > 0 && mayShow(record, steps), where);
                seen.canaries += 1;
              }
            }
            const { tenant } = sample.rack;
            await Promise.allSettled(works);
            const logged = JSON.stringify(await keeper.newest(tenant));
            assert.doesNotMatch(logged, CANARY, `the log of ${member}`);
            seen.logged += logged.length;
          }
        }
      });
      const locked = groups.filter(({ unlockedBy }) => unlockedBy === undefined);
      for (const { id } of locked) assert.ok(!seen.shown.has(id), `${id} was shown`);
      for (const id of ["order.contact", "order.billing", "order.margin", "customer.sensitive"]) {
        assert.ok(seen.shown.has(id) && seen.kept.has(id), `${id} was not seen in both ways`);
      }
      assert.ok(seen.passed > 1000 && seen.canaries > 10_000, JSON.stringify(seen));
      assert.ok(seen.logged > 100_000, `${seen.logged} characters were logged`);
      const both = [...seen.shown].filter((id) => seen.kept.has(id)).length;
      return `${seen.answers} answers, ${seen.passed} of them records; ${seen.canaries} canaries shown to those who may; ${both} groups both shown and hidden`;
    },
  ],
  [
    "what the store says when it does not do it leaves nothing but its code",
    async () => {
      const sample = await openSample();
      const held = cage();
      const told = (code) =>
        JSON.stringify({ code, detail: held.loose(), order: { id: held.loose() } });
      const cases = [
        [{ status: 400, body: told("more_than_paid") }, 409, "more_than_paid"],
        [{ status: 409, body: told(held.loose()) }, 409, "store_refused"],
        [{ status: 422, body: told("Card 4411") }, 409, "store_refused"],
        [{ status: 403, body: told({ a: held.loose() }) }, 409, "store_refused"],
        [{ status: 404, body: told(undefined) }, 404, "not_found"],
        [{ status: 401, body: held.loose(), type: "text/plain" }, 409, "store_refused"],
        [{ status: 404, body: told("x_y"), type: "text/html" }, 404, "not_found"],
        [
          { status: 409, body: `{"code":"a","b":"${held.loose().repeat(2000)}"}` },
          409,
          "store_refused",
        ],
        [{ status: 500, body: told("x") }, 502, "store_failed"],
        [{ status: 503, body: held.loose(), type: "text/html" }, 502, "store_failed"],
        [{ status: 302, body: told("x") }, 502, "answer_refused"],
        [{ status: 206, body: told("x") }, 502, "answer_refused"],
        [{ status: 203, body: told("x") }, 502, "answer_refused"],
        [{ status: 200, body: held.loose(), type: "text/html" }, 502, "answer_refused"],
        [{ status: 200, body: held.loose() }, 502, "answer_refused"],
        [{ status: 200, body: JSON.stringify(held.loose()) }, 502, "answer_refused"],
        [{ status: 200, body: JSON.stringify([held.loose()]) }, 502, "answer_refused"],
        [{ status: 200, body: "null" }, 502, "answer_refused"],
        [{ status: 200, body: "" }, 502, "answer_refused"],
      ];
      for (const path of ["/orders", "/orders/Z-1002", "/exports/customers"]) {
        for (const [answered, status, code] of cases) {
          const around = caged(held, (usual) => ({ ...usual, ...answered }));
          const gate = await sample.gateFor("u_mirna", { around });
          const answer = await gate(
            new Request(`https://store.example/api/stores/zagreb-01${path}`),
          );
          const problem = await answer.clone().json();
          const where = `${path} ${JSON.stringify(answered).slice(0, 80)}`;
          assert.deepEqual([answer.status, problem.code], [status, code], where);
          assert.doesNotMatch(await output(answer), CANARY, where);
        }
      }
    },
  ],
  [
    "only JSON that says so once is masked; all else that carries a record is refused",
    async () => {
      const text = '{"id":1,"secret":"s"}';
      const of = (type, body = text, more = {}) =>
        gateWith({
          fetch: async () => new Response(body, { headers: { "content-type": type, ...more } }),
        }).ask();
      for (const type of ["application/json", "Application/JSON; charset=UTF-8"]) {
        assert.deepEqual(await (await of(type)).json(), { id: 1 }, type);
      }
      const types = [
        "text/html",
        "text/json",
        "text/plain",
        "application/json, text/html",
        "application/json, application/json",
        "application/json; charset=utf-16",
        "application/json-seq",
        "application/x-ndjson",
        "application/problem+json",
        "application/vnd.api+json",
        "application/octet-stream",
        "multipart/mixed; boundary=x",
        "text/csv",
        "application/json text/html",
        "",
      ];
      for (const type of types)
        assert.deepEqual(await codeOf(await of(type)), [502, "answer_refused"], type);
      const bodies = [
        gzipSync(text),
        `${text}${text}`,
        `${text}\n${text}`,
        `)]}',\n${text}`,
        `callback(${text})`,
        `\ufeff${text}`,
        Buffer.from(text, "utf16le"),
        Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')]),
        text.slice(0, -1),
      ];
      for (const body of bodies) {
        assert.deepEqual(await codeOf(await of("application/json", body)), [502, "answer_refused"]);
      }
      // `fetch` takes a coding off and leaves its name: what is text then is read as that.
      const coded = await of("application/json", text, { "content-encoding": "gzip" });
      assert.deepEqual(
        [coded.headers.get("content-encoding"), await coded.json()],
        [null, { id: 1 }],
      );
      const packed = await of("application/json", gzipSync(text), { "content-encoding": "gzip" });
      assert.deepEqual(await codeOf(packed), [502, "answer_refused"]);
    },
  ],
  [
    "no header of the store's leaves that was not listed, and none of the gate's can be",
    async () => {
      const fetch = async () =>
        Response.json({ id: 1 }, { headers: { etag: "x", "set-cookie": "a=b", "x-total": "7" } });
      const names = (answer) => [...answer.headers.keys()].sort();
      const usual = [
        "cache-control",
        "content-type",
        "x-content-type-options",
        "x-keyrack-hidden",
        "x-keyrack-policy-version",
      ];
      assert.deepEqual(names(await gateWith({ fetch }).ask()), usual);
      const listed = await gateWith({ fetch, answerHeaders: ["X-Total"] }).ask();
      assert.deepEqual(names(listed), [...usual, "x-total"].sort());
      for (const own of ["Content-Type", "content-encoding", "Transfer-Encoding", "x-member"]) {
        assert.throws(() => gateWith({ answerHeaders: [own] }).ask(), TypeError, own);
        assert.throws(() => gateWith({ requestHeaders: [own] }).ask(), TypeError, own);
      }
    },
  ],
  [
    "an answer without a body has none; HEAD is a route of its own and shows no length",
    async () => {
      const route = (method, path) =>
        path === "/x" && { method, permission: "order.view", parameters: {}, resource: "fixed:o" };
      for (const status of [204, 205]) {
        const answer = await gateWith({ fetch: async () => new Response(null, { status }) }).ask();
        assert.deepEqual([answer.status, await answer.text()], [204, ""]);
      }
      const body = { "content-length": "70", etag: "x", ...json };
      const fetch = async () => new Response(null, { headers: body });
      const head = await gateWith({ fetch, engine: { route } }).ask("/x", { method: "HEAD" });
      assert.deepEqual([head.status, head.headers.get("content-length")], [200, null]);
      const only = (method, path) => (method === "GET" ? route(method, path) : undefined);
      for (const method of ["HEAD", "OPTIONS", "SEARCH"]) {
        const answer = await gateWith({ engine: { route: only } }).ask("/x", { method });
        assert.equal(answer.status, 403, method);
      }
    },
  ],
  [
    "hidden wins where one group shows what another hides a part of",
    async () => {
      const engine = {
        fieldGroups: () => [
          { id: "order.core", paths: ["$.id", "$.customer"] },
          { id: "order.tax", paths: ["$.customer.tax"] },
        ],
      };
      const fields = { visible: ["order.core"], hidden: ["order.tax"] };
      const fetch = async () => Response.json({ id: 1, customer: { name: "n", tax: "t" } });
      const answer = await gateWith({ engine, fetch, decide: () => ({ ...allow, fields }) }).ask();
      assert.equal(answer.headers.get("x-keyrack-hidden"), "order.tax");
      assert.deepEqual(await answer.json(), { id: 1, customer: { name: "n" } });
    },
  ],
];
