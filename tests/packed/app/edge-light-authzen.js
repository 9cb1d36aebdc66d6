import * as library from "keyrack/authzen";

import { Harness, refuses, same } from "./js/harness.js";
import { noCompiling } from "./js/suite/no-compiling.js";
import { TEST_KEY } from "./js/suite/decisions.js";
import { MONDAY } from "./js/suite/facts.js";

const TRUST = { keys: [{ publicKey: TEST_KEY }], now: MONDAY };
const SETTINGS = { identifier: "https://pdp.example", tokenKey: new Uint8Array(32).fill(7) };

globalThis.report = async (bytes) => {
  const { Authzen, createService, KeyrackError } = library;
  const harness = new Harness();
  harness.test("a policy opens, and is asked", async () => {
    const policy = await Authzen.load(Uint8Array.from(bytes), TRUST);
    same(policy.version, 7);
    const asked = {
      subject: { type: "user", id: "nobody" },
      action: { name: "view" },
      resource: { type: "order", id: "o-1" },
    };
    const request = {
      method: "POST",
      path: "/access/v1/evaluation",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(asked),
    };
    const service = await createService(SETTINGS);
    const answer = service.answer(policy, request, { now: MONDAY });
    same(answer.status, 200);
    const { decision, context } = JSON.parse(new TextDecoder().decode(answer.body));
    same([decision, context.reason], [false, "member_unknown"]);
  });
  harness.test("what is no snapshot is refused", async () => {
    await refuses(KeyrackError, "snapshot_malformed", () => Authzen.load(new Uint8Array(3), TRUST));
  });
  noCompiling(harness.test);
  return harness.run();
};
