import { holds, refuses, same } from "../harness.js";
import { keyPair, payloadOf, sign } from "../signing.js";
import { TEST_KEY } from "./decisions.js";
import { HERE, MONDAY } from "./facts.js";

/** What only the module that cuts slices can do. */
export async function slicing(test, { Keyrack, KeyrackError }, store) {
  const rack = await Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] });
  const now = MONDAY;

  test("a slice is its member's view, once it is signed", async () => {
    const bytes = rack.slice("bruno");
    holds(bytes instanceof Uint8Array, "bytes");
    await refuses(KeyrackError, "snapshot_unsigned", () => Keyrack.load(bytes, { now, keys: [{ publicKey: TEST_KEY }] }));
    const pair = await keyPair(5);
    const keys = [{ publicKey: pair.text, domains: ["slice"] }];
    const own = await Keyrack.load(await sign(payloadOf(bytes), pair, "slice"), { keys, now });
    same(own.isSlice, true);
    same(own.version, 7);
    same(own.scopes(), ["bookshop", "split"]);
    for (const scope of own.scopes()) {
      same(own.session("bruno", scope, { now }).states(), rack.session("bruno", scope, { now }).states(), scope);
    }
    for (const other of ["ana", "cvita", "dino"]) {
      same(own.decide({ subject: other, permission: "order.view", scope: "split", now }).reason, "member_unknown");
    }
    const text = new TextDecoder("latin1").decode(bytes);
    for (const other of ["ana", "cvita", "dino"]) {
      holds(!new RegExp(`(?<![a-z._])${other}(?![a-z._])`).test(text), `${other} is not in it`);
    }
    await refuses(KeyrackError, "request_invalid", () => rack.slice("eve"));
    // Signed as the whole policy, a slice is none.
    const posed = await sign(payloadOf(bytes), pair, "snapshot");
    await refuses(KeyrackError, "snapshot_damaged", () => Keyrack.load(posed, { keys: [{ publicKey: pair.text }], now }));
  });
}
