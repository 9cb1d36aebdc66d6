/** Access matrices of real organisations, where the data is there. */

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../../shared/data/hp-rbac/", import.meta.url));

export const MATRICES = ["domino", "hc", "fire1", "apj"];

/** One matrix as a workload of one place; nothing where the data is not there. */
export function matrix(name) {
  const file = `${folder}${name}.json`;
  if (!existsSync(file)) return undefined;
  const { users, permissions, roles, assignments } = JSON.parse(readFileSync(file, "utf8"));
  const key = (permission) => `hp.${permission}`;
  return {
    name,
    permissions: permissions.map(key),
    scopes: [{ id: "co", kind: "tenant" }],
    roles: roles.map((role) => ({ id: role.id, permissions: role.permissions.map(key) })),
    members: users,
    assignments: assignments.flatMap(({ user, roles: held }) =>
      held.map((role) => ({ member: user, role, scope: "co" })),
    ),
    stores: ["co"],
  };
}
