/** An ability of the applications' rules. */

import { AbilityBuilder, createMongoAbility } from "@casl/ability";

/** @param {[string | string[], string, object?][]} rules actions, type and conditions */
export function abilityOf(rules) {
  const { can, build } = new AbilityBuilder(createMongoAbility);
  for (const rule of rules) can(...rule);
  return build();
}
