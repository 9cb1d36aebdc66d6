import { caslOf, recordsOf, split } from "../peers/casl.mjs";

/** An ability for each member that it is given, all kept. */
export function hold({ model }) {
  const build = caslOf(model);
  const abilities = new Map(model.members.map((member) => [member, build(member)]));
  const record = recordsOf(model);
  return ([member, permission, scope]) => {
    const [area, act] = split(permission);
    return abilities.get(member).can(act, record(area, scope));
  };
}
