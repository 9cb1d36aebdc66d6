import { KeyrackError } from "../errors.js";

const isFunction = (value) => typeof value === "function";
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isPeriod = (value) => Number.isFinite(value) && value > 0;
const isText = (value) => typeof value === "string" && value.isWellFormed();

const CHECKS = {
  url: (value) => isText(value) || value instanceof URL,
  keys: Array.isArray,
  unsigned: (value) => typeof value === "boolean",
  minVersion: isCount,
  tenant: isText,
  member: isText,
  actor: isText,
  fetch: isFunction,
  headers: isFunction,
  auth: isFunction,
  clock: isFunction,
  everyMs: isPeriod,
  patienceMs: isPeriod,
  staleSeconds: isPeriod,
  jitter: isFunction,
  schedule: isFunction,
  visibility: (value) => isFunction(value?.addEventListener),
};

/** The settings of a live slice. What is misspelt or of the wrong type is refused. */
export function settings(options) {
  if (typeof options !== "object" || options === null) invalid("options must be an object");
  const told = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(CHECKS, name)) invalid(`the option \`${name}\` is not known`);
    if (!CHECKS[name](value)) invalid(`the option \`${name}\` is not valid`);
    told[name] = value;
  }
  if (told.url === undefined) invalid("the option `url` is missing");
  return { ...defaults(), ...told };
}

const defaults = () => ({
  minVersion: 0,
  fetch: (url, how) => fetch(url, how),
  headers: () => undefined,
  everyMs: 1500,
  patienceMs: 10_000,
  jitter: () => Math.random(),
  schedule: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  // A page has one, and nothing else does.
  visibility: globalThis.document,
  staleSeconds: Infinity,
});

function invalid(message) {
  throw new KeyrackError("options_invalid", message);
}
