/** Codes as sentences, and values as people read them. */

const REASONS = {
  no_grant: "Not among this member’s permissions.",
  out_of_scope: "This member works in other stores.",
  owner_only: "Only the owner may do this.",
  denied_by_rule: "A rule keeps this from this member.",
  delegation_denied: "This may not be passed on or done for others.",
  field_hidden: "This field is hidden from this member.",
  member_unknown: "Nobody knows this member.",
  member_invited: "The invitation has not been accepted yet.",
  member_suspended: "This account is suspended.",
  member_revoked: "This account has been closed.",
  member_outside_validity: "This account does not count at this time.",
  session_revoked: "The session was ended. Sign in again.",
  permission_unknown: "There is no such permission.",
  scope_unknown: "There is no such store.",
  grant_outside_validity: "The grant has not begun, or has ended.",
  outside_hours: "Outside this member’s working hours.",
  network_not_allowed: "Not from this network.",
  condition_unmet: "Not for this record.",
  training_required: "A training item has to be done first.",
  operation_suspended: "This operation is suspended for now.",
  amount_required: "An amount is needed.",
  amount_invalid: "That is no valid amount.",
  currency_not_allowed: "Not in this currency.",
  limit_exceeded: "Above this member’s limit.",
  budget_exceeded: "The budget of this period is used up.",
  step_up_required: "You have to verify that it is you.",
  approval_required: "A second person has to agree.",
  approval_invalid: "The consent that was given does not count.",
  snapshot_expired: "The policy has expired.",
  overlay_stale: "The list of revocations is too old for this.",
  invalid_token: "Sign in again.",
  step_up_failed: "The verification was not strong enough.",
  verification_failed: "That was not the right secret.",
  no_open_challenge: "Nothing waits for a verification.",
  no_open_request: "Nothing waits for this consent.",
  route_unmapped: "No permission is known for this request.",
};

/** What will be asked of the person, told beforehand. */
const ASKS = {
  budget: "Counts against a budget",
  step_up: "Asks for a verification",
  approval: "Needs a second person",
  gate: "The gate decides",
};

/** The same words for what `keyrack/dom` draws. */
export const messages = { en: { reasons: REASONS, asks: ASKS } };

/** A code as a sentence. */
export const sentence = (code) => REASONS[code] ?? `Refused: ${code}.`;

/** Minor units as a price. */
export function price(minor, currency) {
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** What a person types for a price, as minor units; `undefined` if it is none. */
export function minorUnits(typed, currency) {
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
    .maximumFractionDigits;
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(typed.trim());
  const fraction = match?.[2] ?? "";
  if (match === null || fraction.length > digits) return undefined;
  return Number(match[1] + fraction.padEnd(digits, "0"));
}

/** Minor units as a person types them. */
export function typed(minor, currency) {
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
    .maximumFractionDigits;
  return (minor / 10 ** digits).toFixed(digits);
}

/** Basis points as percent. */
export const percent = (points) => `${points / 100} %`;

/** `order.refund` as a title. */
export const label = (path) => {
  const last = path
    .split(".")
    .filter((part) => !/^\d+$/.test(part))
    .at(-1);
  return last.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
};
