/** Policies of any size: the staff workload, with one permission that is measured in money. */

import { createHash } from "node:crypto";

import { documentOf } from "../peers/keyrack.mjs";
import { ask, judge } from "../workload/model.mjs";
import { staff } from "../workload/staff.mjs";

/**
 * @typedef {object} Size
 * @property {number} members
 * @property {number} stores
 * @property {number} roles
 * @property {number} each assignments of one member
 */

const PERMISSIONS = 64;
const MOST_REGIONS = 100;
/** Whole lists that are asked for. */
export const LISTS = 15;
/** The permission that wants an amount. */
export const REFUND = "area0.act0";
/** Whom the document has beside the model's members, and who may do everything. */
const OWNER = "owner";
/** Every limit is above the first amount and below the second. */
export const SMALL = 4_200;
export const LARGE = 1_000_000;

/** @param {Size} size */
export function modelOf({ members, stores, roles, each }) {
  const regions = Math.max(1, Math.min(MOST_REGIONS, Math.floor(stores / 5)));
  return staff({ name: "scale", members, stores, regions, roles, each, permissions: PERMISSIONS });
}

/** Its document: roles with the measured permission say how far. */
export function textOf(model) {
  const document = JSON.parse(documentOf(model));
  const { permissions } = document.catalogue;
  const at = permissions.findIndex(({ key }) => key === REFUND);
  const measured = { kind: "write", tiers: ["funds"], measure: "money" };
  permissions[at] = { key: REFUND, title: "Refund", ...measured };
  document.roles.forEach((role, number) => {
    if (!role.permissions.includes(REFUND)) return;
    const max = 10 * SMALL + number;
    role.conditions = { limits: [{ permission: REFUND, currency: "EUR", max }] };
  });
  return JSON.stringify(document);
}

/** Questions with the judge's answers: without an amount, and for the measured permission. */
export function questionsOf(model, count) {
  const { permissions, stores: scopes } = model;
  const plain = permissions.filter((key) => key !== REFUND);
  const [shared, refunds] = [plain, [REFUND]].map((asked) =>
    ask({ ...model, permissions: asked }, { count, allowedPercent: 56, scopes }),
  );
  const told = ({ questions, expected }) => ({ questions, expected: [...expected] });
  return { plain: told(shared), refunds: told(refunds) };
}

/**
 * The judge's whole lists for the first of these questions: where the member may, and who may at the
 * scope. As digests, so that whoever is measured need not hold them.
 */
export function listsOf(model, questions) {
  const allows = judge(model);
  const scopes = model.scopes.map(({ id }) => id);
  const each = questions.slice(0, LISTS).map(({ member, permission, scope }) => ({
    where: digestOf(scopes.filter((id) => allows({ member, permission, scope: id }))),
    who: digestOf([OWNER, ...model.members.filter((id) => allows({ member: id, permission, scope }))]),
  }));
  return { scopes, each };
}

/** One text for one set of names. */
export function digestOf(names) {
  const sorted = names.toSorted();
  return `${sorted.length} ${createHash("sha256").update(sorted.join(" ")).digest("hex")}`;
}
