/** What a request's query asks: by which fields to sort, filter and export. */

import { RequestError } from "./request_error.js";
import { single } from "./source.js";

const MAX_QUERY_CHARACTERS = 4096;
const FIELD =
  /^(?:\$\.)?[\p{L}\p{N}_-]+(?:\[(?:\*|[0-9]+)\])*(?:\.[\p{L}\p{N}_-]+(?:\[(?:\*|[0-9]+)\])*)*$/u;
// What another reader would stop at or read as something else.
const DOUBTFUL = /[\u0000-\u001f\u007f\ufffd]/;

/**
 * The fields that a request's query sorts, filters and exports by. A parameter that the route
 * does not know is refused: the store might read it.
 *
 * @param {object} route
 * @param {URL} url
 */
export function fieldsOfQuery(route, url) {
  if (url.search.length > MAX_QUERY_CHARACTERS) throw invalid("query_too_long");
  const fields = {};
  if (url.search === "") return fields;
  const facts = factsIn(route);
  for (const name of new Set(url.searchParams.keys())) {
    const value = single(url.searchParams, name);
    if (DOUBTFUL.test(value)) throw invalid("query_invalid");
    if (name === route.sort) {
      fields.sort = [path(value.replace(/^-/, ""))];
    } else if (route.filters && Object.hasOwn(route.filters, name)) {
      (fields.filter ??= []).push(route.filters[name]);
    } else if (route.exports && name === "fields") {
      fields.export = value.split(",").map(path);
    } else if (!facts.includes(`query:${name}`)) {
      throw invalid("query_unknown");
    }
  }
  return fields;
}

/**
 * The URL that is forwarded: the path and the parameters that were decided on, written anew.
 *
 * @param {URL} url
 */
export function forwardedUrl(url) {
  const query = url.search && new URLSearchParams(url.searchParams).toString();
  return `${url.origin}${url.pathname}${query && "?"}${query}`;
}

/** Where a route finds facts. */
export function factsIn({ scope, resource, amount, currency, member, assignment }) {
  return [scope, resource, amount, currency, member, assignment].filter(Boolean);
}

function path(name) {
  if (!FIELD.test(name)) throw invalid("field_invalid");
  return name.startsWith("$.") ? name : `$.${name}`;
}

const invalid = (code) => new RequestError("request-invalid", code);
