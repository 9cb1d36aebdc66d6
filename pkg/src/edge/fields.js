/**
 * Leaves of a record only what somebody may see. Fields are named, not forbidden: a field that no
 * visible group declares is not copied, whether anybody thought of it or not.
 */

/**
 * Reads JSON paths such as `$.items[*].sku` into one tree.
 *
 * @param {Iterable<string>} paths
 */
export function plan(paths) {
  const root = node();
  for (const path of paths) {
    let at = root;
    for (const step of steps(path)) {
      if (!at.below.has(step)) at.below.set(step, node());
      at = at.below.get(step);
    }
    at.whole = true;
  }
  return root;
}

/**
 * A copy with what the plan names; `undefined` if nothing of the value is named.
 *
 * @param {unknown} value JSON
 * @param {ReturnType<typeof plan>} tree
 */
export function pick(value, tree) {
  if (tree.whole) return value;
  if (Array.isArray(value)) {
    const each = tree.below.get("[*]");
    if (each === undefined) return undefined;
    const kept = value.map((item) => pick(item, each)).filter((item) => item !== undefined);
    return kept.length > 0 || value.length === 0 ? kept : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const kept = {};
  for (const [name, inner] of Object.entries(value)) {
    const next = tree.below.get(name);
    const part = next && pick(inner, next);
    if (part !== undefined) kept[name] = part;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}

/**
 * The fields a body writes, as paths: as deep as the known groups go, and no deeper.
 *
 * @param {unknown} value JSON
 * @param {ReturnType<typeof plan>} known all declared fields
 */
export function pathsOf(value, known, path = "$") {
  if (known?.whole || known === undefined) return [path];
  if (Array.isArray(value)) {
    const each = known.below.get("[*]");
    return [...new Set(value.flatMap((item) => pathsOf(item, each, `${path}[*]`)))];
  }
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    pathsOf(inner, known.below.get(name), `${path}.${name}`),
  );
}

function node() {
  return { whole: false, below: new Map() };
}

function steps(path) {
  return path.match(/[^.[\]$]+|\[\*\]/g)?.map((step) => (step === "*" ? "[*]" : step)) ?? [];
}
