/** Requests that are nearly right, and others that are not, drawn from the policy's own routes. */

const STORES = ["zagreb-01", "zagreb-01", "paris-01", "shanghai-01", "nowhere-01"];

/** What a part of a path may be called. */
const VALUES = {
  store: STORES,
  order: ["Z-1002", "P-1001", "S-1003", "Z-9999"],
  customer: ["c-Z1", "c-P2"],
  product: ["tent-2p"],
  ticket: ["t-Z1", "t-P1"],
  account: ["brand-main", "constructor"],
  member: ["u_filip", "u_mirna"],
};

const DOTS = ["..", ".", "...", "%2e%2e", "%2E%2e", ".%2e", "%252e%252e", "..;", "..%00", "．．"];
const SLASHES = [
  "/",
  "//",
  "\\",
  "%2f",
  "%2F",
  "%5c",
  "%252f",
  "/./",
  "/x/../",
  "/;/",
  "∕",
  "%c0%af",
];
const TAILS = [
  "",
  "",
  "/",
  ".",
  "//",
  "%20",
  "%00",
  ";a=b",
  "%3b",
  "?",
  "??",
  "#",
  "/.",
  "/..",
  ".json",
];
const ODD = [
  "ä",
  "%C3%A4",
  "%ff",
  "%",
  "%zz",
  "\t",
  "\n",
  "%09",
  " ",
  "+",
  ":",
  "@",
  "~",
  "*",
  "\u202e",
];

/** The path of a route, with values in it. */
export function pathOf(random, { path }) {
  return path.replace(/\{(\w+)\}/g, (_, name) => random.one(VALUES[name] ?? ["about", "web", "x"]));
}

/** A path that some reader may take for another. */
export function bent(random, path) {
  const parts = path.split("/").slice(1);
  for (let times = 1 + random.below(2); times > 0; times -= 1) {
    const at = random.below(parts.length);
    const letter = random.below(parts[at]?.length || 1);
    const part = parts[at] ?? "";
    const changes = [
      () => parts.splice(at, 0, random.one(DOTS)),
      () => parts.splice(at, 1, random.one(DOTS)),
      () => parts.splice(at, 0, ""),
      () => parts.splice(at, 1),
      () => parts.splice(at, 0, part, random.one(DOTS)),
      () => parts.splice(at, 2, `${part}${random.one(SLASHES)}${parts[at + 1] ?? ""}`),
      () => (parts[at] = part.toUpperCase()),
      () => (parts[at] = part + random.one(TAILS)),
      () => (parts[at] = part.slice(0, letter) + random.one(ODD) + part.slice(letter)),
      () =>
        (parts[at] = part.slice(0, letter) + percent(part[letter] ?? "a") + part.slice(letter + 1)),
      () =>
        (parts[at] =
          part.slice(0, letter) + percent(percent(part[letter] ?? "a")) + part.slice(letter + 1)),
      () => (parts[at] = "a".repeat(random.one([300, 3000]))),
      () => parts.push(random.one(["refund", "..", "..%2f..", "orders"])),
    ];
    random.one(changes)();
  }
  return `/${parts.join("/")}${random.one(TAILS)}`;
}

const percent = (text) =>
  [...text].map((unit) => `%${unit.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");

const VALUES_OF_JSON = [
  ...["100", "-1", "0", "100.0", "1e2", "-0", "9007199254740992", "1e400", '"100"', "null", "true"],
  ...[
    "[]",
    "{}",
    "[100]",
    '{"value":100}',
    '"EUR"',
    '"eur"',
    '"\\ud800"',
    '"x\\u0000"',
    "NaN",
    "01",
  ],
];
const NAMES_OF_JSON = [
  ...["amount", "currency", "percent", "quantity", "reference", "status", "text", "assignment"],
  ...[
    "Amount",
    "\\u0061mount",
    "__proto__",
    "constructor",
    "margin",
    "billing",
    "items",
    "a.b",
    "",
  ],
];

/** A body that is nearly what a route takes. */
function bodyOf(random) {
  const value = (depth) =>
    depth > 0 && random.chance(0.2) ? object(depth - 1) : random.one(VALUES_OF_JSON);
  const object = (depth) =>
    `{${random.many(5, () => `"${random.one(NAMES_OF_JSON)}":${value(depth)}`).join(",")}}`;
  const usual = `{"amount":100,"currency":"EUR","percent":100,"quantity":1,"status":"packed","text":"t"}`;
  const text = random.chance(0.6) ? usual : object(2);
  const changes = [
    ...[(it) => it, (it) => it, (it) => it, (it) => it, (it) => it, (it) => ` ${it}\n`],
    (it) => `\ufeff${it}`,
    (it) => it.slice(0, random.below(it.length)),
    (it) => `${it}${it}`,
    (it) => `[${it}]`,
    (it) => it.replace("{", '{"amount":1,'),
    (it) => it.replaceAll('"', "'"),
    () => `{"a":${"[".repeat(40)}${"]".repeat(40)}}`,
    () => `{"a":"${"x".repeat(random.one([1000, 70_000]))}"}`,
    () => "\xff\xfe{}",
    () => "",
  ];
  return random.one(changes)(text);
}

const JSON_TYPE = "application/json";
const TYPES = [
  ...[JSON_TYPE, JSON_TYPE, JSON_TYPE, JSON_TYPE, "application/json; charset=utf-8"],
  ...["text/plain", "application/json, text/plain", "application/json;charset=utf-16", "x", ""],
];
const HEADERS = [
  ["x-member", "u_mirna"],
  ["x-http-method-override", "DELETE"],
  ["x-original-url", "/api/billing"],
  ["x-forwarded-for", "10.0.0.1"],
  ["content-encoding", "gzip"],
  ["idempotency-key", "a, b"],
  ["idempotency-key", "k"],
  ["accept-language", "zh;q=9, *;q=x,,, hr-HR-x-y"],
  ["accept-language", "x".repeat(1500)],
  ["traceparent", "00-x"],
  ["x-keyrack-approval", "1, ap-1, '"],
  ["range", "bytes=0-0"],
  ["expect", "200-ok"],
  ["if-match", "*"],
];
const PARAMETERS = [
  ...[
    "sort=total",
    "sort=-margin",
    "sort=items[*].cost",
    "sort=$.billing.tax_id",
    "sort=",
    "sort=*",
  ],
  ...["tax_id=TX-004471", "customer=a@b", "status=paid", "fields=id,margin", "fields=__proto__"],
  ...["status=paid&status=open", "Status=paid", "status[]=paid", "%73tatus=paid", "a=b", "=", "&"],
  ...[
    "status=%ff",
    "status=%00",
    "status=%u0061",
    `status=${"x".repeat(5000)}`,
    "sort=total;a=b",
    "store=x",
  ],
];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const OTHER_METHODS = ["HEAD", "OPTIONS", "SEARCH", "PROPFIND", "get", "patch", "X-Y"];

/**
 * One request. Most are wrong in one way, so that what stands behind the first check is reached.
 *
 * @param {ReturnType<import("./seeded.mjs").seeded>} random
 * @param {{ method: string, path: string }[]} routes
 */
export function malformed(random, routes) {
  const route = random.one(routes);
  const usual = pathOf(random, route);
  const path = random.chance(0.2) ? bent(random, usual) : usual;
  const query = random.chance(0.2)
    ? `?${random.many(3, () => random.one(PARAMETERS)).join("&")}`
    : "";
  const method = random.chance(0.9) ? route.method : random.one([...METHODS, ...OTHER_METHODS]);
  const hasBody = ["GET", "HEAD"].includes(method)
    ? false
    : random.chance(method === "DELETE" ? 0.2 : 0.95);
  const headers = random.many(2, () => random.one(HEADERS)).filter(() => random.chance(0.3));
  if (hasBody && random.chance(0.97)) {
    headers.push(["content-type", random.chance(0.9) ? JSON_TYPE : random.one(TYPES)]);
  }
  return { method, path: path + query, headers, body: hasBody ? bodyOf(random) : undefined };
}
