import { file } from "../fixtures.mjs";
import { holds, same } from "../harness.js";

/**
 * Random requests to random policies through the module, and to each rack twice, for names are found
 * once and remembered: the very answers that Rust gives (tests/oracle/javascript.rs), which the second
 * evaluator is held against.
 */
export function random(test, { Keyrack }) {
  const { publicKey, worlds } = JSON.parse(file("random.json"));
  const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
  const keys = [{ publicKey: bytes(publicKey) }];
  for (const { seed, now, snapshot, overlay, asked } of worlds) {
    test(`random policy ${seed} answers in JavaScript as natively`, async () => {
      const over = overlay === null ? {} : { overlay: bytes(overlay) };
      const rack = await Keyrack.load(bytes(snapshot), { keys, now, ...over });
      for (const turn of ["first", "again"]) {
        for (const { request, decision, explanation } of asked) {
          same(rack.decide(request), decision, `${turn} ${JSON.stringify(request)}`);
          if (turn === "first") same(rack.explain(request), explanation, JSON.stringify(request));
        }
      }
      rack.release();
    });
  }

  test("a batch of random requests, or of their columns, is its single answers", async () => {
    let [decisions, rows, yes] = [0, 0, 0];
    for (const { now, snapshot, overlay, asked } of worlds) {
      const over = overlay === null ? {} : { overlay: bytes(overlay) };
      const rack = await Keyrack.load(bytes(snapshot), { keys, now, ...over });
      const requests = asked.map(({ request }) => request);
      // Told as the native answers are, so a batch cannot agree with a single answer that is wrong.
      same(rack.decideBatch(requests), asked.map(({ decision }) => decision), "batch");
      decisions += requests.length;
      const names = (name) => requests.map((request) => request[name]);
      const lists = { subjects: names("subject"), permissions: names("permission"), scopes: names("scope") };
      const ready = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, rack.column(name, list)]));
      const mixed = { ...lists, permissions: ready.permissions };
      for (const at of [now, ...new Set(names("now").filter((it) => it !== undefined))]) {
        const single = requests.map(({ subject, permission, scope }) => Number(rack.can(subject, permission, scope, at)));
        for (const columns of [lists, ready, mixed]) same([...rack.canBatch(columns, at)], single, "columns");
        rows += single.length;
        yes += single.filter((it) => it === 1).length;
      }
      rack.release();
    }
    holds(yes > 0 && yes < rows, "both answers are among them");
    return `${decisions} decisions; ${rows} rows by names and prepared, ${yes} of them allowed`;
  });
}
