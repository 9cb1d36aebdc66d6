/** The load run measures what it says: gates that answer alike, on requests of every kind. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { createReader } from "../../benches/load/answers.mjs";
import { openGates } from "../../benches/load/inside.mjs";
import { storedPage } from "../../benches/load/page.mjs";
import { blocks } from "../../benches/load/words.mjs";
import { requests, SHARES } from "../../benches/load/workload.mjs";

/** Every request of the workload, once. */
function distinct() {
  const all = requests().map((asked) => [JSON.stringify(asked), asked]);
  return [...new Map(all).values()];
}

export const loading = [
  [
    "under load Keyrack's gate and Cedar's allow and deny the same, and mask the same",
    async () => {
      const { gates, requestOf } = await openGates();
      const counts = { read: 0, list: 0, refused: 0 };
      for (const asked of distinct()) {
        const [own, plain, masked] = await Promise.all(
          Object.values(gates).map((gate) => gate(requestOf(asked))),
        );
        const expected = asked.kind === "refused" ? 403 : 200;
        const statuses = [own, plain, masked].map(({ status }) => status);
        assert.deepEqual(statuses, [expected, expected, expected], JSON.stringify(asked));
        counts[asked.kind] += 1;
        if (expected !== 200) continue;
        assert.deepEqual(await own.json(), await masked.json(), JSON.stringify(asked));
      }
      assert.deepEqual([counts.list, counts.refused], [9, 7]);
      assert.ok(counts.read > 200);
      return `${Object.values(counts).reduce((sum, count) => sum + count)} requests`;
    },
  ],
  [
    "of the requests under load seven in ten read, two list and one is refused",
    () => {
      const shares = { read: 0, list: 0, refused: 0 };
      for (const { kind } of requests(1000)) shares[kind] += 1;
      assert.deepEqual(shares, { read: 700, list: 200, refused: 100 });
      assert.deepEqual(SHARES, { read: 7, list: 2, refused: 1 });
    },
  ],
  [
    "the page tells every single step that is measured",
    async () => {
      const script = new URL("../../benches/load/steps.mjs", import.meta.url);
      const told = execFileSync(process.execPath, [fileURLToPath(script), "--quick"]);
      const { bytes, ...steps } = JSON.parse(told);
      assert.ok(bytes.order > 0 && bytes.orders > bytes.order);
      const [table] = blocks({ ...(await storedPage()), steps: { bytes, ...steps } }).steps;
      assert.doesNotMatch(table, /NaN|undefined/);
      assert.equal(table.match(/µs/g).length, Object.keys(steps).length);
      return `${Object.keys(steps).length} steps`;
    },
  ],
  [
    "the driver finds where an answer ends, however its bytes are cut",
    () => {
      const told = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc\r\n";
      const cut = "HTTP/1.1 403 No\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
      for (let size = 1; size <= told.length; size++) {
        for (const [answer, status] of [[told, 200], [cut, 403]]) {
          const found = [];
          const read = createReader((one) => found.push(one));
          const bytes = Buffer.from(answer + answer);
          // One answer is awaited at a time: no piece holds the end of one and more.
          for (const half of [bytes.subarray(0, answer.length), bytes.subarray(answer.length)]) {
            for (let at = 0; at < half.length; at += size) read(half.subarray(at, at + size));
          }
          assert.deepEqual(found, [status, status]);
        }
      }
      const reads = (text) => () => createReader(() => {})(Buffer.from(text));
      assert.throws(reads("HTTP/1.1 200 OK\r\n\r\n"), /without a length/);
      assert.throws(reads("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab"), /longer/);
    },
  ],
];
