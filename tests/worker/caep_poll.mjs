/** Security events that are asked for, from transmitters that do not push. */

import assert from "node:assert/strict";

import { quiet } from "./quiet.mjs";
import { NOW, event, receiving, sign, taken } from "./receiver.mjs";

export const caepPoll = [
  [
    "a transmitter that is asked is told what became of each event, until it has no more",
    async () => {
      const { receiver, revoked } = receiving();
      const pages = [
        { a: await sign({ jti: "a" }), b: await sign({ jti: "b", aud: "https://other.example" }) },
        { c: await sign({ jti: "c" }) },
        {},
      ];
      const asked = [];
      const fetch = async (url, { method, redirect, headers, body }) => {
        asked.push({ url, method, redirect, sent: JSON.parse(body), by: headers.authorization });
        return Response.json({ sets: pages[asked.length - 1], moreAvailable: asked.length < 3 });
      };
      const url = "https://idp.example.com/poll";
      const came = await receiver.poll({ url, authorization: "Bearer x", now: NOW, fetch });
      assert.deepEqual(came, { taken: 2, refused: 1, failed: 0 });
      assert.deepEqual(
        asked.map(({ sent: { ack } }) => ack),
        [[], ["a"], ["c"]],
      );
      assert.equal(asked[1].sent.setErrs.b.err, "invalid_audience");
      assert.deepEqual(asked[2].sent.setErrs, {});
      for (const { sent, ...rest } of asked) {
        assert.deepEqual(rest, { url, method: "POST", redirect: "manual", by: "Bearer x" });
        assert.deepEqual([sent.maxEvents, sent.returnImmediately], [20, true]);
      }
      assert.equal(revoked.length, 2);
      assert.deepEqual(receiver.counts(), { revoked: 2, invalid_audience: 1 });
    },
  ],
  [
    "an event that fails here stays with the transmitter, and is not asked for again and again",
    async () => {
      const overlay = {
        revoke: () => {
          throw new Error("down");
        },
      };
      const { receiver } = receiving({ overlay });
      let asked = 0;
      const fetch = async () => ((asked += 1), Response.json({ sets: { a: await sign() } }));
      const from = { url: "https://idp.example.com/poll", now: NOW, fetch };
      const came = await quiet(() => receiver.poll(from));
      assert.deepEqual([came, asked], [{ taken: 0, refused: 0, failed: 1 }, 1]);
    },
  ],
  [
    "what is no transmitter's answer is an error, and an endless one ends",
    async () => {
      const { receiver } = receiving();
      const ask = (fetch, url = "https://idp.example.com/poll") =>
        receiver.poll({ url, now: NOW, fetch });
      await assert.rejects(
        ask(async () => Response.json({}), "http://idp.example.com/poll"),
        TypeError,
      );
      await assert.rejects(ask(async () => new Response("x", { status: 500 })));
      await assert.rejects(ask(async () => Response.redirect("https://evil.example/", 302)));
      await assert.rejects(ask(async () => new Response("<html>")));
      const long = JSON.stringify({ sets: {}, pad: "x".repeat(1024 * 1024) });
      await assert.rejects(ask(async () => new Response(long)));
      let asked = 0;
      const endless = async () => ((asked += 1), Response.json({ sets: { a: await sign() } }));
      await ask(endless);
      assert.equal(asked, 20);
    },
  ],
];
