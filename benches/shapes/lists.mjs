/**
 * To-do lists, of the shape of Cedar's published `tinytodo`: a list has an owner, a team that reads
 * and a team that edits, and teams are in teams. Everybody makes lists and sees what there are.
 *
 * In Keyrack a list is a scope, its owner a member with a role there, and a team a group. So a list
 * that is made, or shared, is a new snapshot.
 */

import { subject } from "@casl/ability";

import { abilityOf } from "./casl.mjs";
import {
  actionEntities,
  chance,
  entity,
  graph,
  member,
  scope,
  sliced,
  things,
  to,
} from "./graph.mjs";

const TENANT = "co";
const EVERYBODY = "everybody";
const EDIT = ["list.update", "list.add_task", "list.update_task", "list.delete_task"];
const READ = ["list.get"];
const OWN = [...READ, ...EDIT, "list.delete", "list.share"];
/** Of the application, and not of one list. */
const ANYWHERE = ["list.create", "list.see_all"];
const ROLES = {
  owner: OWN,
  reader: READ,
  editor: [...READ, ...EDIT],
  user: ANYWHERE,
};

/** @param {number} size so many lists, users and teams each */
export function lists(size) {
  const { one, is } = chance(size, 43);
  const [users, teams] = [things("user", size), things("team", size)];
  const edges = graph();
  const join = (who, groups) => {
    for (const group of groups) if (is()) edges.add(who, group);
  };
  for (const user of users) join(user, teams);
  teams.forEach((team, at) => join(team, teams.slice(0, at)));
  const made = things("list", size).map((id) => [
    id,
    { owner: one(users), reader: one(teams), editor: one(teams) },
  ]);
  const facts = new Map(made);
  const permissions = [...OWN, ...ANYWHERE];
  const model = {
    ...{ name: `lists-${size}`, permissions, members: users },
    scopes: [
      { id: TENANT, kind: "tenant" },
      ...made.map(([id]) => ({ id, kind: "store", parent: TENANT })),
    ],
    roles: Object.entries(ROLES).map(([id, of]) => ({ id, permissions: of })),
    groups: [EVERYBODY, ...teams],
    groupsOf: new Map(users.map((user) => [user, [EVERYBODY, ...edges.reach(user)]])),
    assignments: [
      { group: EVERYBODY, role: "user", scope: TENANT },
      ...made.flatMap(([id, { owner, reader, editor }]) => [
        { member: owner, role: "owner", scope: id },
        { group: reader, role: "reader", scope: id },
        { group: editor, role: "editor", scope: id },
      ]),
    ],
  };
  const records = new Map(made.map(([id, of]) => [id, subject("list", { ...of })]));
  records.set(TENANT, subject("list", {}));
  return {
    model,
    draw(one) {
      const permission = one(permissions);
      const place = ANYWHERE.includes(permission) ? TENANT : one(made)[0];
      return { member: one(users), permission, scope: place };
    },
    allows({ member: user, permission, scope: place }) {
      if (ANYWHERE.includes(permission)) return true;
      const { owner, reader, editor } = facts.get(place);
      const above = edges.reach(user);
      if (owner === user) return true;
      if (READ.includes(permission)) return above.has(reader) || above.has(editor);
      return EDIT.includes(permission) && above.has(editor);
    },
    casl: {
      build: (user) => ability(user, [...edges.reach(user)]),
      ask: ({ permission, scope: id }) => [permission.split(".")[1], records.get(id)],
    },
    cedar: cedar({ edges, users, teams, facts, permissions }),
  };
}

const acts = (keys) => keys.map((key) => key.split(".")[1]);

function ability(owner, teams) {
  const rules = [
    [acts(ANYWHERE), "list"],
    [acts(OWN), "list", { owner }],
  ];
  if (teams.length > 0) {
    rules.push([acts(READ), "list", { reader: { $in: teams } }]);
    rules.push([acts(ROLES.editor), "list", { editor: { $in: teams } }]);
  }
  return abilityOf(rules);
}

/** As it is published: the list's attributes say who owns it and which teams read and edit. */
function cedar({ edges, users, teams, facts, permissions }) {
  const some = (keys) => `action in [${keys.map((id) => `Action::"${id}"`).join(", ")}]`;
  const policies = [
    `permit (principal, ${some(ANYWHERE)}, resource == Scope::"${TENANT}");`,
    "permit (principal, action, resource)" +
      " when { resource has owner && resource.owner == principal };",
    `permit (principal, action == Action::"${READ[0]}", resource)` +
      " when { principal in resource.readers || principal in resource.editors };",
    `permit (principal, ${some(EDIT)}, resource) when { principal in resource.editors };`,
  ];
  const actions = actionEntities(permissions);
  const user = (id) => entity(member(id), {}, [...edges.reach(id)].map(scope));
  const list = (id) => {
    if (id === TENANT) return entity(scope(id));
    const { owner, reader, editor } = facts.get(id);
    const teams = { readers: to(scope(reader)), editors: to(scope(editor)) };
    return entity(scope(id), { owner: to(member(owner)), ...teams });
  };
  return {
    policies: policies.join("\n"),
    entities({ member: who, permission, scope: id }) {
      const { reader, editor } = facts.get(id) ?? {};
      const asking = sliced(user(who), new Set([reader, editor]));
      return [asking, list(id), actions.get(permission)];
    },
    all: () => [
      ...[...users.map(user), ...[TENANT, ...facts.keys()].map(list), ...actions.values()],
      ...teams.map((id) => entity(scope(id))),
    ],
  };
}
