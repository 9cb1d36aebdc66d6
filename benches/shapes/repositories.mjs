/**
 * Repositories, of the shape of Cedar's published `github`: users and teams hold one of five
 * levels in a repository, teams are in teams, and whoever holds a level in the organisation that
 * owns a repository holds it there.
 *
 * In Keyrack an organisation is a scope, a repository a scope in it, a level a role, and a team a
 * group. Groups are not in groups: a member is told all the teams that it is in, also by others.
 */

import { subject } from "@casl/ability";

import { abilityOf } from "./casl.mjs";
import { chance, entity, graph, member, scope, sliced, things, to } from "./graph.mjs";

/** Each includes those before it. */
const LEVELS = ["read", "triage", "write", "maintain", "admin"];
const OWNERS_LEVELS = ["read", "write", "admin"];
const TENANT = "co";
const key = (level) => `repository.${level}`;
const upTo = (level) => LEVELS.slice(0, LEVELS.indexOf(level) + 1);
const from = (level) => LEVELS.slice(LEVELS.indexOf(level));
/** Those who hold a level somewhere. */
const holders = (place, level) => `${place}.${level}`;

/** @param {number} size so many repositories, users, teams and organisations each */
export function repositories(size) {
  const { one, is } = chance(size, 41);
  const [users, teams] = [things("user", size), things("team", size)];
  const [repos, orgs] = [things("repo", size), things("org", size)];
  const owners = new Map(repos.map((repo) => [repo, one(orgs)]));
  const edges = graph();
  const hold = (who, places, levels) => {
    for (const place of places) if (is()) edges.add(who, holders(place, one(levels)));
  };
  const join = (who, groups) => {
    for (const group of groups) if (is()) edges.add(who, group);
  };
  for (const org of orgs) hold(org, orgs, OWNERS_LEVELS);
  teams.forEach((team, at) => {
    join(team, teams.slice(0, at));
    hold(team, repos, LEVELS);
  });
  for (const user of users) {
    hold(user, repos, LEVELS);
    join(user, teams);
    join(user, orgs);
    hold(user, orgs, OWNERS_LEVELS);
  }
  const permissions = LEVELS.map(key);
  const levelOf = (permission) => permission.split(".")[1];
  const model = {
    ...{ name: `repositories-${size}`, permissions, members: users },
    scopes: [
      { id: TENANT, kind: "tenant" },
      ...orgs.map((id) => ({ id, kind: "region", parent: TENANT })),
      ...repos.map((id) => ({ id, kind: "store", parent: owners.get(id) })),
    ],
    roles: LEVELS.map((level) => ({ id: level, permissions: upTo(level).map(key) })),
    groups: [...teams, ...orgs],
    groupsOf: new Map(users.map((user) => [user, groupsOf(edges.reach(user))])),
    assignments: [
      ...users.flatMap((user) => held(edges, user).map((it) => ({ member: user, ...it }))),
      ...[...teams, ...orgs].flatMap((group) => held(edges, group).map((it) => ({ group, ...it }))),
    ],
  };
  return {
    model,
    draw: (one) => ({ member: one(users), permission: one(permissions), scope: one(repos) }),
    allows({ member: user, permission, scope: repo }) {
      const above = edges.reach(user);
      return from(levelOf(permission)).some(
        (level) =>
          above.has(holders(repo, level)) ||
          (OWNERS_LEVELS.includes(level) && above.has(holders(owners.get(repo), level))),
      );
    },
    casl: {
      build: (user) => ability(edges.reach(user)),
      ask: ({ permission, scope: id }) => [
        levelOf(permission),
        subject("repository", { id, owner: owners.get(id) }),
      ],
    },
    cedar: cedar({ edges, users, repos, orgs, owners, permissions, levelOf }),
  };
}

const groupsOf = (above) => [...above].filter((name) => !name.includes("."));

function held(edges, who) {
  return edges
    .direct(who)
    .filter((name) => name.includes("."))
    .map((name) => name.split("."))
    .map(([place, role]) => ({ role, scope: place }));
}

/** One rule a level: its repositories as one list, its organisations as another. */
function ability(above) {
  const places = new Map();
  for (const name of above) {
    const [place, level] = name.split(".");
    if (level === undefined) continue;
    const field = place.startsWith("org") ? "owner" : "id";
    const found = places.get(level) ?? { owner: [], id: [] };
    found[field].push(place);
    places.set(level, found);
  }
  const rules = [...places].flatMap(([level, found]) =>
    Object.entries(found)
      .filter(([, list]) => list.length > 0)
      .map(([field, list]) => [upTo(level), "repository", { [field]: { $in: list } }]),
  );
  return abilityOf(rules);
}

/** As it is published: who holds a level is a set that the user is in, named by the repository. */
function cedar({ edges, users, repos, orgs, owners, permissions, levelOf }) {
  const policies = [
    ...LEVELS.map((level) => [level, "resource"]),
    ...OWNERS_LEVELS.map((level) => [level, "resource.owner"]),
  ].map(
    ([level, whose]) =>
      `permit (principal, action in Action::"${level}", resource)` +
      ` when { principal in ${whose}.holders_${level} };`,
  );
  const action = (id) => entity({ type: "Action", id });
  const actions = new Map(
    permissions.map((id) => {
      const parents = from(levelOf(id)).map((level) => ({ type: "Action", id: level }));
      return [id, { ...action(id), parents }];
    }),
  );
  const sets = (place, levels) =>
    Object.fromEntries(levels.map((it) => [`holders_${it}`, to(scope(holders(place, it)))]));
  const user = (id) => entity(member(id), {}, [...edges.reach(id)].map(scope));
  const org = (id) => entity(scope(id), sets(id, OWNERS_LEVELS));
  const repo = (id) =>
    entity(scope(id), { ...sets(id, LEVELS), owner: to(scope(owners.get(id))) });
  return {
    policies: policies.join("\n"),
    entities({ member: who, permission, scope: id }) {
      const places = [repo(id), org(owners.get(id))];
      const named = places.flatMap(({ attrs }) => Object.values(attrs));
      const reached = new Set(named.map(({ __entity: { id: set } }) => set));
      return [sliced(user(who), reached), ...places, actions.get(permission)];
    },
    all: () => [
      ...[...users.map(user), ...repos.map(repo), ...orgs.map(org), ...actions.values()],
      ...LEVELS.map(action),
    ],
  };
}
