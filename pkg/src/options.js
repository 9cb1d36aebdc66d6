import { KeyrackError } from "./errors.js";

const CHECKS = {
  keys: (value) => Array.isArray(value),
  minVersion: (value) => Number.isSafeInteger(value) && value >= 0,
  now: (value) => Number.isSafeInteger(value),
  overlay: () => true,
  tenant: (value) => typeof value === "string" && value.isWellFormed(),
  unsigned: (value) => typeof value === "boolean",
};

/** Refuses options that are misspelt or of the wrong type: each of them guards something. */
export function checkOptions(options, allowed) {
  if (typeof options !== "object" || options === null) {
    throw new KeyrackError("source_invalid", "options must be an object");
  }
  const checked = {};
  for (const name in options) {
    const value = options[name];
    if (value === undefined) continue;
    if (!allowed.includes(name)) {
      throw new KeyrackError("source_invalid", `the option \`${name}\` is not known`);
    }
    if (!CHECKS[name](value)) {
      throw new KeyrackError("source_invalid", `the option \`${name}\` is not valid`);
    }
    checked[name] = value;
  }
  return checked;
}
