/** Reads a `WWW-Authenticate` header by the grammar of RFC 9110, 11.6.1: one challenge. */

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[\t \x21\x23-\x5B\x5D-\x7E\x80-\xFF]|\\[\t \x21-\x7E\x80-\xFF])*)"/y;
const SPACE = /[ \t]*/y;

/** The scheme and its parameters; throws for what the grammar does not have. */
export function readChallenge(header) {
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found === null) throw new SyntaxError(`at ${at} of ${header}`);
    at = pattern.lastIndex;
    return found;
  };
  const scheme = take(TOKEN)[0];
  const parameters = {};
  while (at < header.length) {
    if (Object.keys(parameters).length > 0) {
      take(SPACE);
      take(/,/y);
    }
    take(SPACE);
    const name = take(TOKEN)[0].toLowerCase();
    if (Object.hasOwn(parameters, name)) throw new SyntaxError(`${name} twice`);
    take(/[ \t]*=[ \t]*/y);
    parameters[name] =
      header[at] === '"' ? take(QUOTED)[1].replace(/\\(.)/g, "$1") : take(TOKEN)[0];
  }
  return { scheme, parameters };
}
