/**
 * The first question about a member whom nobody has asked about yet. Keyrack answers it from the
 * snapshot; CASL first makes the member's ability, which is what is timed of it.
 */

import { Keyrack } from "keyrack";

import { figure, spentSoFar } from "../measure/rounds.mjs";
import { split } from "../peers/casl.mjs";
import { NOW } from "../workload/model.mjs";

const NANOSECONDS = 1e6;

/**
 * Nanoseconds a member.
 *
 * @param {object} parts
 * @param {{ rounds: number, racks: number }} effort racks a round; each has forgotten everybody
 */
export async function first({ model, signed, trust, build, record }, { rounds, racks }) {
  const { members, permissions, stores } = model;
  const asked = members.map((member, at) => {
    const permission = permissions[at % permissions.length];
    const [area, act] = split(permission);
    const scope = stores[at % stores.length];
    return { member, permission, scope, act, record: record(area, scope) };
  });
  const found = { "keyrack first can": [], "casl ability, made": [], "casl first can": [] };
  const time = (name, one, count) => {
    const begun = spentSoFar();
    const allowed = one();
    found[name].push(((spentSoFar() - begun) * NANOSECONDS) / count);
    return allowed;
  };
  for (let round = 0; round < rounds; round++) {
    const fresh = [];
    for (let at = 0; at < racks; at++) fresh.push(await Keyrack.load(signed, trust));
    const ours = time("keyrack first can", () => keyrack(fresh, asked), asked.length * racks);
    for (const rack of fresh) rack.release();
    time("casl ability, made", () => made(build, asked), asked.length);
    const theirs = time("casl first can", () => casl(build, asked), asked.length);
    if (ours !== theirs * racks) throw new Error("the first answers differ");
  }
  // The first round is a warm-up.
  return Object.fromEntries(Object.entries(found).map(([name, of]) => [name, figure(of.slice(1))]));
}

function keyrack(racks, asked) {
  let allowed = 0;
  for (const rack of racks) {
    for (const { member, permission, scope } of asked) {
      if (rack.can(member, permission, scope, NOW)) allowed++;
    }
  }
  return allowed;
}

function made(build, asked) {
  let rules = 0;
  for (const { member } of asked) rules += build(member).rules.length;
  return rules;
}

function casl(build, asked) {
  let allowed = 0;
  for (const { member, act, record } of asked) if (build(member).can(act, record)) allowed++;
  return allowed;
}
