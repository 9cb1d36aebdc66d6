/** Plans with their names as bytes, for those who read bytes. */

import { isKnown, ofItems } from "./fields.js";

/**
 * What becomes of a value: all of it is copied, nothing of it is, or it is looked into.
 *
 * @typedef {object} Compiled
 * @property {boolean} copies
 * @property {boolean} skips
 * @property {boolean} [shown] where it is no object and no list it is shown, and an empty one too
 * @property {boolean} [opensObject] whether an object is looked into; else it is left out
 * @property {boolean} [opensList] the same of a list
 * @property {boolean} [keepsEmptyList]
 * @property {Compiled} [each] item of a list
 * @property {Compiled} [rest] members whose names the plan does not have
 * @property {Names} [names]
 */
const ALL = { copies: true, skips: false };
const NOTHING = { copies: false, skips: true };

/**
 * A name with the quotes around it.
 *
 * @typedef {object} Name
 * @property {Uint8Array} bytes
 * @property {Compiled} compiled what becomes of its value
 * @property {boolean} isId whether its value tells records apart
 * @property {Name | undefined} next the name that followed the last time: most objects are alike
 * @property {number} seen the number of the last object that had it
 */

/** The names of one object that a plan knows, found by their bytes. */
export class Names {
  /** What stands before the first name, as far as guessing goes. */
  begin = { next: undefined };
  #byHash = new Map();

  /** @param {[string, Compiled][]} below what becomes of each @param {string} [id] */
  constructor(below, id) {
    for (const [name, compiled] of below) this.#add(name, compiled, name === id);
  }

  #add(name, compiled, isId) {
    const bytes = new TextEncoder().encode(`"${name}"`);
    const hash = bytes.subarray(1, -1).reduce(mix, 0);
    const alike = this.#byHash.get(hash) ?? [];
    alike.push({ bytes, compiled, isId, next: undefined, seen: 0 });
    this.#byHash.set(hash, alike);
  }

  /** The name that begins there; `undefined` for one that is not known. */
  find(hash, bytes, from) {
    const alike = this.#byHash.get(hash);
    if (alike === undefined) return undefined;
    for (const name of alike) if (isAt(name.bytes, bytes, from)) return name;
    return undefined;
  }
}

/** A hash of names, a byte at a time. */
export const mix = (hash, byte) => (Math.imul(hash, 31) + byte) | 0;

/** Whether these bytes stand there. */
export function isAt(wanted, bytes, from) {
  for (let at = 0; at < wanted.length; at += 1) {
    if (bytes[from + at] !== wanted[at]) return false;
  }
  return true;
}

/**
 * Compiles the plan of a record, which is an object: what of it is shown, if only its brackets.
 *
 * @param {import("./fields.js").Plan} plan
 * @returns {Compiled}
 */
export function compile(plan) {
  const isOpen = !plan.cut && isKnown(plan, false);
  const { below = new Map(), shown } = isOpen ? plan : {};
  const known = below.has("id") ? below : new Map([...below, ["id", undefined]]);
  return { ...opened({ below: known }, shown === true, "id"), shown: true, opensObject: true };
}

function compiled(plan, above) {
  if (plan === undefined) return above ? ALL : NOTHING;
  if (plan.cut) return NOTHING;
  const shown = above || plan.shown;
  return shown && plan.below.size === 0 ? ALL : opened(plan, shown);
}

function opened(plan, shown, id) {
  const below = [...plan.below].filter(([name]) => typeof name === "string");
  return {
    copies: false,
    skips: false,
    shown,
    opensObject: isKnown(plan, false),
    opensList: isKnown(plan, true),
    keepsEmptyList: shown || ofItems(plan) !== undefined,
    each: compiled(ofItems(plan), shown),
    rest: shown ? ALL : NOTHING,
    names: new Names(
      below.map(([name, next]) => [name, compiled(next, shown)]),
      id,
    ),
  };
}
