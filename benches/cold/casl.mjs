import { createMongoAbility, subject } from "@casl/ability";

/** The rules of the one who asks, as `createMongoAbility` takes them: nothing has to be built. */
export function first({ rules, action, record: [type, facts] }) {
  return createMongoAbility(rules).can(action, subject(type, facts));
}
