/** What is measured: one thing grows at a time, and at the end all of it is large. */

const BASE = { members: 10_000, stores: 1_000, roles: 100, each: 2 };

/** By what grows. */
export const SERIES = {
  members: [1_000, 3_000, 10_000, 30_000, 100_000].map((members) => ({ ...BASE, members })),
  roles: [10, 30, 100, 300, 1_000].map((roles) => ({ ...BASE, roles })),
  stores: [10, 100, 1_000, 10_000].map((stores) => ({ ...BASE, stores })),
  each: [1, 4, 16, 64].map((each) => ({ ...BASE, members: 1_000, each })),
};

/** A tenant of a platform, of which many are kept in memory. */
export const KEPT = { members: 20, stores: 2, roles: 12, each: 2 };

/** The whole of it. */
export const LARGE = { members: 100_000, stores: 10_000, roles: 1_000, each: 2 };

export const nameOf = ({ members, stores, roles, each }) =>
  `${members} members, ${stores} stores, ${roles} roles, ${each} each`;

/** Every size once. */
export function sizes() {
  const all = [...Object.values(SERIES).flat(), LARGE];
  return [...new Map(all.map((size) => [nameOf(size), size])).values()];
}
