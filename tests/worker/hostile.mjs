/** Requests that mean harm: no route other than the one decided, no crash, nothing let through. */

import assert from "node:assert/strict";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Miniflare } from "miniflare";

import { KINDS } from "../../pkg/src/edge/problem/table.js";
import { readJson } from "../../pkg/src/edge/json.js";
import { openPlace } from "../../www/worker/place.mjs";
import { bundleWorker, start } from "../../www/worker/serve.mjs";
import { bent, malformed, pathOf } from "./malformed.mjs";
import { quiet } from "./quiet.mjs";
import { MONDAY, openSample } from "./sample.mjs";
import { seeded } from "./seeded.mjs";

const PATHS = 20_000;
const REQUESTS = 10_000;
const OVER_HTTP = 1_500;

/** Who asks: some who may much, some little, and one who has left and may nothing. */
const MEMBERS = ["u_mirna", "u_marko", "u_dora", "u_vesna", "u_ante", "u_xu", "u_robert"];
const LEFT = "u_robert";

const METHODS = ["GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** Fails unless an answer is a problem of the table, or JSON of somebody who may see it. */
function holds({ status, type, text }, where) {
  if (status >= 200 && status < 300) {
    assert.equal(type, "application/json", where);
    assert.doesNotThrow(() => JSON.parse(text), where);
    return "masked";
  }
  assert.equal(type, "application/problem+json", where);
  const problem = JSON.parse(text);
  const kind = problem.type.replace("urn:keyrack:problem:", "");
  assert.deepEqual([KINDS[kind].status, problem.status], [status, status], where);
  if (!["conflict", "not-found"].includes(kind))
    assert.ok(KINDS[kind].codes.includes(problem.code));
  // Whatever breaks in the gate itself is a bug, also where it ends closed.
  assert.notEqual(kind, "failure", `${where}: ${problem.code}`);
  return problem.code;
}

const count = (counts, what) => counts.set(what, (counts.get(what) ?? 0) + 1);
const brief = (counts) =>
  [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([what, times]) => `${times} ${what}`)
    .join(", ");

export const hostile = [
  [
    "the route that was decided on is the one that the store's own router takes",
    async () => {
      const { routes, snapshot, publicKey } = await openSample();
      const random = seeded(404);
      const sent = Array.from({ length: PATHS }, (_, at) => {
        const route = random.one(routes);
        const path = pathOf(random, route);
        const method = random.chance(0.7) ? route.method : random.one(METHODS);
        return { method, path: at % 4 === 0 ? path : bent(random, path) };
      });
      const results = await inWorkerd({
        ...{ sent, publicKey, now: MONDAY },
        snapshot: Buffer.from(snapshot).toString("base64"),
      });
      const permissionOf = new Map(
        routes.map(({ method, path, permission }) => [`${method} ${path}`, permission]),
      );
      const counts = new Map();
      for (const [at, { status, decided, stored }] of results.entries()) {
        const where = JSON.stringify([sent[at], status, decided, stored]).slice(0, 500);
        if (stored === undefined) {
          count(counts, status === 0 ? "are no request" : "refused");
          continue;
        }
        const template = stored.path?.replace(/:(\w+)/g, "{$1}");
        assert.equal(permissionOf.get(`${stored.method} ${template}`), decided.permission, where);
        assert.deepEqual(stored.parameters, decided.parameters, where);
        count(counts, "forwarded");
      }
      assert.ok(counts.get("forwarded") > PATHS / 5 && counts.get("refused") > PATHS / 5);
      return `${PATHS} paths: ${brief(counts)}`;
    },
  ],
  [
    "10,000 malformed requests: each is refused, or decided and forwarded as it was decided",
    async () => {
      const sample = await openSample();
      const random = seeded(10_000);
      const counts = new Map();
      let current;
      const gates = new Map();
      for (const member of MEMBERS)
        gates.set(member, await watchedGate(sample, member, () => current));
      await quiet(async () => {
        for (let made = 0; made < REQUESTS;) {
          const told = malformed(random, sample.routes);
          const member = random.one(MEMBERS);
          current = { told, member, forwarded: undefined, decisions: [] };
          const where = JSON.stringify([member, told]).slice(0, 400);
          let request;
          try {
            request = new Request(`https://store.example${told.path}`, told);
          } catch {
            // Nothing that could arrive.
            continue;
          }
          made += 1;
          const answer = await gates.get(member)(request);
          const type = answer.headers.get("content-type");
          const found = holds({ status: answer.status, type, text: await answer.text() }, where);
          assert.ok(found !== "masked" || current.forwarded, where);
          assert.ok(member !== LEFT || current.forwarded === undefined, where);
          count(counts, found);
        }
      });
      assert.ok(counts.get("masked") > 300 && counts.size > 15, brief(counts));
      return brief(counts);
    },
  ],
  [
    "malformed requests over HTTP: no crash, nothing for who has left, the same afterwards",
    async () => {
      const server = await start();
      try {
        const { routes } = await openSample();
        const random = seeded(80);
        const counts = new Map();
        const tokens = new Map();
        for (const member of MEMBERS) tokens.set(member, await tokenOf(server.url, member));
        const ask = async (told, member) => {
          const answer = await raw(server.url, { ...told, token: tokens.get(member) });
          const where = JSON.stringify([member, told, answer]).slice(0, 600);
          return { answer, where };
        };
        for (let made = 0; made < OVER_HTTP; made += 1) {
          const told = malformed(random, routes);
          const member = random.one(MEMBERS);
          const { answer, where } = await ask(told, member);
          if (answer.status === 0) {
            count(counts, "closed without an answer");
            continue;
          }
          if (member === LEFT) assert.ok(answer.status >= 400, where);
          // What the server itself refuses never reaches the gate, and has no policy to name.
          const isGates = "x-keyrack-policy-version" in answer.headers;
          const isBare = told.method === "HEAD" || !isGates;
          if (!isGates) assert.ok(answer.status >= 400, where);
          count(counts, isBare ? `${answer.status} without a gate` : holds(answer, where));
        }
        const usual = { method: "GET", path: "/api/stores/zagreb-01/orders", headers: [] };
        const good = await ask(usual, "u_mirna");
        assert.equal(good.answer.status, 200, good.where);
        assert.equal((await ask(usual, LEFT)).answer.status, 403);
        return brief(counts);
      } finally {
        await server.stop();
      }
    },
  ],
  [
    "over HTTP, what is hidden is neither written, filtered, sorted nor exported by",
    async () => {
      const server = await start();
      try {
        const tokyo = "/api/stores/tokyo-01";
        const cases = [
          ["u_ken", "GET", `${tokyo}/orders`, ["?sort=total", "?sort=-created_at", "?status=paid"]],
          ["u_ken", "PATCH", `${tokyo}/customers/c-J1`, [{ name: "N" }, { phone: "1" }]],
          ["u_ken", "PATCH", `${tokyo}/orders/J-1002`, [{ items: [{ sku: "x", quantity: 1 }] }]],
          ["u_katja", "GET", "/api/stores/berlin-01/exports/reports", ["?fields=id,period"]],
        ];
        const hidden = [
          ["?sort=margin", "?sort=-$.items[0].cost", "?sort=billing.tax_id", "?tax_id=TX-1"],
          [{ tax_id: "x" }, { tax_id: null }, { name: "N", billing_addresses: [] }, { Name: "N" }],
          [{ items: [{ sku: "x", cost: 1 }] }, { items: [] }, { billing: {} }, { "a.b": 1 }],
          ["?fields=id,secret", "?fields=$.id.x[*],undeclared"],
        ];
        const counts = { passed: 0, refused: 0 };
        for (const [at, [member, method, path, open]] of cases.entries()) {
          const token = await tokenOf(server.url, member);
          const ask = async (more) => {
            const answer = await fetch(server.url + path + (method === "GET" ? more : ""), {
              method,
              headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
              ...(method !== "GET" && { body: JSON.stringify(more) }),
            });
            return [answer.status, (await answer.json()).code];
          };
          for (const more of open) {
            assert.deepEqual(await ask(more), [200, undefined], JSON.stringify(more));
            counts.passed += 1;
          }
          for (const more of hidden[at]) {
            assert.deepEqual(await ask(more), [403, "field_hidden"], JSON.stringify(more));
            counts.refused += 1;
          }
        }
        return `${counts.passed} passed, ${counts.refused} refused`;
      } finally {
        await server.stop();
      }
    },
  ],
];

/** A gate that checks at the store's door what came through, against what was decided. */
function watchedGate(sample, member, current) {
  const decide = (asked) => {
    const decision = sample.rack.decide(asked);
    current().decisions.push({ asked, decision });
    return decision;
  };
  const around = (store) => ({
    ...store,
    async fetch(request) {
      const { told, decisions } = current();
      const where = JSON.stringify([member, told]).slice(0, 400);
      const { pathname } = new URL(request.url);
      const route = sample.rack.route(request.method, pathname);
      const { asked, decision } = decisions.findLast(
        ({ asked: it }) => it.permission === route.permission && it.subject === member,
      );
      const isList = request.method === "GET" && route.resource === undefined;
      const mayPass =
        decision.outcome === "allow" || (isList && decision.reason === "condition_unmet");
      assert.ok(mayPass, where);
      assert.equal(request.headers.get("x-member"), member, where);
      assert.equal(request.method, told.method.toUpperCase(), where);
      const text = await request.clone().text();
      if (text !== "") {
        const { value } = readJson(text);
        const measured = asked.amount?.value ?? asked.percent ?? asked.quantity;
        const sent = value[route.amount?.replace("body:/", "")];
        if (route.measure !== undefined) assert.ok(sent == null || sent === measured, where);
        if (route.currency !== undefined)
          assert.equal(value.currency, asked.amount?.currency, where);
      }
      current().forwarded = request;
      return store.fetch(request);
    },
  });
  return sample.gateFor(member, { around, engine: { decide } });
}

async function inWorkerd(question) {
  const place = await openPlace();
  const path = fileURLToPath(new URL("routing.mjs", import.meta.url));
  await bundleWorker(place.path, { entryPoints: [path] });
  const miniflare = new Miniflare({
    compatibilityDate: "2026-04-01",
    modulesRoot: place.path,
    modules: [
      { type: "ESModule", path: join(place.path, "index.mjs") },
      { type: "CompiledWasm", path: join(place.path, "keyrack-slicing.wasm") },
    ],
  });
  try {
    const answer = await miniflare.dispatchFetch("http://x.example/", {
      method: "POST",
      body: JSON.stringify(question),
    });
    assert.equal(answer.status, 200);
    return await answer.json();
  } finally {
    await miniflare.dispose();
    place.close();
  }
}

async function tokenOf(url, member) {
  const answer = await fetch(`${url}/dev/token`, {
    method: "POST",
    body: JSON.stringify({ member }),
  });
  return (await answer.json()).token;
}

/** Sends a request as it is, byte by byte: no client puts its path right before. */
function raw(base, { method, path, headers, body, token }) {
  const { hostname, port, host } = new URL(base);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const lines = [
    // A line's end would be another request, not another path.
    `${method} ${path.replace(/[\r\n]/g, "")} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${token}`,
    ...headers.filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}`),
    ...(bytes ? [`content-length: ${bytes.length}`] : []),
  ];
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect(Number(port), hostname, () => {
      const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
      socket.write(Buffer.concat([head, bytes ?? Buffer.alloc(0)]));
    });
    const finish = (answer) => {
      socket.destroy();
      resolve({ ...answer, path });
    };
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      const answer = answerIn(received, method === "HEAD");
      if (answer !== undefined) finish(answer);
    });
    // Whoever refuses a body may close before it has come, and with it the way back.
    socket.on("error", () => finish({ status: 0, headers: {} }));
    socket.on("close", () => finish({ status: 0, headers: {} }));
  });
}

/** The whole answer in these bytes; `undefined` while some of it is missing. */
function answerIn(bytes, isBare) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line, ...lines] = bytes.subarray(0, end).toString().split("\r\n");
  const headers = Object.fromEntries(
    lines.map((it) => {
      const at = it.indexOf(":");
      return [it.slice(0, at).toLowerCase(), it.slice(at + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  const isChunked = headers["transfer-encoding"] === "chunked";
  if (!isBare && isChunked && rest.lastIndexOf("0\r\n\r\n") < 0) return undefined;
  if (!isBare && rest.length < Number(headers["content-length"] ?? 0)) return undefined;
  const text = isChunked ? unchunked(rest) : rest.toString();
  return { status: Number(line.split(" ")[1]), headers, type: headers["content-type"], text };
}

function unchunked(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, end).toString(), 16);
    if (!(size > 0)) break;
    pieces.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(pieces).toString();
}
