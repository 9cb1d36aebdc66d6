/** The last records of the decision log, as the page lists them. */

import { recordValue } from "keyrack/edge";

const MOST = 500;

/**
 * Opens the list.
 *
 * @param {{ keeper: ReturnType<typeof import("keyrack/edge").createLogKeeper>, tenant: string }} parts
 */
export function createJournal({ keeper, tenant }) {
  return {
    /** The newest first. A member is named by the pseudonym where the log holds no more. */
    async entries() {
      const records = await keeper.newest(tenant, MOST);
      return records.filter(({ eventName }) => eventName === "keyrack.decision").map(entry);
    },
  };
}

function entry(record) {
  const value = (key) => recordValue(record, key);
  return {
    at: Number(BigInt(record.timeUnixNano) / 1_000_000_000n),
    subject: value("user.id") ?? value("user.hash"),
    permission: value("keyrack.permission"),
    scope: value("keyrack.scope"),
    outcome: value("keyrack.outcome"),
    reason: value("keyrack.reason"),
  };
}
