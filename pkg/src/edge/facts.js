/** The facts of an HTTP request that its route names, as the decision wants them. */

const MAX_BODY_BYTES = 64 * 1024;
// Nothing here needs an escape in a path, and an escape could hide a slash.
const PLAIN_PATH = /^(\/[A-Za-z0-9:_~-][A-Za-z0-9.:_~-]*)+$/;

/** A request that cannot be read in one way only. The code is safe to send. */
export class RequestError extends Error {
  constructor(kind, code) {
    super(code);
    this.kind = kind;
    this.code = code;
  }
}

/** Whether a path has one meaning: no empty parts, no dots, no escapes. */
export function isPlainPath(pathname) {
  return PLAIN_PATH.test(pathname);
}

/**
 * The body as JSON; `undefined` if there is none. What is forwarded later is written anew from
 * this value, so that what was decided on is what the store reads.
 *
 * @param {Request} request
 */
export async function readBody(request) {
  if (request.body === null || request.method === "GET") return undefined;
  const bytes = await readCapped(request.body);
  if (bytes.length === 0) return undefined;
  const type = request.headers.get("content-type") ?? "";
  if (type.split(";")[0].trim().toLowerCase() !== "application/json") {
    throw new RequestError("media-type-unsupported", "media_type_unsupported");
  }
  let body;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new RequestError("request-invalid", "body_invalid");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new RequestError("request-invalid", "body_invalid");
  }
  return body;
}

async function readCapped(stream) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > MAX_BODY_BYTES) throw new RequestError("body-too-large", "body_too_large");
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * Looks a fact up where the route says: `path:x`, `query:x`, `header:x`, `body:/x` or `fixed:x`.
 *
 * @param {string | undefined} source
 * @param {{ parameters: Record<string, string>, url: URL, headers: Headers, body: unknown }} request
 */
export function find(source, { parameters, url, headers, body }) {
  if (source === undefined) return undefined;
  const at = source.indexOf(":");
  const name = source.slice(at + 1);
  switch (source.slice(0, at)) {
    case "path":
      return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    case "query":
      return single(url.searchParams, name);
    case "header":
      return headers.get(name) ?? undefined;
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
export function name(source, request) {
  if (source === undefined) return undefined;
  const found = find(source, request);
  if (typeof found !== "string" || found === "") {
    throw new RequestError("request-invalid", "name_missing");
  }
  return found;
}

function single(query, name) {
  const values = query.getAll(name);
  if (values.length > 1) throw new RequestError("request-invalid", "query_ambiguous");
  return values[0];
}

function pointed(body, pointer) {
  let at = body;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/**
 * The measure of a request. What is there and no number is told as no number, so that the
 * decision says `amount_invalid`; what is absent is left out, so that it says `amount_required`.
 */
export function measure(route, request) {
  const told = find(route.amount, request);
  if (told === undefined || told === null) return {};
  const value = typeof told === "number" ? told : Number.NaN;
  switch (route.measure) {
    case "money": {
      const currency = find(route.currency, request);
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

/**
 * The fields that a request's query sorts, filters and exports by. A parameter that the route
 * does not know is refused: the store might read it.
 */
export function fieldsOfQuery(route, url) {
  const fields = {};
  for (const name of new Set(url.searchParams.keys())) {
    const value = single(url.searchParams, name);
    if (name === route.sort) {
      fields.sort = [path(value.replace(/^-/, ""))];
    } else if (route.filters && Object.hasOwn(route.filters, name)) {
      (fields.filter ??= []).push(route.filters[name]);
    } else if (route.exports && name === "fields") {
      fields.export = value.split(",").map(path);
    } else if (![route.scope, route.resource, route.amount].includes(`query:${name}`)) {
      throw new RequestError("request-invalid", "query_unknown");
    }
  }
  return fields;
}

const path = (name) => (name.startsWith("$.") ? name : `$.${name}`);
