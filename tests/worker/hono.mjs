/** The gate in a real Hono app. */

import assert from "node:assert/strict";

import { Hono } from "hono";
import { cors } from "hono/cors";
import { keyrack } from "keyrack/edge/hono";

import { allow, gateWith } from "./gate.mjs";
import { quiet } from "./quiet.mjs";

const route = { permission: "order.view", parameters: {}, resource: "fixed:o" };

/** An app with a guarded `/x`, and what its handlers saw. */
function app({ decide, handle, before, ...more } = {}) {
  const { parts, asked } = gateWith({ decide, ...more });
  const rack = parts.policy;
  const policy = async (...args) => {
    const real = await rack(...args);
    return (
      real && {
        ...real,
        route: (method, path) => (path === "/x" ? { method, ...route } : undefined),
      }
    );
  };
  const seen = [];
  const hono = new Hono();
  if (before !== undefined) hono.use(before);
  hono.use("/x/*", keyrack({ ...parts, policy }));
  hono.use("/y", keyrack({ ...parts, policy }));
  hono.all("/x", async (c) => {
    seen.push(c.req);
    return handle === undefined ? c.json({ id: 1, secret: 2 }) : handle(c);
  });
  hono.all("/x/below", (c) => c.json({ id: 1 }));
  hono.get("/open", (c) => c.json({ open: true }));
  return { hono, asked, seen, ask: async (path = "/x", init) => hono.request(path, init) };
}

const deny = () => ({ outcome: "deny", reason: "outside_hours", obligations: [] });

export const hono = [
  [
    "hono: an allow reaches the handler, and what it answers leaves masked",
    async () => {
      const { ask, seen } = app();
      const answer = await ask("/x", { headers: { "x-member": "u_owner", cookie: "a=b" } });
      assert.equal(answer.status, 200);
      assert.deepEqual(await answer.json(), { id: 1 });
      assert.equal(answer.headers.get("x-keyrack-policy-version"), "9");
      assert.equal(seen[0].header("x-member"), "m");
      assert.equal(seen[0].header("cookie"), undefined);
    },
  ],
  [
    "hono: what a handler does after its time was over is not in the answer",
    () =>
      quiet(async () => {
        for (const end of [
          (c) => {
            c.res = new Response("secret", { headers: { "x-secret": "1" } });
          },
          (c) => {
            c.header("x-secret", "1");
            return c.json({ id: 1, secret: 2 });
          },
          () => {
            throw new Error("secret");
          },
        ]) {
          let goOn;
          const late = new Promise((resolve) => {
            goOn = resolve;
          });
          const handle = async (c) => {
            await late;
            return end(c);
          };
          // Someone further out takes a while after the gate has answered.
          const before = async (_, next) => {
            await next();
            goOn();
            await new Promise((resolve) => setTimeout(resolve, 0));
          };
          const { ask } = app({ handle, before, storeTimeout: 30 });
          const answer = await ask();
          assert.equal(answer.status, 504);
          assert.equal(answer.headers.get("x-secret"), null);
          assert.equal((await answer.json()).code, "store_timeout");
        }
      }),
  ],
  [
    "hono: a refusal reaches no handler, and is a problem in the caller's language",
    async () => {
      const { ask, seen } = app({ decide: deny });
      const answer = await ask("/x", { headers: { "accept-language": "fr" } });
      assert.deepEqual([answer.status, (await answer.json()).title], [403, "Permission refusée"]);
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
      assert.equal(seen.length, 0);
    },
  ],
  [
    "hono: a path that the policy does not map is refused, though the app has a handler",
    async () => {
      const { ask, seen } = app();
      for (const path of ["/x/below", "/y", "/x/"]) {
        const answer = await ask(path);
        assert.deepEqual(
          [answer.status, (await answer.json()).code],
          [403, "route_unmapped"],
          path,
        );
      }
      assert.equal(seen.length, 0);
      assert.deepEqual(await (await ask("/open")).json(), { open: true });
    },
  ],
  [
    "hono: a handler reads the body that was decided on, as often as it likes",
    async () => {
      const bodies = [];
      const handle = async (c) => {
        bodies.push(await c.req.text(), await c.req.json());
        return c.json({ id: 1 });
      };
      const { ask } = app({ handle });
      const send = (body) =>
        ask("/x", { method: "POST", body, headers: { "content-type": "application/json" } });
      assert.equal((await send(' {"note": "a"} ')).status, 200);
      assert.deepEqual(bodies, ['{"note":"a"}', { note: "a" }]);
      assert.equal((await send('{"note": "a", "note": "b"}')).status, 400);
      assert.equal(bodies.length, 2);
    },
  ],
  [
    "hono: headers of a handler's answer stay behind, those from further out stay on",
    async () => {
      const handle = (c) => {
        c.header("x-secret", "Ana");
        c.header("set-cookie", "s=1");
        return c.json({ id: 1 });
      };
      const before = cors({ origin: "https://panel.example" });
      const { ask } = app({ handle, before });
      const { headers } = await ask("/x", { headers: { origin: "https://panel.example" } });
      assert.equal(headers.get("x-secret"), null);
      assert.equal(headers.get("set-cookie"), null);
      assert.equal(headers.get("access-control-allow-origin"), "https://panel.example");
      assert.equal(headers.get("content-type"), "application/json");
    },
  ],
  [
    "hono: a handler that throws, finds nothing or answers no JSON is masked too",
    async () => {
      const codeOf = async (handle) => {
        const answer = await quiet(() => app({ handle }).ask());
        return [answer.status, (await answer.json()).code];
      };
      const thrown = () => {
        throw new Error("secret");
      };
      assert.deepEqual(await codeOf(thrown), [502, "store_failed"]);
      assert.deepEqual(await codeOf((c) => c.notFound()), [404, "not_found"]);
      assert.deepEqual(await codeOf((c) => c.html("<h1>all</h1>")), [502, "answer_refused"]);
      assert.deepEqual(await codeOf((c) => c.json({ code: "already_paid" }, 409)), [
        409,
        "already_paid",
      ]);
    },
  ],
  [
    "hono: the platform's context comes through, where there is one",
    async () => {
      const waited = [];
      const { hono: served } = app();
      const context = { waitUntil: (work) => void waited.push(work), passThroughOnException() {} };
      const request = new Request("https://x.example/x");
      assert.equal((await served.fetch(request, {}, context)).status, 200);
      assert.ok(waited.length > 0);
    },
  ],
  [
    "hono: requests beside each other do not meet",
    async () => {
      const handle = async (c) => {
        await new Promise((resolve) => setTimeout(resolve));
        return c.json({ id: await c.req.json() });
      };
      const decide = () => ({ ...allow });
      const { ask } = app({ handle, decide });
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, at) => {
          const answer = await ask("/x", {
            method: "POST",
            body: JSON.stringify({ at }),
            headers: { "content-type": "application/json" },
          });
          return (await answer.json()).id.at;
        }),
      );
      assert.deepEqual(answers, [...Array(20).keys()]);
    },
  ],
];
