/** What is logged of a decision: an OpenTelemetry log record in the shape of OTLP/JSON. */

const MAX_TEXT = 256;
const MAX_OBLIGATIONS = 32;
const SEVERITY = { INFO: 9, WARN: 13, ERROR: 17 };

/**
 * Reasons with which the request's names were not looked up. What the caller wrote there may be
 * anything, so it is not repeated.
 */
const NAMES_UNTOLD = ["permission_unknown", "scope_unknown", "snapshot_expired"];

/**
 * A record as it stands in the log. No field of a body, no token, no header is in it: only names
 * that the policy knows, codes, and pseudonyms.
 *
 * @param {object} facts
 * @param {number} facts.now unix seconds, when it was decided
 * @param {number} facts.observed milliseconds, when the record is made
 * @param {object} [facts.asked] the question, if it came to one
 * @param {{ outcome: string, reason: string, obligations?: { type: string }[] }} facts.decision
 * @param {string} [facts.error] what failed before or after the decision
 * @param {boolean} [facts.isFault] whether it is the gate's own fault
 * @param {{ version: number, digest?: string }} [facts.rack]
 * @param {string} facts.evaluation
 * @param {import("./trace.js").Trace} [facts.trace]
 * @param {{ hash: string, key: string, actor?: string, actors?: string[] }} [facts.user]
 * @param {boolean} facts.ids whether members and records are named by their ids too
 */
export function toRecord(facts) {
  const { now, observed, decision, error, isFault, rack, evaluation, trace, user, ids } = facts;
  const asked = NAMES_UNTOLD.includes(decision.reason) ? withoutNames(facts.asked) : facts.asked;
  const severity = isFault ? "ERROR" : decision.outcome === "deny" ? "WARN" : "INFO";
  const obligations = (decision.obligations ?? []).slice(0, MAX_OBLIGATIONS);
  return {
    timeUnixNano: nanoseconds(now * 1000),
    observedTimeUnixNano: nanoseconds(observed),
    severityNumber: SEVERITY[severity],
    severityText: severity,
    eventName: "keyrack.decision",
    attributes: attributes({
      "keyrack.outcome": decision.outcome,
      "keyrack.reason": decision.reason,
      "keyrack.permission": asked?.permission,
      "keyrack.scope": asked?.scope,
      "keyrack.resource.type": word(asked?.resource?.type),
      "keyrack.resource.id": ids ? asked?.resource?.id : undefined,
      "keyrack.policy.version": rack?.version,
      "keyrack.policy.digest": rack?.digest,
      "keyrack.evaluation_id": evaluation,
      "keyrack.actor": ids ? facts.asked?.actor : user?.actor,
      "keyrack.actors": user?.actors,
      "keyrack.obligations": obligations.map(({ type }) => type),
      "user.hash": user?.hash,
      "keyrack.user.hash_key": user?.key,
      "user.id": ids ? facts.asked?.subject : undefined,
      "error.type": error,
    }),
    traceId: trace?.traceId,
    spanId: trace?.spanId,
    flags: trace?.flags,
  };
}

/** A record that tells how many others were lost before it. */
export function droppedRecord(count, observed) {
  return {
    timeUnixNano: nanoseconds(observed),
    observedTimeUnixNano: nanoseconds(observed),
    severityNumber: SEVERITY.ERROR,
    severityText: "ERROR",
    eventName: "keyrack.log.dropped",
    attributes: attributes({ "keyrack.log.dropped": count }),
  };
}

/** An attribute's value; `undefined` if the record has none of the name. */
export function valueOf(record, key) {
  const value = record.attributes.find((attribute) => attribute.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
}

/**
 * Records as an OpenTelemetry collector takes them (`POST /v1/logs`).
 *
 * @param {object[]} records
 * @param {{ tenant: string, service?: string, version?: string }} origin
 */
export function toOtlp(records, { tenant, service = "keyrack-gate", version }) {
  const resource = attributes({ "service.name": service, "keyrack.tenant": tenant });
  const scope = { name: "keyrack", ...(version !== undefined && { version }) };
  return {
    resourceLogs: [
      { resource: { attributes: resource }, scopeLogs: [{ scope, logRecords: records }] },
    ],
  };
}

/** A kind of record is a word. Where the caller tells it, it may be anything. */
const word = (text) => (/^[a-z][a-z0-9_.-]{0,63}$/.test(text ?? "") ? text : undefined);

const withoutNames = (asked) => asked && { subject: asked.subject, actor: asked.actor };

const nanoseconds = (milliseconds) => String(BigInt(Math.trunc(milliseconds)) * 1_000_000n);

function attributes(values) {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value?.length !== 0)
    .map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value) {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  // OTLP/JSON writes 64-bit numbers as text.
  if (typeof value === "number") return { intValue: String(value) };
  return { stringValue: String(value).slice(0, MAX_TEXT).toWellFormed() };
}
