/** The store behind the gate: it writes down what it did, outlives the worker, and can misbehave. */

import { createServer } from "node:http";
import { once } from "node:events";

/** Opens a store on a free port. */
export async function openStore() {
  /** Every refund that was done, in order. */
  const done = [];
  const known = new Map();
  const waiting = [];
  /** Requests that are held up. */
  const held = [];
  let behave = "well";
  const handle = async (request, response) => {
    let text = "";
    for await (const piece of request) text += piece;
    const order = request.url.split("/")[2];
    const json = (body, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (request.method === "GET") return json({ id: order });
    if (behave === "failing") return json({ trace: "internal" }, 500);
    if (behave === "closing") return request.socket.destroy();
    // It never answers; whoever waits has to give up.
    if (behave === "hanging") return undefined;
    if (behave === "slow") await new Promise((resolve) => held.push(resolve));
    const key = request.headers["idempotency-key"];
    if (behave === "knowing" && known.has(key)) return json(known.get(key));
    const { amount, currency } = JSON.parse(text);
    const refund = { order, amount, currency, by: request.headers["x-member"], key };
    done.push(refund);
    known.set(key, { id: order, refunded: amount });
    for (const { count, resolve } of waiting) if (done.length >= count) resolve();
    return json(known.get(key));
  };
  // A request that is cut off in the middle is none.
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    done,
    /** Waits until so many refunds are done. */
    has: (count) =>
      new Promise((resolve) => {
        if (done.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),

    /** Requests that it has heard and holds up. */
    held,

    /** @param {"well" | "failing" | "closing" | "hanging" | "slow" | "knowing"} how */
    behaves: (how) => (behave = how),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
