/**
 * Answers of a policy that are known already. A policy in force never changes, so the same question
 * has the same answer until the instant that the answer names; a new snapshot or overlay is another
 * policy. In bounded memory, whatever is asked and by however many policies.
 */

const MOST = 4_096;
const MOST_CHARACTERS = 1_024;

/** Members of a question that a kept answer may have; with any other it is asked each time. */
const KEPT = new Set(
  ["subject", "actor", "permission", "scope", "now", "resource", "fields", "auth", "ip"],
);

/** A number for each policy whose answers are kept. */
const numbers = new WeakMap();
let last = 0;

const decisions = new Map();
const routes = new Map();

/**
 * From now on the answers of a policy are kept. It has to be one: what answers otherwise the next
 * time, as a policy in a test may, is not registered and is asked each time.
 *
 * @param {import("keyrack").Keyrack} rack
 */
export function hold(rack) {
  numbers.set(rack, (last += 1));
}

/** What is released answers no more, and what it has answered is forgotten. */
export function letGo(rack) {
  numbers.delete(rack);
}

/**
 * Decides as `rack.decide` does. A decision that was kept is frozen, and the same object each time.
 *
 * @param {import("keyrack").Keyrack} rack
 * @param {import("keyrack").Request} asked
 * @returns {import("keyrack").Decision}
 */
export function decide(rack, asked) {
  const { now } = asked;
  const key = keyOf(numbers.get(rack), asked);
  const known = key === undefined ? undefined : decisions.get(key);
  // SECURITY: a clock that was set back has not been asked about either.
  if (known !== undefined && known.from <= now && now < known.until) return known.decision;
  const decision = rack.decide(asked);
  if (key === undefined || !isSame(decision)) return decision;
  const { holdsUntil: until = Infinity } = decision;
  keep(decisions, key, { decision: frozen(decision), from: now, until });
  return decision;
}

/** The route of a request as `rack.route` gives it. */
export function routeOf(rack, method, path) {
  const number = numbers.get(rack);
  const key = `${number} ${method} ${path}`;
  if (number === undefined || key.length > MOST_CHARACTERS) return rack.route(method, path);
  if (routes.has(key)) return routes.get(key);
  const route = rack.route(method, path);
  // What has no route is without end.
  if (route !== undefined) keep(routes, key, frozen(route));
  return route;
}

/**
 * All that a decision can depend on, as text: two questions with the same text are the same. The
 * record's id is left out: it is compared with those of approvals alone.
 */
function keyOf(number, asked) {
  if (number === undefined || !Number.isSafeInteger(asked.now)) return undefined;
  for (const name in asked) if (!KEPT.has(name)) return undefined;
  const { subject, actor, permission, scope, resource, fields, auth, ip } = asked;
  if (auth?.proofs?.length > 0) return undefined;
  const { id: _, ...facts } = resource ?? {};
  const told = JSON.stringify([subject, actor, permission, scope, resource && facts, fields, ip]);
  const key = `${number} ${told}${textOf(auth)}`;
  return key.length <= MOST_CHARACTERS ? key : undefined;
}

/** What a sign-in says, as text. A token that is remembered says it by one object each time. */
const signIns = new WeakMap();

function textOf(auth) {
  if (auth === undefined || !Object.isFrozen(auth)) return JSON.stringify(auth);
  const known = signIns.get(auth);
  if (known !== undefined) return known;
  const text = JSON.stringify(auth);
  signIns.set(auth, text);
  return text;
}

/** What a budget wants is reserved by the window that holds, and asked for each time. */
const isSame = ({ obligations }) => obligations.every(({ type }) => type !== "reserve_budget");

function keep(answers, key, answer) {
  answers.delete(key);
  answers.set(key, answer);
  // The oldest goes first: a map keeps the order in which it was filled.
  if (answers.size > MOST) answers.delete(answers.keys().next().value);
}

function frozen(value) {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
