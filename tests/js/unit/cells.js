import { file } from "../fixtures.mjs";
import { same } from "../harness.js";

/** Every acceptance cell through the module: the same files that Rust asks natively. */
export function cells(test, { Keyrack }) {
  const { publicKey, loadAt } = JSON.parse(file("cells/key.json"));
  const keys = [{ publicKey: new Uint8Array(Buffer.from(publicKey, "hex")) }];
  const racks = new Map();
  const load = (snapshot, overlay) => {
    const name = `${snapshot} ${overlay}`;
    if (!racks.has(name)) {
      const options = { keys, now: loadAt, overlay: file(`cells/${overlay}`) };
      racks.set(name, Keyrack.load(file(`cells/${snapshot}`), options));
    }
    return racks.get(name);
  };
  const all = JSON.parse(file("cells/cells.json"));
  if (all.length !== 562) throw new Error(`${all.length} cells instead of 562`);
  const answers = JSON.parse(file("answers.json"));
  for (const [index, { id, text, snapshot, overlay, request, expect }] of all.entries()) {
    test(`cell ${id}: ${text}`, async () => {
      const rack = await load(snapshot, overlay);
      const decision = rack.decide(request);
      same(`${decision.outcome} ${decision.reason}`, `${expect.outcome} ${expect.reason}`);
      if (expect.hidden !== undefined) same(decision.fields.hidden, expect.hidden);
      if (expect.stepUp !== undefined) same(decision.missing.stepUp, expect.stepUp);
      if (expect.obligations !== undefined) {
        const types = decision.obligations.map(({ type }) => type);
        same(types.filter((type) => type === "reserve_budget"), expect.obligations);
      }
      // Words that are put together here say what Rust says in JSON.
      same(decision, answers[index].decision);
      same(rack.explain(request), answers[index].explanation);
    });
  }
}
