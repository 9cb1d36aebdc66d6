/** One part of the run, in a process of its own: node --expose-gc part.mjs NAME EFFORT [MORE] */

import { readFileSync } from "node:fs";

import { bytesOf } from "../figures/bytes.mjs";
import { loads } from "../figures/loads.mjs";
import { sizesOf } from "../figures/shapes.mjs";
import { MANY, staff } from "../workload/staff.mjs";
import { facts, large, names, organisation, remembered, unseen, unseenOfMany } from "./process.mjs";

const PARTS = {
  names,
  facts,
  remembered,
  unseen,
  organisation: async (effort, { matrix }) => ({ found: await organisation(matrix, effort) }),
  shape: (effort, { shape }) => sizesOf(shape, effort),
  large: async (effort, made) => {
    const model = staff(MANY);
    const { signed, trust } = given(made);
    const found = await large(model, { signed, trust }, effort);
    return { large: found, bytes: bytesOf(model, signed) };
  },
  unseenOfMany: async (effort, made) => {
    return { firstOfMany: await unseenOfMany(staff(MANY), given(made), effort) };
  },
  loads: async (effort, made) => ({ loads: await loads(given(made), effort) }),
};

/** A signed snapshot, and what trusts it. */
function given({ path, trust }) {
  const [key] = trust.keys;
  const keys = [{ ...key, publicKey: Uint8Array.from(Object.values(key.publicKey)) }];
  return { signed: new Uint8Array(readFileSync(path)), trust: { ...trust, keys } };
}

const [name, effort, more = "{}"] = process.argv.slice(2);
console.log(JSON.stringify(await PARTS[name](JSON.parse(effort), JSON.parse(more))));
