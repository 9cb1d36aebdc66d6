/**
 * Documents in folders, of the shape of Cedar's published `gdrive`: users and groups view a folder
 * or a document and all below it, users own some, and some documents are public.
 *
 * In Keyrack folders are scopes in each other, documents scopes in them, and groups are groups. A
 * scope has one parent, so here each folder and document lies in one folder at most, where the
 * published generator puts it in several. Whether a document is public is told with the record,
 * and a grant to everybody counts where it is. What cannot be said: who owns a folder may make
 * documents in it *and not in those below*; a grant covers all below. That is not asked here.
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
const PUBLIC = "public";
const READ = "document.read";
/** Who owns the folder, or one above it. */
const BELOW = [READ, "document.write", "document.share"];
const OWN = [...BELOW, "document.change_owner"];
const ROLES = { viewer: [READ], keeper: BELOW, owner: OWN };
const IN_FOLDER = 0.8;
const HALF = 0.5;

/** @param {number} size so many documents, folders, users and groups each */
export function folders(size) {
  const { one, is } = chance(size, 47);
  const [users, groups] = [things("user", size), things("group", size)];
  const [documents, places] = [things("document", size), things("folder", size)];
  const isIn = new Map(users.map((user) => [user, new Set(groups.filter(() => is()))]));
  const edges = graph();
  places.forEach((place, at) => {
    if (at > 0 && is(IN_FOLDER)) edges.add(place, one(places.slice(0, at)));
  });
  for (const document of documents) if (is(IN_FOLDER)) edges.add(document, one(places));
  const some = (list) => new Set(list.filter(() => is()));
  const all = [...documents, ...places];
  const viewers = new Map(all.map((id) => [id, some([...users, ...groups])]));
  const owned = new Map(users.map((user) => [user, some(all)]));
  const open = new Set(documents.filter(() => is(HALF)));
  const world = { users, groups, documents, places, isIn, edges, viewers, owned, open };
  return {
    model: modelOf(size, world),
    draw: (one) => ({ member: one(users), permission: one(OWN), scope: one(documents) }),
    allows: (question) => allows(world, question),
    /** What is told of the record beside its place. */
    request: ({ scope: id }) => ({
      resource: { type: "document", id, attributes: { [PUBLIC]: open.has(id) } },
    }),
    casl: casl(world),
    cedar: cedar(world),
  };
}

function allows({ isIn, edges, viewers, owned, open }, { member: user, permission, scope: id }) {
  const at = [id, ...edges.reach(id)];
  if (owned.get(user).has(id)) return true;
  if (BELOW.includes(permission) && at.some((place) => owned.get(user).has(place))) return true;
  if (permission !== READ) return false;
  const views = (who) => who === user || isIn.get(user).has(who);
  return open.has(id) || at.some((place) => [...viewers.get(place)].some(views));
}

function modelOf(size, { users, groups, documents, places, isIn, edges, viewers, owned }) {
  const holder = (who) => (isIn.has(who) ? { member: who } : { group: who });
  const parent = (id) => edges.direct(id)[0] ?? TENANT;
  const isPublic = { attribute: PUBLIC, op: "eq", value: true };
  return {
    ...{ name: `folders-${size}`, permissions: OWN, members: users },
    scopes: [
      { id: TENANT, kind: "tenant" },
      ...places.map((id) => ({ id, kind: "region", parent: parent(id) })),
      ...documents.map((id) => ({ id, kind: "store", parent: parent(id) })),
    ],
    roles: Object.entries(ROLES).map(([id, permissions]) => ({ id, permissions })),
    groups: [EVERYBODY, ...groups],
    groupsOf: new Map(users.map((user) => [user, [EVERYBODY, ...isIn.get(user)]])),
    attributes: [{ id: PUBLIC, type: "boolean", source: "host" }],
    assignments: [
      { group: EVERYBODY, role: "viewer", scope: TENANT, conditions: { attributes: [isPublic] } },
      ...[...viewers].flatMap(([id, who]) =>
        [...who].map((one) => ({ ...holder(one), role: "viewer", scope: id })),
      ),
      ...[...owned].flatMap(([user, what]) =>
        [...what].map((id) => ({
          ...{ member: user, scope: id },
          role: places.includes(id) ? "keeper" : "owner",
        })),
      ),
    ],
  };
}

const acts = (keys) => keys.map((key) => key.split(".")[1]);

function casl({ documents, places, isIn, edges, viewers, owned, open }) {
  const isFolder = (id) => id.startsWith("folder");
  const rule = (keys, ids) => {
    const [inside, alone] = [ids.filter(isFolder), ids.filter((id) => !isFolder(id))];
    return [
      ...(inside.length > 0 ? [[acts(keys), "document", { folders: { $in: inside } }]] : []),
      ...(alone.length > 0 ? [[acts(keys), "document", { id: { $in: alone } }]] : []),
    ];
  };
  const records = new Map(
    documents.map((id) => [
      id,
      subject("document", { id, folders: [...edges.reach(id)], public: open.has(id) }),
    ]),
  );
  return {
    build(user) {
      const views = (who) => who === user || isIn.get(user).has(who);
      const viewed = [...documents, ...places].filter((id) => [...viewers.get(id)].some(views));
      const mine = [...owned.get(user)];
      return abilityOf([
        [acts([READ]), "document", { public: true }],
        ...rule([READ], viewed),
        ...rule(BELOW, mine.filter(isFolder)),
        ...rule(OWN, mine.filter((id) => !isFolder(id))),
      ]);
    },
    ask: ({ permission, scope: id }) => [permission.split(".")[1], records.get(id)],
  };
}

/** As it is published: what a user views is a set that documents and folders are in. */
function cedar({ users, groups, documents, places, isIn, edges, viewers, owned, open }) {
  const read = `permit (principal, action == Action::"${READ}", resource)`;
  const policies = [
    `${read} when { resource in principal.views };`,
    `${read} when { resource.is_public };`,
    `permit (principal, action in [${BELOW.map((id) => `Action::"${id}"`).join(", ")}], resource)` +
      " when { resource in principal.documents || resource in principal.folders };",
    `permit (principal, action == Action::"${OWN.at(-1)}", resource)` +
      " when { principal.documents.contains(resource) };",
  ];
  const actions = actionEntities(OWN);
  const view = (who) => scope(`view of ${who}`);
  const inside = new Map(groups.map((group) => [group, []]));
  for (const [user, of] of isIn) for (const group of of) inside.get(group).push(user);
  /** A folder's viewers see what is in it; a group's view is in that of each of its users. */
  const parents = (id) => {
    const at = [id, ...edges.reach(id)];
    const seen = new Set(at.flatMap((place) => [...viewers.get(place)]));
    for (const who of [...seen]) for (const user of inside.get(who) ?? []) seen.add(user);
    return [...at.slice(1).map(scope), ...[...seen].map(view)];
  };
  const refs = (ids, kind) => ids.filter((id) => id.startsWith(kind)).map((id) => to(scope(id)));
  const user = (id) => {
    const mine = [...owned.get(id)];
    const attrs = { documents: refs(mine, "document"), folders: refs(mine, "folder") };
    return entity(member(id), { views: to(view(id)), ...attrs });
  };
  const document = (id) => entity(scope(id), { is_public: open.has(id) }, parents(id));
  return {
    policies: policies.join("\n"),
    entities({ member: who, permission, scope: id }) {
      const reached = new Set([view(who).id, ...owned.get(who)]);
      return [user(who), sliced(document(id), reached), actions.get(permission)];
    },
    all: () => [
      ...[...users.map(user), ...documents.map(document), ...actions.values()],
      ...places.map((id) => entity(scope(id), {}, parents(id))),
    ],
  };
}
