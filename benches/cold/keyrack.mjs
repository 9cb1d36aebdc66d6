import { readFileSync } from "node:fs";

import { initialise, Keyrack } from "keyrack/slim";

export async function first({ wasm, bytes, trust, question, now }) {
  await initialise(readFileSync(wasm));
  const rack = await Keyrack.load(bytes, trust);
  const [subject, permission, scope] = question;
  return rack.decide({ subject, permission, scope, now }).outcome === "allow";
}
