import { file } from "../fixtures.mjs";
import { same } from "../harness.js";

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
}
