/** A test runner for any runtime: no modules of the platform, no globals of its own. */
export class Harness {
  #tests = [];

  /** Adds a test; its name is a sentence. */
  test = (name, work) => {
    this.#tests.push({ name, work });
  };

  /** Runs them one after another and gives the report; its last line is the count. */
  async run() {
    const lines = [];
    let failed = 0;
    for (const { name, work } of this.#tests) {
      try {
        // What a test gives back is a figure of it.
        const note = await work();
        lines.push(`ok      ${note === undefined ? name : `${name}: ${note}`}`);
      } catch (error) {
        failed += 1;
        lines.push(`FAILED  ${name}\n${error?.stack ?? error}`);
      }
    }
    lines.push(`${this.#tests.length - failed} passed, ${failed} failed`);
    return { good: failed === 0 && this.#tests.length > 0, text: lines.join("\n") };
  }
}

/** Fails unless the two are the same, member by member and type by type. */
export function same(actual, expected, what = "value") {
  const difference = differ(actual, expected, what);
  if (difference !== undefined) throw new Error(difference);
}

/** Fails unless it is true. */
export function holds(truth, what) {
  if (truth !== true) throw new Error(`does not hold: ${what}`);
}

/** Fails unless the work throws, or its promise is rejected with, an error of this code. */
export async function refuses(KeyrackError, code, work) {
  let outcome;
  try {
    outcome = await work();
  } catch (error) {
    if (!(error instanceof KeyrackError) || !(error instanceof Error)) {
      throw new Error(`no KeyrackError: ${error?.stack ?? error}`);
    }
    const codes = Array.isArray(code) ? code : [code];
    if (codes.includes(error.code)) return error;
    throw new Error(`expected ${codes.join(" or ")}, got ${error.code}: ${error.message}`);
  }
  throw new Error(`expected ${code}, got ${describe(outcome)}`);
}

function differ(actual, expected, path) {
  if (Object.is(actual, expected)) return undefined;
  const plain = (value) => typeof value === "object" && value !== null;
  if (!plain(actual) || !plain(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return `${path}: expected ${describe(expected)}, got ${describe(actual)}`;
  }
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  for (const name of names) {
    const difference = differ(actual[name], expected[name], `${path}.${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function describe(value) {
  try {
    return typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? `${value}`);
  } catch {
    return String(value);
  }
}
