import { holds, refuses, same } from "../harness.js";
import { TEST_KEY } from "./decisions.js";
import { HERE, MONDAY } from "./facts.js";

const MEMBERS = ["ana", "bruno", "cvita", "dino"];
const SCOPES = ["bookshop", "split", "зaдар"];

export async function lists(test, { Keyrack, KeyrackError }, store) {
  const rack = await Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] });
  const now = MONDAY;

  test("permissions and scopes are the policy's", () => {
    same(rack.scopes(), SCOPES);
    holds(rack.permissions().includes("order.refund"), "a permission of the catalogue");
    rack.scopes().pop();
    same(rack.scopes(), SCOPES);
  });

  test("who can, and what can, say what sessions say", () => {
    for (const scope of SCOPES) {
      for (const permission of rack.permissions()) {
        const expected = MEMBERS.map((member) => ({
          member,
          state: rack.session(member, scope, { now }).state(permission),
        })).filter(({ state }) => state !== "denied");
        const found = rack.whoCan(permission, scope, { now });
        same(sorted(found, "member"), sorted(expected, "member"), `${permission} ${scope}`);
      }
      for (const member of MEMBERS) {
        const states = Object.entries(rack.session(member, scope, { now }).states());
        const expected = states
          .filter(([, state]) => state !== "denied")
          .map(([permission, state]) => ({ permission, state }));
        same(rack.whatCan(member, scope, { now }), expected);
      }
    }
    same(rack.whoCan("order.vew", "split", { now }), []);
    same(rack.whatCan("eve", "split", { now }), []);
  });

  test("where can gives a filter that agrees with decisions on records", () => {
    for (const subject of [...MEMBERS, "eve"]) {
      const filter = rack.whereCan(subject, "order.view", { now });
      for (const scope of SCOPES) {
        const passes = filter.parts.length > 0 && filter.parts.every(
          ({ any, except }) => any.some((one) => covers(one, scope)) && !except.some((one) => covers(one, scope)),
        );
        const resource = { type: "order", id: "o" };
        const { outcome } = rack.decide({ subject, permission: "order.view", scope, resource, now });
        same(passes, outcome === "allow", `${subject} ${scope}`);
      }
    }
    same(rack.whereCan("eve", "order.view", { now }).reason, "member_unknown");
  });

  test("a route names its permission and where the facts come from", () => {
    same(rack.route("POST", "/stores/split/orders/o%2D1/refunds"), {
      method: "POST",
      permission: "order.refund",
      measure: "money",
      parameters: { order: "o-1", store: "split" },
      scope: "path:store",
      amount: "body:/amount",
      currency: "body:/currency",
      resourceType: "order",
      resource: "path:order",
      loadResource: false,
      filters: {},
      writesBody: false,
      exports: false,
    });
    same(rack.route("GET", "/stores/split/orders").permission, "order.view");
    for (const path of ["/stores/split/orders/", "/stores//orders", "/stores/../orders", "stores/split/orders", "/stores/a%2Fb/orders", ""]) {
      same(rack.route("GET", path), undefined, path);
    }
    same(rack.route("DELETE", "/stores/split/orders"), undefined);
    for (const forged of [undefined, null, 7, {}, new URL("http://a/b")]) {
      let refused = false;
      try {
        rack.route("GET", forged);
      } catch (error) {
        refused = error.code === "request_invalid";
      }
      holds(refused, "a path is text");
    }
  });

  test("field groups have paths", () => {
    const groups = rack.fieldGroups("order");
    holds(groups.length > 2, "orders have field groups");
    for (const { id, paths } of groups) {
      holds(id.startsWith("order."), id);
      same(rack.fieldPaths(id), paths);
    }
    same(rack.fieldGroups("nothing"), []);
    same(rack.fieldPaths("order.nothing"), []);
  });

  test("the edge module cuts no slices, and says so", async () => {
    await refuses(KeyrackError, "slicing_unavailable", () => rack.slice("bruno"));
  });
}

const covers = ({ scopes, ...rest }, scope) => {
  if (Object.keys(rest).length > 0) throw new Error(`unexpected ${JSON.stringify(rest)}`);
  return scopes === undefined || scopes.includes(scope);
};

const sorted = (list, key) => [...list].sort((a, b) => (a[key] < b[key] ? -1 : 1));
