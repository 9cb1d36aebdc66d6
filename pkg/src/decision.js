import { told } from "./answer.js";
import { ASKS_APPROVAL, HAS_AMOUNT, HAS_FIELDS, LOGGED } from "./numbers.js";

const WINDOWS = ["shift", "day", "week", "month"];

/** A decision in names, from words as src/wasm/answer.rs writes them. */
export function decision(answer, names, request) {
  const [outcomes, reasons] = names.codes;
  const decided = { outcome: outcomes[answer.word()], reason: reasons[answer.word()] };
  if (typeof request.id === "string") decided.id = request.id;
  const flags = answer.word();
  const way = answer.word();
  const terms = answer.word();
  const scopes = answer.word();
  if (way !== 0) {
    decided.grantedBy = way === 3 ? names.grant(terms, scopes) : way === 1 ? "owner" : "default";
  }
  const level = answer.word();
  const maxAge = answer.word();
  const signIn = answer.word();
  const approval = (flags & ASKS_APPROVAL) !== 0;
  if (level !== 0 || signIn !== 0 || approval) {
    decided.missing = {};
    // A stronger sign-in first: a proof does not lift the level of the sign-in itself.
    if (signIn !== 0) decided.missing.stepUp = { level: signIn };
    else if (level !== 0) decided.missing.stepUp = { level, maxAge };
    if (approval) decided.missing.approval = { fresh: names.approvalFresh };
  }
  const holdsUntil = answer.wide();
  if (holdsUntil !== undefined) decided.holdsUntil = holdsUntil;
  const amount = answer.wide();
  const due = flags & HAS_AMOUNT ? amount : undefined;
  decided.obligations = answer.list(() => budget(answer, names, request, due));
  if (flags & HAS_FIELDS) {
    const groups = () => answer.list(() => names.fieldGroups[answer.word()].id);
    const [visible, hidden] = [groups(), groups()];
    decided.fields = { visible, hidden };
    if (hidden.length > 0) decided.obligations.push({ type: "mask_fields", groups: [...hidden] });
  }
  if (flags & LOGGED) decided.obligations.push({ type: "log" });
  decided.policyVersion = names.version;
  return decided;
}

function budget(answer, names, request, amount) {
  const ofActor = answer.flag() && typeof request.actor === "string";
  return told({
    type: "reserve_budget",
    budget: names.name(answer.word()),
    member: ofActor ? request.actor : request.subject,
    window: WINDOWS[answer.word()],
    zone: names.zone(answer.optional()),
    from: localTime(answer.wide()),
    to: localTime(answer.wide()),
    currency: names.name(answer.optional()),
    amount,
    maxAmount: answer.wide(),
    maxCount: answer.wide(),
  });
}

/** Minutes of local time since 1970-01-01, written out. */
const localTime = (minutes) =>
  minutes === undefined ? undefined : new Date(minutes * 60_000).toISOString().slice(0, 16);

const CONDITIONS = ["hours", "networks", "amount", "training ", "attribute ", "rows ", "budget "];
const TRUTHS = ["met", "unmet", "untold"];
const WAYS = ["direct", "group ", "organisation "];

/** A decision and all that was looked at on the way. */
export function explanation(answer, names, request) {
  return {
    decision: decision(answer, names, request),
    considered: answer.list(() => {
      const name = names.grant(answer.word(), answer.word());
      const [kind, holder] = [answer.word(), answer.word()];
      const denies = answer.flag();
      const refused = answer.optional();
      return told({
        name,
        kind: denies ? "denial" : "assignment",
        way: WAYS[kind] + (kind === 0 ? "" : names.name(holder)),
        counts: denies === (refused !== undefined),
        reason: denies ? undefined : names.codes[1][refused],
        conditions: answer.list(() => {
          const truth = TRUTHS[answer.word()];
          return { condition: CONDITIONS[answer.word()] + answer.text(), truth };
        }),
      });
    }),
    couldGrant: answer.list(() => answer.text()),
  };
}
