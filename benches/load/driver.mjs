/**
 * Asks one server the same requests again and again, over so many connections, each of which waits
 * for its answer before it asks again. It runs in a process of its own and does as little as can
 * be for a request, so that it is not the driver that is measured.
 */

import { connect } from "node:net";

import { createReader } from "./answers.mjs";

process.on("message", async (told) => {
  try {
    process.send(await drive(told));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});

/**
 * @param {object} told
 * @param {string} told.url
 * @param {{ text: string, kind: string, status: number }[]} told.asked
 * @param {number} told.connections
 * @param {number} told.milliseconds
 */
async function drive({ url, asked, connections, milliseconds }) {
  const { hostname, port } = new URL(url);
  const texts = asked.map(({ text }) => Buffer.from(text, "latin1"));
  const times = Object.fromEntries(asked.map(({ kind }) => [kind, []]));
  const wrong = [];
  let next = 0;
  const begun = performance.now();
  const end = begun + milliseconds;
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let current;
      let sent;
      const ask = () => {
        sent = performance.now();
        if (sent >= end) {
          socket.destroy();
          return resolve();
        }
        current = next++ % texts.length;
        return socket.write(texts[current]);
      };
      const read = createReader((status) => {
        const { kind, status: expected } = asked[current];
        times[kind].push(performance.now() - sent);
        if (status !== expected) wrong.push(`${firstLine(asked[current].text)}: ${status}`);
        ask();
      });
      socket.on("connect", ask);
      socket.on("data", (piece) => {
        try {
          read(piece);
        } catch (error) {
          socket.destroy(error);
        }
      });
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("the server has closed a connection")));
    });
  await Promise.all(Array.from({ length: connections }, one));
  return { seconds: (performance.now() - begun) / 1000, times, wrong: wrong.slice(0, 10) };
}

const firstLine = (text) => text.split("\r\n", 1)[0];
