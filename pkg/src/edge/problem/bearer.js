/** The challenge of RFC 6750: a scheme and its parameters, each as a quoted string. */

/** What RFC 6750 and RFC 9470 let a parameter hold: printable ASCII without quote and backslash. */
const PLAIN = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/;

/** @param {Record<string, string | undefined>} parameters those that are `undefined` are left out */
export function bearer(parameters) {
  const told = Object.entries(parameters).filter(([, value]) => value !== undefined);
  for (const [name, value] of told) {
    // SECURITY: a quote in a value would begin another parameter.
    if (!PLAIN.test(value)) throw new TypeError(`\`${name}\` cannot be put into a challenge`);
  }
  return `Bearer ${told.map(([name, value]) => `${name}="${value}"`).join(", ")}`;
}
