/** The facts of an HTTP request where its route says that they are, as the decision wants them. */

import { names, pointer } from "./json.js";
import { RequestError } from "./request_error.js";

const INTEGER_TEXT = /^(?:0|-?[1-9][0-9]{0,15})$/;

/**
 * What a request tells.
 *
 * @typedef {{
 *   parameters: Record<string, string>,
 *   url: URL,
 *   headers: Headers,
 *   body: unknown,
 *   loose?: Map<string, "written" | "lost">,
 * }} Told
 */

/**
 * Looks a fact up where the route says: `path:x`, `query:x`, `header:x`, `body:/x` or `fixed:x`.
 *
 * @param {string | undefined} source
 * @param {Told} told
 */
export function find(source, { parameters, url, headers, body }) {
  if (source === undefined) return undefined;
  const [kind, name] = parts(source);
  switch (kind) {
    case "path":
      return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    case "query":
      return single(url.searchParams, name);
    case "header":
      return singleHeader(headers, name);
    case "body":
      return pointed(body, name);
    case "fixed":
      return name;
    default:
      throw new Error(`a route names the source \`${source}\``);
  }
}

/**
 * A name where the route says that there is one. What the store would read as a name and the
 * decision would not is refused.
 */
export function name(source, told) {
  if (source === undefined) return undefined;
  const found = find(source, told);
  if (typeof found !== "string" || found === "") {
    throw new RequestError("request-invalid", "name_missing");
  }
  return found;
}

/** The one value of a query's parameter. */
export function single(query, name) {
  const values = query.getAll(name);
  if (values.length > 1) throw new RequestError("request-invalid", "query_ambiguous");
  return values[0];
}

/** A header that a route reads. One that is sent twice comes joined with a comma. */
function singleHeader(headers, name) {
  const value = headers.get(name) ?? undefined;
  if (value?.includes(",")) throw new RequestError("request-invalid", "header_ambiguous");
  return value;
}

function pointed(body, path) {
  let at = body;
  for (const part of names(path)) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    if (Array.isArray(at) && !INTEGER_TEXT.test(part)) return undefined;
    at = at[part];
  }
  return at;
}

/**
 * The measure of a request. What is there and no integer is told as no number, so that the
 * decision says `amount_invalid`; what is absent is left out, so that it says `amount_required`.
 *
 * @param {{ measure?: string, amount?: string, currency?: string }} route
 * @param {Told} told
 */
export function measure(route, told) {
  const found = find(route.amount, told);
  if (found === undefined || found === null) return {};
  const value = integer(found, route.amount, told);
  switch (route.measure) {
    case "money": {
      const currency = find(route.currency, told);
      return { amount: typeof currency === "string" ? { value, currency } : { value } };
    }
    case "percent":
      return { percent: value };
    case "quantity":
      return { quantity: value };
    default:
      return {};
  }
}

/** Whether a measure was there and could not be read. */
export function isUnread({ amount, percent, quantity }) {
  return [amount?.value, percent, quantity].some(Number.isNaN);
}

/** A number as it stands in JSON, or as text where there is only text; `NaN` for all else. */
function integer(found, source, { loose }) {
  const [kind, path] = parts(source);
  if (kind === "body") {
    const isPlain = typeof found === "number" && !loose?.has(pointer(names(path)));
    return isPlain ? found : Number.NaN;
  }
  return INTEGER_TEXT.test(found) ? Number(found) : Number.NaN;
}

/**
 * Refuses numbers that would be others by the time they are forwarded. The amount is left to the
 * decision, which has its own answer for it.
 */
export function keepsNumbers({ amount = "" }, { loose }) {
  const [kind, path] = parts(amount);
  const own = kind === "body" ? pointer(names(path)) : undefined;
  for (const [at, how] of loose) {
    if (how === "lost" && at !== own) throw new RequestError("request-invalid", "number_inexact");
  }
}

/** Kind and name of a source. */
export function parts(source) {
  const at = source.indexOf(":");
  return [source.slice(0, at), source.slice(at + 1)];
}
