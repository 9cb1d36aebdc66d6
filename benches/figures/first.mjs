/**
 * The first question about a member whom nobody has asked about yet. Keyrack answers it from the
 * snapshot; CASL first makes the member's ability, which is what is timed of it. Beside them what
 * nobody goes below who does so: a name handed to WebAssembly and remembered, and an ability of a
 * single rule.
 */

import { AbilityBuilder, createMongoAbility } from "@casl/ability";
import { Keyrack } from "keyrack";

import { figure, spentSoFar } from "../measure/rounds.mjs";
import { split } from "../peers/casl.mjs";
import { NAME_FLOOR, ONE_RULE } from "../report/names.mjs";
import { judge, NOW } from "../workload/model.mjs";
import { nameFloor } from "./floors.mjs";

const NANOSECONDS = 1e6;

/**
 * Nanoseconds a member.
 *
 * @param {object} parts
 * @param {{ rounds: number, racks: number }} effort racks a round; each has forgotten everybody
 */
export async function first(parts, { rounds, racks }) {
  const { model, signed, trust, build, record } = parts;
  const { members, permissions, stores } = model;
  const asked = members.map((member, at) => {
    const permission = permissions[at % permissions.length];
    const [area, act] = split(permission);
    const scope = stores[at % stores.length];
    return { member, permission, scope, area, act, record: record(area, scope) };
  });
  await check(parts, asked);
  const hand = nameFloor();
  const found = {};
  const time = (name, one, turns = 1) => {
    const begun = spentSoFar();
    const told = one();
    const spent = ((spentSoFar() - begun) * NANOSECONDS) / (asked.length * turns);
    (found[name] ??= []).push(spent);
    if (told === 0) throw new Error(`${name}: nothing was done`);
  };
  const turns = [
    async () => {
      const fresh = [];
      for (let at = 0; at < racks; at++) fresh.push(await Keyrack.load(signed, trust));
      time("keyrack first can", () => keyrack(fresh, asked), racks);
      for (const rack of fresh) rack.release();
    },
    () => time("casl ability, made", () => made(build, asked)),
    () => time("casl first can", () => casl(build, asked)),
    () => time(ONE_RULE, () => oneRule(asked)),
    () => time(NAME_FLOOR, () => handed(hand, asked, racks), racks),
  ];
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another, so that nobody always runs behind the same one.
    for (let turn = 0; turn < turns.length; turn++) await turns[(round + turn) % turns.length]();
  }
  // The first round is a warm-up.
  return Object.fromEntries(Object.entries(found).map(([name, of]) => [name, figure(of.slice(1))]));
}

/** Each first answer of both, held against the judge's before anything is timed. */
async function check({ model, signed, trust, build }, asked) {
  const allows = judge(model);
  const rack = await Keyrack.load(signed, trust);
  for (const { member, permission, scope, act, record } of asked) {
    const expected = allows({ member, permission, scope });
    const told = [rack.can(member, permission, scope, NOW), build(member).can(act, record)];
    if (told.some((may) => may !== expected)) throw new Error(`${member} is answered wrongly`);
  }
  rack.release();
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

function oneRule(asked) {
  let rules = 0;
  for (const { area, act } of asked) {
    const { can, build } = new AbilityBuilder(createMongoAbility);
    can(act, area);
    rules += build().rules.length;
  }
  return rules;
}

/** As a rack does: a name that its map has not is handed over, and put into it. */
function handed(hand, asked, turns) {
  let found = 0;
  for (let turn = 0; turn < turns; turn++) {
    const known = new Map();
    for (const { member } of asked) {
      if (known.get(member) === undefined) known.set(member, hand(member));
    }
    found += known.size;
  }
  return found;
}
