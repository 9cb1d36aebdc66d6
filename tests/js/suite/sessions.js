import { holds, refuses, same } from "../harness.js";
import { TEST_KEY } from "./decisions.js";
import { HERE, MONDAY } from "./facts.js";

export async function sessions(test, { Keyrack, KeyrackError }, store) {
  const rack = await Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] });
  const now = MONDAY;

  test("a session says what it is", () => {
    const session = rack.session("cvita", "split", { now });
    same(session.subject, "cvita");
    same(session.scope, "split");
    same(session.version, 7);
    holds(session.until > now && session.until <= Date.UTC(2026, 8, 1) / 1000, `until ${session.until}`);
    same(rack.session("ana", undefined, { now }).scope, undefined);
    holds(Object.isFrozen(session), "it does not change");
  });

  test("a session allows what `can` allows, and is never more generous than a decision", () => {
    for (const subject of ["ana", "bruno", "cvita", "dino", "eve"]) {
      for (const scope of [undefined, "split", "зaдар", "nowhere"]) {
        const session = rack.session(subject, scope, { now });
        const states = session.states();
        same(Object.keys(states), rack.permissions());
        for (const permission of rack.permissions()) {
          const state = session.state(permission);
          same(states[permission], state);
          same(session.can(permission), state === "allowed");
          const may = rack.can(subject, permission, scope, now);
          same(session.can(permission), may, `${subject} ${permission} ${scope}`);
          const { outcome } = rack.decide({ subject, permission, scope, now });
          if (outcome === "allow") holds(state !== "denied", `${subject} ${permission}`);
          if (state === "denied") same(outcome, "deny", `${subject} ${permission} ${scope}`);
        }
      }
    }
  });

  test("a limit, a budget or a second verification is conditional", () => {
    const session = rack.session("bruno", "split", { now });
    same(session.state("order.view"), "allowed");
    same(session.state("order.refund"), "conditional");
    same(session.state("staff.create"), "denied");
    same(rack.session("cvita", "split", { now }).state("order.refund"), "denied");
  });

  test("names that the policy does not have are denied, and no text is refused", async () => {
    const session = rack.session("bruno", "split", { now });
    for (const name of ["", "order.vew", "__proto__", "constructor", "length"]) {
      same(session.can(name), false);
      same(session.state(name), "denied");
    }
    for (const forged of [undefined, null, 0, 1, 2 ** 32, [], {}, ["order.view"], { toString: () => "order.view" }]) {
      await refuses(KeyrackError, "request_invalid", () => session.can(forged));
      await refuses(KeyrackError, "request_invalid", () => session.state(forged));
    }
  });

  test("circumstances are checked like a request", async () => {
    const invalid = (work) => refuses(KeyrackError, "request_invalid", work);
    await invalid(() => rack.session("bruno", "split", { noww: now }));
    await invalid(() => rack.session("bruno", "split", { now: "now" }));
    await invalid(() => rack.session(7, "split", { now }));
    await invalid(() => rack.session("bruno", 7, { now }));
    await invalid(() => rack.session("bruno", "split", { now, auth: { levl: 2 } }));
  });

  test("a session stays what it was under a later rack and larger memory", async () => {
    const session = rack.session("bruno", "split", { now });
    const before = session.states();
    const others = [];
    for (let count = 0; count < 40; count++) {
      others.push(await Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] }));
      others.at(-1).session("ana", "split", { now });
    }
    rack.decide({ subject: "bruno", permission: "order.view", scope: "x".repeat(900_000), now });
    same(session.states(), before);
    same(others.length, 40);
  });
}
