/** The whole worker in workerd: what it does when the policy is missing, damaged or older. */

import assert from "node:assert/strict";

import { start } from "../../www/worker/serve.mjs";

async function asMember(url, member) {
  const issued = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ member }),
  });
  const { token } = await issued.json();
  return (path, headers) =>
    fetch(url + path, { headers: { authorization: `Bearer ${token}`, ...headers } });
}

const ORDERS = "/api/stores/zagreb-01/orders";

export const serving = [
  [
    "every refusal says which policy was in force, in the language that is asked for",
    async () => {
      const server = await start();
      try {
        const headers = { "accept-language": "zh-CN" };
        for (const path of [ORDERS, "/me/slice", "/approvals", "/dev/nothing", "/pdp/decide"]) {
          const answer = await fetch(server.url + path, { headers });
          assert.ok(answer.status >= 400, path);
          assert.match(answer.headers.get("x-keyrack-policy-version") ?? "", /^\d+$/, path);
          assert.equal(answer.headers.get("content-language"), "zh", path);
          assert.match((await answer.json()).title, /^\p{Script=Han}+$/u, path);
        }
      } finally {
        await server.stop();
      }
    },
  ],
  [
    "without a policy nothing passes: 503, and 401 before it for a bad token",
    async () => {
      const server = await start({ policy: "absent" });
      try {
        assert.equal((await fetch(server.url + ORDERS)).status, 401);
        const ask = await asMember(server.url, "u_mirna");
        const answer = await ask(ORDERS);
        assert.equal(answer.status, 503);
        assert.equal((await answer.json()).code, "policy_unavailable");
        assert.equal((await ask("/me/slice")).status, 503);
      } finally {
        await server.stop();
      }
    },
  ],
  [
    "a damaged snapshot or overlay changes nothing; a good one counts in the next request",
    async () => {
      const server = await start();
      try {
        const ask = await asMember(server.url, "u_marko");
        assert.equal((await ask(ORDERS)).status, 200);
        const damaged = server.snapshot.slice();
        damaged[100] ^= 1;
        await server.put({ snapshot: damaged });
        assert.equal((await ask(ORDERS)).status, 200);
        await server.put({ snapshot: server.snapshot, overlay: damaged });
        assert.equal((await ask(ORDERS)).status, 200);
        await server.publish({ memberSuspended: [{ member: "u_marko" }] });
        const answer = await ask(ORDERS);
        assert.equal(answer.status, 403);
        assert.equal((await answer.json()).code, "member_suspended");
      } finally {
        await server.stop();
      }
    },
  ],
  [
    "an older overlay does not lift what a newer one stopped",
    async () => {
      const server = await start();
      try {
        const ask = await asMember(server.url, "u_marko");
        const older = await server.overlay({});
        await server.publish({ memberSuspended: [{ member: "u_marko" }] });
        assert.equal((await ask(ORDERS)).status, 403);
        await server.put({ snapshot: server.snapshot, overlay: older });
        assert.equal((await ask(ORDERS)).status, 403);
        await server.put({ snapshot: server.snapshot });
        assert.equal((await ask(ORDERS)).status, 403, "an overlay that is not named is not lifted");
      } finally {
        await server.stop();
      }
    },
  ],
  [
    "a slice holds nobody else, and says so in its bytes",
    async () => {
      const server = await start();
      try {
        const slice = await (await asMember(server.url, "u_dora"))("/me/slice");
        const text = Buffer.from(await slice.arrayBuffer()).toString("latin1");
        assert.ok(text.includes("u_dora"));
        for (const other of ["u_marko", "u_mirna", "hangzhou:he", "lumen"]) {
          assert.ok(!text.includes(other), other);
        }
        const stranger = await (await asMember(server.url, "u_nobody"))("/me/slice");
        assert.equal(stranger.status, 403);
      } finally {
        await server.stop();
      }
    },
  ],
  [
    "a view of the policy has what stops the caller behind the slice; the same is not sent again",
    async () => {
      const server = await start();
      try {
        const ask = await asMember(server.url, "u_dora");
        const accept = "application/vnd.keyrack.view";
        const stopped = [{ member: "u_marko" }, { member: "u_tin" }];
        await server.publish({ memberSuspended: stopped });
        const first = await ask("/me/slice", { accept });
        const tag = first.headers.get("etag");
        assert.equal(first.headers.get("content-type"), accept);
        const others = (await first.arrayBuffer()).byteLength;
        assert.equal((await ask("/me/slice", { accept, "if-none-match": tag })).status, 304);
        await server.publish({ memberSuspended: [...stopped, { member: "u_dora" }] });
        const second = await ask("/me/slice", { accept, "if-none-match": tag });
        assert.equal(second.status, 200);
        const bytes = Buffer.from(await second.arrayBuffer());
        assert.ok(bytes.length > others, "the caller's own suspension is not in it");
        const slice = Buffer.from(await (await ask("/me/slice")).arrayBuffer());
        assert.ok(bytes.length > slice.length);
        assert.ok(bytes.subarray(slice.length).includes("u_dora"));
        for (const other of ["u_marko", "u_tin"]) assert.ok(!bytes.includes(other), other);
      } finally {
        await server.stop();
      }
    },
  ],
];
