/** Security events that are understood: what they have to say, and whether they lower trust. */

const CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
const SSF = "https://schemas.openid.net/secevent/ssf/event-type/";

/** Proves that a stream arrives. */
export const VERIFICATION = `${SSF}verification`;
export const SESSION_REVOKED = `${CAEP}session-revoked`;

const text = (value) => typeof value === "string" && value !== "";
const optional = (good) => (value) => value === undefined || good(value);
const oneOf =
  (...words) =>
  (value) =>
    words.includes(value);
const object = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const STATUS = oneOf("compliant", "not-compliant");
const RISK = oneOf("LOW", "MEDIUM", "HIGH");

/**
 * By type: the members that must have a form, and whether what is told means that less is to be
 * trusted than before. Where that cannot be told, it does.
 */
const KNOWN = {
  [VERIFICATION]: { form: { state: optional(text) } },
  [`${SSF}stream-updated`]: { form: { status: oneOf("enabled", "paused", "disabled") } },
  [SESSION_REVOKED]: { form: {}, lowers: () => true },
  [`${CAEP}token-claims-change`]: { form: { claims: object }, lowers: () => true },
  [`${CAEP}credential-change`]: {
    form: { credential_type: text, change_type: oneOf("create", "revoke", "update", "delete") },
    lowers: ({ change_type: change }) => change !== "create",
  },
  [`${CAEP}assurance-level-change`]: {
    form: {
      namespace: text,
      current_level: text,
      previous_level: optional(text),
      change_direction: optional(oneOf("increase", "decrease")),
    },
    lowers: ({ change_direction: direction }) => direction !== "increase",
  },
  [`${CAEP}device-compliance-change`]: {
    form: { previous_status: STATUS, current_status: STATUS },
    lowers: ({ current_status: status }) => status !== "compliant",
  },
  [`${CAEP}risk-level-change`]: {
    form: { principal: text, current_level: RISK, previous_level: optional(RISK) },
    lowers: ({ current_level: level }) => level === "HIGH",
  },
};

/** The whole name of an event type; the types of CAEP also have short ones. */
export function typeNamed(name) {
  const type = name.includes(":") ? name : CAEP + name;
  if (!name.includes(":") && !Object.hasOwn(KNOWN, type)) {
    throw new TypeError(`\`${name}\` is no event of CAEP`);
  }
  return type;
}

/** Whether what an event says has the form that its type wants. Types that are not known say anything. */
export function isWellFormed(type, said) {
  if (!object(said) || !optional(Number.isFinite)(said.event_timestamp)) return false;
  const form = Object.hasOwn(KNOWN, type) ? KNOWN[type].form : {};
  return Object.entries(form).every(([name, good]) => good(said[name]));
}

/** Whether an event means that its subject is to be trusted less than before. */
export function lowersTrust(type, said) {
  if (!Object.hasOwn(KNOWN, type)) return true;
  return KNOWN[type].lowers?.(said) ?? false;
}
