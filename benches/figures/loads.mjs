/** What loading a snapshot takes from JavaScript, once the module is there, beside its floors. */

import { Keyrack } from "keyrack";

import { figure, spentSoFar } from "../measure/rounds.mjs";
import { LOAD, SIGNATURE } from "../report/names.mjs";

const NANOSECONDS = 1e6;
const SIGNATURE_BYTES = 64;
const TURNS = 3;
const DOMAIN = Buffer.from("keyrack/snapshot/v1\0");

/**
 * Nanoseconds a load, all threads of the process counted. It needs a process that has little else,
 * whose collector would be counted with it.
 */
export async function loads({ signed, trust }, { rounds }) {
  const [{ publicKey }] = trust.keys;
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  const signature = signed.slice(-SIGNATURE_BYTES);
  const message = Buffer.concat([DOMAIN, signed.subarray(0, -SIGNATURE_BYTES)]);
  const ways = {
    [LOAD]: async () => (await Keyrack.load(signed, trust)).release(),
    [SIGNATURE]: async () => {
      const good = await crypto.subtle.verify("Ed25519", key, signature, message);
      if (!good) throw new Error("the signature is not good");
    },
    "floor: the bytes, copied once": () => signed.slice(),
  };
  const measured = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const begun = spentSoFar();
      for (let turn = 0; turn < TURNS; turn++) await way();
      const spent = ((spentSoFar() - begun) * NANOSECONDS) / TURNS;
      // The first round is a warm-up.
      if (round >= 0) measured[name].push(spent);
    }
  }
  return Object.fromEntries(Object.entries(measured).map(([name, of]) => [name, figure(of)]));
}
