import { enforcerOf } from "../peers/casbin.mjs";
import { split } from "../peers/casl.mjs";

export async function hold({ model }) {
  const enforcer = await enforcerOf(model, model.stores);
  return ([member, permission, scope]) =>
    enforcer.enforceSync(member, scope, ...split(permission));
}
