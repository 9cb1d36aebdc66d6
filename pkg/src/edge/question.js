/** The question that a request puts, gathered from where its route says that the facts are. */

import { pathsOf, plan } from "./fields.js";
import { fieldsOfQuery } from "./query.js";
import { usable } from "./record.js";
import { RequestError } from "./request_error.js";
import { find, measure, name } from "./source.js";
import { isLater, within } from "./upstream.js";

/**
 * Puts the question together: the route's facts, the token's claims, the store's records.
 *
 * @param {object} parts of the gate
 * @param {import("keyrack").Keyrack} rack
 * @param {object} route of the policy, as `rack.route` gives it
 * @param {import("./source.js").Told} told
 * @param {import("./identity.js").VerifiedClaims} claims
 * @param {Request} request
 * @param {number} now unix seconds
 */
export async function question(parts, rack, route, told, claims, request, now) {
  const scope = name(route.scope, told);
  const fields = fieldsOfQuery(route, told.url);
  const resourceId = name(route.resource, told);
  const member = name(route.member, told);
  const assignment = find(route.assignment, told);
  if (route.assignment !== undefined && assignment === undefined) {
    throw new RequestError("request-invalid", "assignment_missing");
  }
  if (route.writesBody) fields.write = pathsOf(told.body ?? {}, known(rack, typeOf(route)));
  return {
    subject: claims.subject,
    ...(claims.actor !== undefined && { actor: claims.actor }),
    permission: route.permission,
    ...(scope !== undefined && { scope }),
    now,
    ...measure(route, told),
    ...(resourceId !== undefined && {
      resource: route.loadResource
        ? await factsOf(parts, route, scope, resourceId)
        : { type: typeOf(route), id: resourceId },
    }),
    ...(member !== undefined && { member }),
    ...(assignment !== undefined && { assignment }),
    ...(Object.keys(fields).length > 0 && { fields }),
    auth: claims.auth,
    ip: parts.address(request),
  };
}

/** A record's facts, as the store knows them: at once if it knows them at once. */
export const factsOf = (parts, route, scope, id) => looking(parts, route, scope)(id);

/** Makes what looks up the facts of many records. */
export function looking(parts, route, scope) {
  const type = typeOf(route);
  return (named) => {
    const id = String(named);
    const told = within(parts.storeTimeout, () => parts.store.facts(type, scope, id));
    const facts = (known) => ({ ...usable(known), type, id });
    return isLater(told) ? told.then(facts) : facts(told);
  };
}

/** Resources whose records are called otherwise. */
const TYPES = new Map([
  ["catalog", "product"],
  ["funds", "transaction"],
]);

/** What kind of record a route is about: what it says, else the permission's resource. */
function typeOf({ resourceType, permission }) {
  if (resourceType !== undefined) return resourceType;
  const [resource] = permission.split(".", 1);
  return TYPES.get(resource) ?? resource;
}

/** Whether a route asks for many records and names none. */
export const isList = (route) => route.resource === undefined && route.method === "GET";

function known(rack, resourceType) {
  return plan(rack.fieldGroups(resourceType).flatMap((group) => group.paths));
}
