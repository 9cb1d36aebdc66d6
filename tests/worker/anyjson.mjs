/** JSON and plans at random, and JSON as somebody else might write it. */

import { plan } from "../../pkg/src/edge/fields.js";

const NAMES = [
  "a",
  "b",
  "items",
  "a",
  "b",
  "items",
  "id",
  "",
  "é😀",
  'q"\\',
  "a.b",
  "[*]",
  "__proto__",
  "\u2028",
];
const LEAVES = [null, true, false, 0, -1, 1.5, 1e30, 2 ** 53, "", "x", 'é"\\\n😀\u0000', "[*]"];
const STEPS = ["a", "b", "items", "é😀", "[*]", "[*]"];
export const bytesOf = (text) => new TextEncoder().encode(text);

function value(random, depth) {
  const kind = depth === 0 ? 0 : random.below(4);
  if (kind < 2) return random.one(LEAVES);
  return kind === 2 ? random.many(4, () => value(random, depth - 1)) : objectOf(random, depth);
}

export function objectOf(random, depth) {
  const made = {};
  for (const name of random.many(5, () => random.one(NAMES))) {
    Object.defineProperty(made, name, {
      value: value(random, depth - 1),
      ...{ enumerable: true, configurable: true, writable: true },
    });
  }
  return made;
}

/** JSON as somebody else might write it: with spaces and needless escapes. */
export function write(random, data) {
  const space = () => random.one(["", "", "", " ", "\n\t ", "\r"]);
  const escaped = (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`;
  const name = (string) =>
    /^[a-z]+$/.test(string) && random.chance(0.2)
      ? `"${[...string].map(escaped).join("")}"`
      : JSON.stringify(string);
  const any = (inner) => {
    if (Array.isArray(inner))
      return `[${inner.map((it) => space() + any(it)).join(",")}${space()}]`;
    if (typeof inner !== "object" || inner === null) return JSON.stringify(inner) + space();
    const members = Object.entries(inner).map(
      ([key, it]) => `${space()}${name(key)}${space()}:${space()}${any(it)}`,
    );
    return `{${members.join(",")}${space()}}`;
  };
  return space() + any(data) + space();
}

const path = (random) =>
  `$${[random.one(STEPS), ...random.many(2, () => random.one(STEPS))]
    .map((step) => (step === "[*]" ? step : `.${step}`))
    .join("")}`;

export const anyPlan = (random) =>
  plan(
    random.many(8, () => path(random)),
    random.many(2, () => path(random)),
  );

/** The object that a text says; `undefined` if it says none. */
export function objectIn(text) {
  try {
    const found = JSON.parse(text);
    return typeof found === "object" && found !== null && !Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
