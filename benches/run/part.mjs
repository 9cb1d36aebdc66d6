/** One part of the run, in a process of its own: node --expose-gc part.mjs NAME EFFORT [MORE] */

import { readFileSync } from "node:fs";

import { bytesOf } from "../figures/bytes.mjs";
import { sizesOf } from "../figures/shapes.mjs";
import { MANY, staff } from "../workload/staff.mjs";
import { facts, large, names, organisation } from "./process.mjs";

const PARTS = {
  names,
  facts,
  organisation: async (effort, { matrix }) => ({ found: await organisation(matrix, effort) }),
  shape: (effort, { shape }) => sizesOf(shape, effort),
  large: async (effort, { path, trust }) => {
    const model = staff(MANY);
    const signed = new Uint8Array(readFileSync(path));
    const [key] = trust.keys;
    const keys = [{ ...key, publicKey: Uint8Array.from(Object.values(key.publicKey)) }];
    const found = await large(model, { signed, trust: { ...trust, keys } }, effort);
    return { ...found, bytes: bytesOf(model, signed) };
  },
};

const [name, effort, more = "{}"] = process.argv.slice(2);
console.log(JSON.stringify(await PARTS[name](JSON.parse(effort), JSON.parse(more))));
