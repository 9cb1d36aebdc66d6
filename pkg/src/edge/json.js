/** JSON that has one meaning, whoever reads it. */

const MAX_DEPTH = 32;
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const PLAIN_INTEGER = /^(?:0|-?[1-9][0-9]*)$/;
const INTEGER = /^-?[0-9]+$/;

/**
 * Reads a text that all readers read alike. Refused is what some of them would take otherwise: a
 * name that stands twice in one object (escaped, or in other letters, as some readers ignore case),
 * `__proto__`, half of a surrogate pair, and what is nested deeper than some can read.
 *
 * @param {string} text
 * @returns {{ value: unknown, loose: Map<string, "written" | "lost"> }} with the pointers of all
 *   numbers that are not written as plain integers: `lost` if a number of JavaScript cannot hold it
 * @throws {SyntaxError}
 */
export function readJson(text) {
  const value = JSON.parse(text);
  // From here on the grammar holds, so that tokens are enough.
  return { value, loose: survey(text) };
}

function survey(text) {
  const loose = new Map();
  const open = [];
  let expectsName = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const inner = open.at(-1);
    switch (token) {
      case "{":
      case "[":
        if (open.length === MAX_DEPTH) throw new SyntaxError("nested too deep");
        open.push({ names: token === "{" ? new Set() : undefined, at: "0" });
        expectsName = token === "{";
        break;
      case "}":
      case "]":
        open.pop();
        expectsName = false;
        break;
      case ",":
        expectsName = inner.names !== undefined;
        if (!expectsName) inner.at = String(Number(inner.at) + 1);
        break;
      case ":":
        expectsName = false;
        break;
      default:
        if (token.startsWith('"')) {
          const said = plainText(token);
          if (expectsName) enter(inner, said);
        } else {
          note(loose, token, open);
        }
    }
  }
  return loose;
}

/** What a string token says. */
function plainText(token) {
  if (!token.includes("\\")) return token.slice(1, -1);
  const said = JSON.parse(token);
  if (!said.isWellFormed()) throw new SyntaxError("half of a character");
  return said;
}

function enter(object, name) {
  const folded = name.normalize("NFKC").toUpperCase().toLowerCase();
  if (name === "__proto__" || object.names.has(folded)) {
    throw new SyntaxError("a name that is read in two ways");
  }
  object.names.add(folded);
  object.at = name;
}

function note(loose, token, open) {
  if (PLAIN_INTEGER.test(token) && Number.isSafeInteger(Number(token))) return;
  if (!/[0-9]/.test(token)) return;
  const value = Number(token);
  const kept = INTEGER.test(token) ? Number.isSafeInteger(value) : Number.isFinite(value);
  loose.set(pointer(open.map(({ at }) => at)), kept ? "written" : "lost");
}

/** Names as a JSON pointer (RFC 6901). */
export function pointer(names) {
  return names.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** A JSON pointer as names. */
export function names(pointed) {
  return pointed
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
