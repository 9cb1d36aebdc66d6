import { told } from "./answer.js";
import { TEAM } from "./numbers.js";

const OPERATORS = ["eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "contains", "exists"];

/** The records that a permission reaches, from words as src/wasm/edge/tell.rs writes them. */
export function filter(answer, names, subject) {
  const reason = names.codes[1][answer.optional()];
  const holdsUntil = answer.wide();
  const clauses = () => answer.list(() => clause(answer, names, subject));
  const parts = answer.list(() => ({ any: clauses(), except: clauses() }));
  return told({ reason, parts, holdsUntil });
}

function clause(answer, names, subject) {
  const below = answer.flag();
  const tops = answer.list(() => [answer.word(), answer.word()]);
  const all = names.scopes;
  const ids = () => tops.flatMap(([top, end]) => all.slice(top, below ? end : top + 1));
  const rows = answer.word();
  const departments = rows === TEAM ? answer.list(() => answer.text()) : undefined;
  const attributes = answer.until(() =>
    told({ attribute: answer.text(), op: OPERATORS[answer.word()], value: operand(answer) }),
  );
  return told({
    scopes: below && tops.some(([top]) => top === 0) ? undefined : ids(),
    assignee: rows === 1 ? subject : undefined,
    departments,
    openTicketWith: rows === 3 ? subject : undefined,
    attributes: attributes.length > 0 ? attributes : undefined,
  });
}

function operand(answer) {
  const values = [];
  switch (answer.word()) {
    case 1:
      return answer.flag();
    case 2:
      return answer.wide();
    case 3:
      return answer.text();
    case 4:
      for (let value = answer.wide(); value !== undefined; value = answer.wide()) values.push(value);
      return values;
    case 5:
      return answer.until(() => answer.text());
    default:
      return undefined;
  }
}

const MEASURES = [undefined, "money", "percent", "quantity"];
const SOURCES = ["", "path:", "query:", "header:", "body:", "fixed:"];

/** The route that matches, if one does. */
export function match(answer, names, method) {
  if (!answer.flag()) return undefined;
  const source = () => {
    const kind = answer.word();
    return kind === 0 ? undefined : SOURCES[kind] + answer.text();
  };
  const text = () => answer.text() || undefined;
  const pair = () => [answer.text(), answer.text()];
  const parameters = Object.fromEntries(answer.list(pair));
  const permission = names.permissions[answer.word()];
  const measure = MEASURES[answer.word()];
  const flags = answer.word();
  return told({
    method,
    permission,
    measure,
    parameters,
    loadResource: (flags & 1) !== 0,
    writesBody: (flags & 2) !== 0,
    exports: (flags & 4) !== 0,
    scope: source(),
    amount: source(),
    currency: source(),
    resource: source(),
    member: source(),
    assignment: source(),
    resourceType: text(),
    sort: text(),
    filters: Object.fromEntries(answer.until(pair)),
  });
}
