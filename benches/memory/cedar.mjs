import { allows, prepare } from "../peers/cedar.mjs";

/** Policies parsed; every entity at hand as it is handed over. */
export function hold({ policies, entities }) {
  prepare("memory", policies);
  const key = (type, id) => `${type} ${id}`;
  const found = new Map(entities.map((it) => [key(it.uid.type, it.uid.id), it]));
  return ([member, permission, scope]) => {
    const [principal, action, resource] = [
      { type: "Member", id: member },
      { type: "Action", id: permission },
      { type: "Scope", id: scope },
    ];
    return allows({
      ...{ principal, action, resource, context: {}, preparsedPolicySetId: "memory" },
      entities: [principal, action, resource].map(({ type, id }) => found.get(key(type, id))),
    });
  };
}
