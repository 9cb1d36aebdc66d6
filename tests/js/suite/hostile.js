import { refuses, holds } from "../harness.js";
import { keyPair, payloadOf, sign, unsigned } from "../signing.js";
import { HERE, MONDAY } from "./facts.js";

const CODES = [
  "snapshot_malformed", "snapshot_format_unknown", "snapshot_wrong_domain", "snapshot_unsigned",
  "key_unknown", "signature_invalid",
];

export async function hostile(test, { Keyrack, KeyrackError }, store) {
  const ours = await keyPair(1);
  const signed = await sign(payloadOf(store), ours);
  const trust = { keys: [{ publicKey: ours.publicKey }], now: MONDAY };
  const refused = (bytes, options = trust, codes = CODES) =>
    refuses(KeyrackError, codes, () => Keyrack.load(bytes, options));

  test("every truncation of a signed snapshot is refused with a code", async () => {
    for (let end = 0; end < signed.length; end++) await refused(signed.subarray(0, end));
  });

  test("every flipped bit of a signed snapshot is refused with a code", async () => {
    // All bits of the header and of the signature, one bit of every byte of the payload.
    for (let at = 0; at < signed.length; at++) {
      const edge = at < 18 || at >= signed.length - 64;
      for (const bit of edge ? [0, 1, 2, 3, 4, 5, 6, 7] : [at % 8]) {
        const bytes = signed.slice();
        bytes[at] ^= 1 << bit;
        await refused(bytes);
      }
    }
  });

  test("bytes after the end are refused", async () => {
    await refused(Uint8Array.of(...signed, 0), trust, ["snapshot_malformed"]);
  });

  test("damaged bytes that nobody signed give codes or decisions, and never a trap", async () => {
    const payload = payloadOf(store);
    let decided = 0;
    for (let at = 0; at < payload.length; at++) {
      const damaged = payload.slice();
      damaged[at] ^= 1 << (at % 8);
      try {
        const rack = await Keyrack.load(unsigned(damaged), HERE);
        rack.decide({ subject: "bruno", permission: "order.view", scope: "split", now: MONDAY });
        rack.session("bruno", "split", { now: MONDAY });
        decided += 1;
      } catch (error) {
        holds(error instanceof KeyrackError, `byte ${at}: ${error?.stack}`);
      }
    }
    holds(decided > 0, "some flips hit what the question does not read");
  });

  test("a payload cut anywhere is refused", async () => {
    const payload = payloadOf(store);
    const codes = ["snapshot_damaged", "tenant_mismatch", "engine_too_old", "snapshot_expired"];
    for (let end = 0; end < payload.length; end += 3) {
      await refused(unsigned(payload.subarray(0, end)), HERE, codes);
    }
  });
}
