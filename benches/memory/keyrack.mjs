import { readFileSync } from "node:fs";

import { Keyrack } from "keyrack";

import { NOW } from "../workload/model.mjs";

export async function hold({ snapshot, trust }) {
  const rack = await Keyrack.load(readFileSync(snapshot), trust);
  return ([member, permission, scope]) => rack.can(member, permission, scope, NOW);
}
