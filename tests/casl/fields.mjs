// Fields by CASL: random grants and denials of what unlocks fields, told to CASL as field rules.
// `permittedFieldsOf` has to be the fields that Keyrack shows, and no filter by another passes.
import { AbilityBuilder, createMongoAbility } from "@casl/ability";
import { permittedFieldsOf } from "@casl/ability/extra";
import { Keyrack } from "keyrack";
import { compile } from "keyrack/admin";

import { seeded } from "../worker/seeded.mjs";

const NOW = 1_772_445_600;
const POLICIES = Number(process.env.KEYRACK_CASES ?? 60);
const PARENTS = { root: undefined, north: "root", south: "root", shop: "north" };
const SCOPES = Object.keys(PARENTS);
const KINDS = { root: "tenant", north: "region", south: "region", shop: "store" };
const MEMBERS = ["ann", "bob", "cyd", "dan"];
const GROUPS = ["front", "back"];
const KEYS = ["thing.view", "thing.price.view", "thing.cost.view", "thing.note.view", "thing.tax.view"];

/** A policy that grants and denies what unlocks the fields of things. */
function policy(seed) {
  const { below, chance, one, many } = seeded(seed);
  const some = (list) => list.filter(() => chance(0.4));
  const permissions = KEYS.map((key, place) => ({
    key,
    title: `See ${key}`,
    kind: "read",
    requires: KEYS.slice(0, place).filter(() => chance(0.25)),
  }));
  const fieldGroups = many(6, (number) => ({
    id: `thing.g${number}`,
    // Of one in ten, nobody sees anything.
    ...(chance(0.9) ? { unlocked_by: one(KEYS) } : {}),
    paths: [`$.a${number}`, `$.b${number}[*].c`].slice(0, 1 + below(2)),
  }));
  const roles = ["low", "mid", "top"].map((id, place) => ({
    id,
    permissions: [one(KEYS), ...some(KEYS)],
    inherits: place > 0 && chance(0.4) ? ["low"] : [],
  }));
  const held = () => ({
    ...(chance(0.7) ? { member: one(MEMBERS) } : { group: one(GROUPS) }),
    ...(chance(0.6) ? { role: one(roles).id } : { permissions: [one(KEYS)] }),
    scopes: [one(SCOPES)],
  });
  return {
    policy: {
      tenant: "fields", version: 1, issued: NOW, expires: "never", profile: "strict",
      separation: "none",
    },
    scopes: SCOPES.map((id) => ({ id, kind: KINDS[id], parent: PARENTS[id] })),
    catalogue: { permissions, field_groups: fieldGroups },
    groups: GROUPS.map((id) => ({ id })),
    members: [
      { id: "olga", kind: "owner" },
      ...MEMBERS.map((id) => ({ id, kind: "employee", groups: some(GROUPS) })),
    ],
    roles,
    assignments: many(8, held),
    denials: many(3, held),
  };
}

/** Everything that can be reached from some names by a step. */
function closed(names, step) {
  const reached = new Set(names);
  for (const name of reached) for (const next of step(name)) reached.add(next);
  return reached;
}

/** What the policy says of one member at one scope, as rules of CASL. Its last rule wins. */
function ability(document, member, scope) {
  const { can, cannot, build } = new AbilityBuilder(createMongoAbility);
  const { permissions, field_groups: groups } = document.catalogue;
  const requires = (key) => permissions.find((one) => one.key === key).requires;
  const requiring = (key) => permissions.filter((one) => one.requires.includes(key)).map(keyOf);
  const above = closed([scope], (one) => [PARENTS[one]].filter((parent) => parent !== undefined));
  const inherited = (id) => document.roles.find((role) => role.id === id).inherits;
  const rules = (grants, rule, step) => {
    for (const { member: to, group, role, permissions: keys = [], scopes } of grants) {
      if (to !== member.id && !member.groups?.includes(group)) continue;
      if (!scopes.some((covered) => above.has(covered))) continue;
      const roles = closed(role === undefined ? [] : [role], inherited);
      const named = document.roles.filter(({ id }) => roles.has(id));
      const all = closed([...keys, ...named.flatMap((one) => one.permissions)], step);
      const unlocked = groups.filter((group) => all.has(group.unlocked_by));
      for (const { paths } of unlocked) rule("read", "thing", paths);
    }
  };
  if (member.kind === "owner") {
    const shown = groups.filter((group) => group.unlocked_by !== undefined);
    for (const { paths } of shown) can("read", "thing", paths);
  } else {
    rules(document.assignments, can, requires);
    rules(document.denials, cannot, requiring);
  }
  return build();
}

const keyOf = ({ key }) => key;

let compared = 0;
let shown = 0;
const failures = [];

function hold(truth, ...detail) {
  compared += 1;
  if (!truth) failures.push(JSON.stringify(detail));
}

async function compare(seed) {
  const document = policy(seed);
  const { snapshot, findings } = await compile(JSON.stringify(document), { format: "json" });
  if (snapshot === undefined) throw new Error(`seed ${seed}: ${JSON.stringify(findings)}`);
  const rack = await Keyrack.load(snapshot, { unsigned: true, now: NOW });
  const paths = document.catalogue.field_groups.flatMap((group) => group.paths);
  for (const member of document.members) {
    for (const scope of SCOPES) {
      const request = {
        subject: member.id,
        // Everybody holds it, so that the answer carries fields.
        permission: "access.self.view",
        scope,
        now: NOW,
        resource: { type: "thing", id: "1" },
      };
      const theirs = ability(document, member, scope);
      const permitted = permittedFieldsOf(theirs, "read", "thing", { fieldsFrom: (it) => it.fields });
      const { visible } = rack.decide(request).fields;
      const ours = visible.flatMap((group) => rack.fieldPaths(group));
      shown += ours.length;
      hold(`${permitted.toSorted()}` === `${ours.toSorted()}`, seed, request, permitted, ours);
      for (const path of paths) {
        const { outcome } = rack.decide({ ...request, fields: { filter: [path] } });
        const passes = theirs.can("read", "thing", path);
        hold((outcome === "allow") === passes, seed, request, path, outcome);
      }
    }
  }
  rack.release();
}

for (let seed = 1; seed <= POLICIES; seed++) await compare(seed);
for (const failure of failures.slice(0, 5)) console.error(failure);
console.log(`${compared} answers about fields compared with CASL, ${shown} fields shown`);
console.log(`${compared - failures.length} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && shown > 0 ? 0 : 1;
