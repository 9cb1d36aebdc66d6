/** A record's facts as the store tells them. */

const MAX_FACT_CHARACTERS = 256;

const isText = (value) =>
  typeof value === "string" && value !== "" && value.length <= MAX_FACT_CHARACTERS;
const isTexts = (value) => Array.isArray(value) && value.every(isText);
const isAttribute = (value) =>
  typeof value === "boolean" || Number.isSafeInteger(value) || isText(value) || isTexts(value);

const KNOWN = Object.entries({ assignee: isText, department: isText, openTicketWith: isTexts });

/**
 * The facts that a decision can use. What is not of its type is untold: it opens nothing, lifts no
 * denial, and one such record does not stand in the way of those beside it.
 *
 * @param {unknown} told
 */
export function usable(told) {
  const facts = {};
  for (const [name, isOfType] of KNOWN) {
    if (isOfType(told?.[name])) facts[name] = plain(told[name]);
  }
  if (told?.attributes === undefined || told.attributes === null) return facts;
  const attributes = Object.entries(told.attributes)
    .filter(([, value]) => isAttribute(value))
    .map(([name, value]) => [name, plain(value)]);
  if (attributes.length > 0) facts.attributes = Object.fromEntries(attributes);
  return facts;
}

/** A list that is nothing else: what compares facts compares them by what they say. */
const plain = (value) => (Array.isArray(value) ? [...value] : value);
