/** Requests as bytes, as no client would write them: each is one request with one meaning, or none. */

import assert from "node:assert/strict";
import { connect } from "node:net";

import { start } from "../../www/worker/serve.mjs";

const RECORD = "/api/stores/zagreb-01/orders/Z-1001";
const NOTES = `${RECORD}/notes`;
const TEXT = '{"text":"t"}';
const CHUNKED = `c\r\n${TEXT}\r\n0\r\n\r\n`;

const JSON_TYPE = "content-type: application/json";
const LENGTH = `content-length: ${TEXT.length}`;
const CODED = "transfer-encoding: chunked";

/** What it is, what is sent behind the sender's own headers, and the status if it is good. */
const CASES = [
  ["a body with its length", ["POST", NOTES, [JSON_TYPE, LENGTH], TEXT], 200],
  ["a body in chunks", ["POST", NOTES, [JSON_TYPE, CODED], CHUNKED], 200],
  ["an expectation", ["POST", NOTES, [JSON_TYPE, LENGTH, "expect: 100-continue"], TEXT], 200],
  ["a length beside chunks", ["POST", NOTES, [JSON_TYPE, "content-length: 4", CODED], CHUNKED]],
  [
    "a longer length beside chunks",
    ["POST", NOTES, [JSON_TYPE, "content-length: 22", CODED], CHUNKED],
  ],
  ["two lengths", ["POST", NOTES, [JSON_TYPE, LENGTH, "content-length: 2"], TEXT]],
  ["a length below nothing", ["POST", NOTES, [JSON_TYPE, "content-length: -1"], TEXT]],
  ["a length with a sign", ["POST", NOTES, [JSON_TYPE, "content-length: +12"], TEXT]],
  ["two codings", ["POST", NOTES, [JSON_TYPE, "transfer-encoding: gzip, chunked"], CHUNKED]],
  [
    "a coding that is none",
    ["POST", NOTES, [JSON_TYPE, LENGTH, "transfer-encoding: identity"], TEXT],
  ],
  [
    "a coding with a tab",
    ["POST", NOTES, [JSON_TYPE, LENGTH, "transfer-encoding:\tchunked"], CHUNKED],
  ],
  ["two types", ["POST", NOTES, [JSON_TYPE, "content-type: text/plain", LENGTH], TEXT]],
  ["no type", ["POST", NOTES, [LENGTH], TEXT]],
  ["a coded body", ["POST", NOTES, [JSON_TYPE, "content-encoding: gzip", LENGTH], TEXT]],
  ["a body of a GET", ["GET", RECORD, [JSON_TYPE, LENGTH], TEXT]],
  ["chunks of a GET", ["GET", RECORD, [JSON_TYPE, CODED], CHUNKED]],
  ["a body of a DELETE", ["DELETE", RECORD, [JSON_TYPE, LENGTH], TEXT]],
  ["two tokens", ["GET", RECORD, ["authorization: Bearer x"]]],
  ["two hosts", ["GET", RECORD, ["host: evil.example"]]],
  ["another method by a header", ["GET", RECORD, ["x-http-method-override: DELETE"]], 200],
  [
    "another member by a header",
    ["GET", RECORD, ["x-member: u_robert", "x-member : u_robert"]],
    200,
  ],
  ["a folded line", ["GET", RECORD, ["x-a: b\r\n c"]], 200],
  ["an upgrade", ["GET", RECORD, ["connection: upgrade", "upgrade: websocket"]], 200],
  ["another host in the path", ["GET", `http://evil.example${RECORD}`, []]],
  ["a null byte in the path", ["GET", `${RECORD}\0`, []]],
  ["a space after the path", ["GET", `${RECORD} x`, []], 200],
  ["no path", ["OPTIONS", "*", []]],
  ["two slashes", ["GET", `/${RECORD}`, []]],
  ["an encoded slash", ["GET", "/api/stores/zagreb-01%2forders/Z-1001", []]],
  ["an encoded way up", ["GET", "/api/stores/paris-01/orders/%2e%2e%2f%2e%2e/zagreb-01", []]],
  ["a way up to the same record", ["GET", `/x/..${RECORD}`, []], 200],
];

export const smuggling = [
  [
    "each request over HTTP has one meaning or is refused, and none has another in it",
    async () => {
      const server = await start();
      try {
        const token = await tokenOf(server.url, "u_mirna");
        const before = await notes(server.url, token);
        let written = 0;
        for (const [what, [method, path, headers, body = ""], wanted] of CASES) {
          const own = [`host: ${new URL(server.url).host}`, `authorization: Bearer ${token}`];
          const lines = [`${method} ${path} HTTP/1.1`, ...own, ...headers];
          const statuses = await sent(server.url, `${lines.join("\r\n")}\r\n\r\n${body}`);
          const last = statuses.filter((status) => status !== 100);
          if (wanted === undefined) {
            assert.ok(
              last.length >= 1 && last.every((status) => status >= 400),
              `${what}: ${last}`,
            );
          } else {
            assert.deepEqual(last, [wanted], what);
            if (method === "POST") written += 1;
          }
        }
        assert.equal(
          (await notes(server.url, token)) - before,
          written,
          "something else was written",
        );
        return `${CASES.length} requests, ${written} of which write`;
      } finally {
        await server.stop();
      }
    },
  ],
];

async function tokenOf(url, member) {
  const answer = await fetch(`${url}/dev/token`, {
    method: "POST",
    body: JSON.stringify({ member }),
  });
  return (await answer.json()).token;
}

/** How many notes the record has. It is there: nothing has deleted it. */
async function notes(url, token) {
  const answer = await fetch(url + RECORD, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200);
  return (await answer.json()).notes.length;
}

/** Sends bytes, and a good request of nobody behind them; the statuses until that one is answered. */
function sent(url, bytes) {
  const { hostname, port, host } = new URL(url);
  const marker = `GET /api/billing HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(port), hostname, () =>
      socket.write(Buffer.from(bytes, "latin1")),
    );
    let isMarked = false;
    const statuses = () =>
      [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
    const finish = () => {
      socket.destroy();
      const all = statuses();
      // The last is the marker's, if the connection was still open for it.
      resolve(isMarked && all.at(-1) === 401 && all.length > 1 ? all.slice(0, -1) : all);
    };
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const seen = statuses().filter((status) => status !== 100).length;
      if (!isMarked && seen > 0) {
        isMarked = true;
        socket.write(marker);
      } else if (isMarked && seen > 1) finish();
    });
    socket.on("error", finish);
    socket.on("close", finish);
  });
}
