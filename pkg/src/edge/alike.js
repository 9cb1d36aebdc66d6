/** Records of one list that a decision cannot tell apart are decided once. */

// A long list passes in bounded memory.
const MAX_KEPT = 256;

/**
 * Makes the function that decides records by their facts. Their ids are left out: in a decision an
 * id is compared with those of approvals alone, and a record of a list is decided without any.
 *
 * @template T
 * @param {(resource: object) => T} decide
 * @returns {(resource: object) => T}
 */
export function alike(decide) {
  const known = new Map();
  return (resource) => {
    const { id: _, ...facts } = resource;
    // SECURITY: facts that could be written alike and be read as others are not compared.
    if (!isPlain(facts)) return decide(resource);
    const key = JSON.stringify(facts);
    if (!known.has(key)) {
      if (known.size >= MAX_KEPT) known.clear();
      known.set(key, decide(resource));
    }
    return known.get(key);
  };
}

/** Whether a value is what its JSON says it is. */
function isPlain(value) {
  switch (typeof value) {
    case "boolean":
    case "string":
    case "undefined":
      return true;
    case "number":
      return Number.isSafeInteger(value);
    case "object":
      return isPlainObject(value);
    default:
      return false;
  }
}

function isPlainObject(value) {
  if (value === null) return true;
  const isList = Array.isArray(value);
  const made = Object.getPrototypeOf(value);
  if (!isList && made !== Object.prototype && made !== null) return false;
  return !("toJSON" in value) && Object.values(value).every((item) => isPlain(item));
}
