import { BOOLEAN, INTEGER, OTHER, STRING, STRINGS } from "./numbers.js";
import { exact, integer, list, mayMiss, optional, refuse, small, struct, text } from "./postcard.js";

// The members stand in the order of the struct of the same name in src/decide/request.rs.

const texts = list(text);
const orText = optional(text);
const orInteger = optional(integer);
const orExact = optional(exact);

const amount = struct({ value: exact, currency: orText });

/** Attribute values carry their type; one of no declared type is told as such. */
const attributes = mayMiss((out, value) => {
  if (value === undefined) return out.byte(0);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse("attributes by name are expected");
  }
  const told = Object.entries(value).filter((entry) => entry[1] !== undefined);
  out.varint(told.length);
  for (const [name, fact] of told) {
    out.text(name);
    attribute(out, fact);
  }
});

function attribute(out, fact) {
  if (typeof fact === "boolean") {
    out.byte(BOOLEAN);
    out.byte(fact ? 1 : 0);
  } else if (Number.isSafeInteger(fact)) {
    out.byte(INTEGER);
    out.integer(fact);
  } else if (typeof fact === "string") {
    out.byte(STRING);
    out.text(fact);
  } else if (Array.isArray(fact) && fact.every((item) => typeof item === "string")) {
    out.byte(STRINGS);
    texts(out, fact);
  } else {
    out.byte(OTHER);
  }
}

const resource = struct({
  type: text,
  id: text,
  assignee: orText,
  department: orText,
  openTicketWith: optional(texts),
  attributes,
});

const unread = () => {};

const validity = struct({ from: orInteger, to: orInteger });

const conditions = struct({
  limits: list(
    struct({ permission: text, currency: orText, approveAbove: orInteger, max: integer }),
  ),
  unlimited: texts,
  rows: orText,
  hours: optional(list(struct({ zone: orText, days: list(small), from: text, to: text }))),
  networks: optional(texts),
  approvalFor: texts,
  sensitiveTo: unread,
  budgets: unread,
  attributes: unread,
  training: unread,
  stepUp: unread,
  signInLevel: unread,
});

/** A member that is a struct of its own, empty where absent. */
const orEmpty = (write) => (out, value) => write(out, value === undefined ? {} : value);

const proposal = struct({
  member: orText,
  group: orText,
  organisation: orText,
  role: orText,
  permissions: texts,
  scopes: texts,
  valid: orEmpty(validity),
  conditions: orEmpty(conditions),
});

const fields = struct({ read: texts, write: texts, filter: texts, sort: texts, export: texts });

const proof = struct({ subject: text, session: text, permission: text, level: small, at: integer });

const auth = struct({
  session: orText,
  time: orInteger,
  acr: orText,
  amr: texts,
  level: optional(small),
  proofs: list(proof),
});

const approval = struct({
  by: orText,
  requester: text,
  permission: text,
  scope: orText,
  resource: orText,
  amount: optional(amount),
  percent: orExact,
  quantity: orExact,
  at: orInteger,
});

const usage = struct({ budget: text, amount: orExact, count: orExact });

/** A whole request. */
export const request = struct({
  id: orText,
  subject: text,
  actor: orText,
  permission: text,
  scope: orText,
  now: orInteger,
  amount: optional(amount),
  percent: orExact,
  quantity: orExact,
  resource: optional(resource),
  assignment: optional(proposal),
  member: orText,
  fields: optional(fields),
  auth: optional(auth),
  ip: orText,
  approvals: list(approval),
  usage: list(usage),
});
