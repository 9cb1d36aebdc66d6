/** The people behind a chain of stores: roles, held in the company, a region or a store. */

import { random } from "./random.mjs";

export const COMPANY = "co";

/** What makes the staff workload a hundred times as large. */
export const MANY = { name: "large", members: 100_000, stores: 10_000, regions: 200, each: 2 };

/**
 * @param {object} [size]
 * @returns {import("./model.mjs").Model & { stores: string[] }}
 */
export function staff({
  name = "staff",
  members = 1000,
  stores = 40,
  regions = 8,
  permissions = 64,
  roles = 12,
  /** How many assignments each member has; one to three, if absent. */
  each = undefined,
  seed = 7,
} = {}) {
  const pick = random(seed);
  const keys = numbered(permissions, (at) => `area${at % 16}.act${at >> 4}`);
  const storeIds = numbered(stores, (at) => `s${at}`);
  const roleList = numbered(roles, (at) => ({
    id: `role${at}`,
    permissions: keys.filter(() => pick(100) < 25 + (at % 12) * 4),
  }));
  const scopes = [
    { id: COMPANY, kind: "tenant" },
    ...numbered(regions, (at) => ({ id: `r${at}`, kind: "region", parent: COMPANY })),
    ...storeIds.map((id, at) => ({ id, kind: "store", parent: `r${at % regions}` })),
  ];
  const memberIds = numbered(members, (at) => `m${at}`);
  const place = () => {
    if (pick(10) < 2) return COMPANY;
    return pick(10) < 5 ? `r${pick(regions)}` : `s${pick(stores)}`;
  };
  const assignments = memberIds.flatMap((member) =>
    numbered(each ?? 1 + pick(3), () => {
      const scope = place();
      return { member, role: `role${pick(roles)}`, scope };
    }),
  );
  return {
    name,
    permissions: keys,
    scopes,
    roles: roleList,
    members: memberIds,
    assignments,
    stores: storeIds,
  };
}

function numbered(count, make) {
  return Array.from({ length: count }, (_, at) => make(at));
}
