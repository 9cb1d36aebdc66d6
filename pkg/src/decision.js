// Words as src/wasm/frame.rs writes them.

const LOG = 1;
const APPROVAL = 2;
const FIELDS = 4;
const HOLDS_UNTIL = 8;
const AMOUNT = 16;

const BY_OWNERSHIP = 1;
const BY_EVERYONE = 2;
const BY_HOLDING = 3;

const BUDGET_WORDS = 9;
const WINDOWS = ["shift", "day", "week", "month"];

/**
 * A decision in names.
 *
 * @param {Uint32Array} words the engine's memory
 * @param {number} at where the answer starts
 * @param {import("./names.js").Names} names
 * @param {object} request
 */
export function decision(words, at, names, request) {
  const flags = words[at + 2];
  const answer = {
    outcome: names.outcomes[words[at]],
    reason: names.reasons[words[at + 1]],
    obligations: [],
    policyVersion: names.version,
  };
  if (typeof request.id === "string") answer.id = request.id;
  const way = words[at + 3];
  if (way === BY_HOLDING) answer.grantedBy = names.grant(words[at + 4], words[at + 5]);
  else if (way === BY_OWNERSHIP) answer.grantedBy = "owner";
  else if (way === BY_EVERYONE) answer.grantedBy = "default";
  const missing = lacks(words, at, names);
  if (missing !== undefined) answer.missing = missing;
  if (flags & HOLDS_UNTIL) answer.holdsUntil = wide(words, at + 9);
  const budgets = words[at + 13];
  const groups = at + 14 + budgets * BUDGET_WORDS;
  for (let due = at + 14; due < groups; due += BUDGET_WORDS) {
    const amount = flags & AMOUNT ? wide(words, at + 11) : undefined;
    answer.obligations.push(budget(words, due, names, request, amount));
  }
  if (flags & FIELDS) {
    const visible = list(words, groups, names);
    const hidden = list(words, groups + 1 + visible.length, names);
    answer.fields = { visible, hidden };
    if (hidden.length > 0) answer.obligations.push({ type: "mask_fields", groups: [...hidden] });
  }
  if (flags & LOG) answer.obligations.push({ type: "log" });
  return answer;
}

function lacks(words, at, names) {
  const [level, maxAge, signIn] = [words[at + 6], words[at + 7], words[at + 8]];
  const approval = (words[at + 2] & APPROVAL) !== 0;
  if (level === 0 && signIn === 0 && !approval) return undefined;
  const missing = {};
  // A stronger sign-in first: a proof does not lift the level of the sign-in itself.
  if (signIn !== 0) missing.stepUp = { level: signIn };
  else if (level !== 0) missing.stepUp = { level, maxAge };
  if (approval) missing.approval = { fresh: names.approvalFresh };
  return missing;
}

function budget(words, at, names, request, amount) {
  const flags = words[at];
  const obligation = {
    type: "reserve_budget",
    budget: names.name(words[at + 1]),
    member: flags & 4 && typeof request.actor === "string" ? request.actor : request.subject,
    window: WINDOWS[words[at + 3]],
  };
  if (words[at + 4] !== 0) obligation.zone = names.zone(words[at + 4] - 1);
  if (words[at + 2] !== 0) obligation.currency = names.name(words[at + 2] - 1);
  if (amount !== undefined) obligation.amount = amount;
  if (flags & 1) obligation.maxAmount = wide(words, at + 5);
  if (flags & 2) obligation.maxCount = wide(words, at + 7);
  return obligation;
}

function list(words, at, names) {
  const ids = [];
  for (let index = 1; index <= words[at]; index++) {
    ids.push(names.fieldGroups[words[at + index]].id);
  }
  return ids;
}

/** A signed number of two words. */
export function wide(words, at) {
  return (words[at + 1] | 0) * 4294967296 + words[at];
}
