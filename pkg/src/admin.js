import init, * as rooms from "../gen/admin.js";
import { read } from "./bytes.js";
import { instant } from "./clock.js";
import { verify } from "./container.js";
import { KeyrackError } from "./errors.js";

export { KeyrackError } from "./errors.js";
export { createSigner } from "./signing.js";

/** About a second of deciding. */
const MOST_DECIDED = 1_000_000;

const CHECK_OPTIONS = ["format", "replaces"];
const COMPILE_OPTIONS = [...CHECK_OPTIONS, "version", "issued", "expires"];

let source;
let started;

/** Names where the module comes from. The first word counts. */
export function provide(load) {
  source ??= load;
}

/** Everything that is wrong or doubtful in a policy document. */
export async function check(text, options = {}) {
  return call("check", words(text), known(options, CHECK_OPTIONS));
}

/** As {@link check}; with the unsigned bytes of the snapshot where nothing is refused. */
export async function compile(text, options = {}) {
  return call("compile", words(text), known(options, COMPILE_OPTIONS));
}

/** What changes for whom between two snapshots. */
export async function diff(before, after, { trust = {}, now, mostDecided = MOST_DECIDED } = {}) {
  const at = instant(now);
  const [old, young] = [await container(before, "snapshot", trust), await container(after, "snapshot", trust)];
  return call("difference", old, young, at, mostDecided);
}

/** Titles and names for people, of the labels that were compiled with a snapshot. */
export async function labels(source, trust = {}) {
  return call("labels", await container(source, "labels", trust));
}

/** The JSON Schema of a policy document. */
export async function schema() {
  return JSON.parse(await call("schema"));
}

/** Refuses options that are misspelt; the compiler looks at those that it knows. */
function known(options, names) {
  for (const name in options) {
    if (names.includes(name)) continue;
    throw new KeyrackError("options_invalid", `the option \`${name}\` is not known`);
  }
  return options;
}

/** A document's text. What is no text would be read as the empty document. */
function words(text) {
  if (typeof text === "string") return text;
  throw new KeyrackError("options_invalid", "a policy document is text");
}

/** A container whose signature counts. */
async function container(from, kind, { keys, unsigned, now }) {
  const bytes = await read(from, kind);
  await verify(bytes, [kind], { keys, unsigned, now: instant(now) });
  return bytes;
}

async function call(name, ...words) {
  started ??= start().catch((cause) => {
    started = undefined;
    throw new KeyrackError("wasm_unavailable", `the compiler does not start: ${cause}`, { cause });
  });
  await started;
  try {
    return rooms[name](...words);
  } catch (error) {
    if (typeof error?.code !== "string") throw error;
    throw new KeyrackError(error.code, error.message);
  }
}

async function start() {
  if (source === undefined) throw new Error("nothing says where the module is");
  await init({ module_or_path: await source() });
}
