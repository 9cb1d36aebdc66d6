/**
 * Leaves of a record only what somebody may see. Fields are named, not forbidden: a field that no
 * visible group declares is not copied, whether anybody thought of it or not. Where a hidden group
 * names a field below a visible one, it is cut out.
 */

const EACH = Symbol("each item of an array");
const STEP = /\[[^\]]*\]|[^.[\]$]+/g;
// What a path would read as more than one name, or as an item of an array.
const NO_NAME = /[.[\]$*~]/g;

/**
 * What becomes of a value and of those in it.
 *
 * @typedef {object} Plan
 * @property {boolean} shown it and what is below it is copied
 * @property {boolean} cut it is not, whatever stands above
 * @property {boolean} cuts something in it is not
 * @property {Map<string | symbol, Plan>} below
 */

/**
 * Reads JSON paths such as `$.items[*].sku` into one tree.
 *
 * @param {Iterable<string>} visible
 * @param {Iterable<string>} [hidden]
 * @returns {Plan}
 */
export function plan(visible, hidden = []) {
  const root = node();
  for (const path of visible) reach(root, path).shown = true;
  for (const path of hidden) reach(root, path, true).cut = true;
  return root;
}

/** What the plan says of a member, by its name; `undefined` if nothing. */
export const ofMember = (tree, name) => tree.below.get(name);

/**
 * Whether a value has the form that the plan knows. SECURITY: what is an array where names are
 * hidden, or has names where items are, could hold them at a place that no path leads to.
 */
export function isKnown({ cuts, below }, isArray) {
  if (!cuts) return true;
  return isArray ? below.has(EACH) : below.size > (below.has(EACH) ? 1 : 0);
}

/** What the plan says of an array's items; `undefined` if nothing. */
export const ofItems = (tree) => tree.below.get(EACH);

/**
 * A copy with what the plan shows; `undefined` if nothing of the value is shown.
 *
 * @param {unknown} value JSON
 * @param {Plan | undefined} tree
 * @param {boolean} [shown] what stands above is shown
 */
export function pick(value, tree, shown = false) {
  if (tree === undefined) return shown ? value : undefined;
  if (tree.cut) return undefined;
  const all = shown || tree.shown;
  if (all && tree.below.size === 0) return value;
  if (Array.isArray(value)) {
    if (!isKnown(tree, true)) return undefined;
    const each = ofItems(tree);
    const kept = value.map((item) => pick(item, each, all)).filter((item) => item !== undefined);
    const isEmpty = value.length === 0 && each !== undefined;
    return all || isEmpty || kept.length > 0 ? kept : undefined;
  }
  if (typeof value !== "object" || value === null) return all ? value : undefined;
  if (!isKnown(tree, false)) return undefined;
  const kept = {};
  let isEmpty = true;
  for (const name of Object.keys(value)) {
    const part = pick(value[name], ofMember(tree, name), all);
    if (part === undefined) continue;
    isEmpty = false;
    put(kept, name, part);
  }
  return all || !isEmpty ? kept : undefined;
}

/** Sets a member, whatever its name: one that is called `__proto__` stays a member. */
function put(object, name, value) {
  if (name !== "__proto__") object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true });
}

/**
 * The fields a body writes, as paths: as deep as the known groups go, and no deeper.
 *
 * @param {unknown} value JSON
 * @param {Plan} known all declared fields
 */
export function pathsOf(value, known) {
  return [...new Set(Object.keys(value).flatMap((name) => written(value[name], known, name, "$")))];
}

function written(value, above, name, path) {
  const known = ofMember(above, name);
  const here = `${path}.${nameIn(name)}`;
  return below(value, known, here);
}

function below(value, known, here) {
  if (known === undefined || known.shown) return [here];
  if (Array.isArray(value)) {
    // Nothing in it is written, and yet all that was there before may be gone.
    if (value.length === 0) return [here];
    return value.flatMap((item) => below(item, ofItems(known), `${here}[*]`));
  }
  if (typeof value !== "object" || value === null) return [here];
  const names = Object.keys(value);
  if (names.length === 0) return [here];
  return names.flatMap((name) => written(value[name], known, name, here));
}

/** A name as a step of a path. One that would be more than a step names no declared field. */
function nameIn(name) {
  if (name === "") return "~";
  return name.replace(NO_NAME, (unit) => `~${unit.charCodeAt(0).toString(16)}`);
}

function reach(root, path, cuts = false) {
  let at = root;
  for (const text of path.match(STEP) ?? []) {
    const step = text.startsWith("[") || text === "*" ? EACH : text;
    at.cuts ||= cuts;
    if (!at.below.has(step)) at.below.set(step, node());
    at = at.below.get(step);
  }
  return at;
}

function node() {
  return { shown: false, cut: false, cuts: false, below: new Map() };
}
