import { holds, refuses, same } from "../harness.js";
import { keyPair, payloadOf, sign } from "../signing.js";
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

  test("a slice is its member's view, once it is signed", async () => {
    const bytes = rack.slice("bruno");
    holds(bytes instanceof Uint8Array, "bytes");
    await refuses(KeyrackError, "snapshot_unsigned", () => Keyrack.load(bytes, { now, keys: [{ publicKey: TEST_KEY }] }));
    const pair = await keyPair(5);
    const keys = [{ publicKey: pair.text, domains: ["slice"] }];
    const own = await Keyrack.load(await sign(payloadOf(bytes), pair, "slice"), { keys, now });
    same(own.isSlice, true);
    same(own.version, 7);
    same(own.scopes(), ["bookshop", "split"]);
    for (const scope of own.scopes()) {
      same(own.session("bruno", scope, { now }).states(), rack.session("bruno", scope, { now }).states(), scope);
    }
    for (const other of ["ana", "cvita", "dino"]) {
      same(own.decide({ subject: other, permission: "order.view", scope: "split", now }).reason, "member_unknown");
    }
    const text = new TextDecoder("latin1").decode(bytes);
    for (const other of ["ana", "cvita", "dino"]) {
      holds(!new RegExp(`(?<![a-z._])${other}(?![a-z._])`).test(text), `${other} is not in it`);
    }
    await refuses(KeyrackError, "request_invalid", () => rack.slice("eve"));
    // Signed as the whole policy, a slice is none.
    const posed = await sign(payloadOf(bytes), pair, "snapshot");
    await refuses(KeyrackError, "snapshot_damaged", () => Keyrack.load(posed, { keys: [{ publicKey: pair.text }], now }));
  });
}

const covers = ({ scopes, ...rest }, scope) => {
  if (Object.keys(rest).length > 0) throw new Error(`unexpected ${JSON.stringify(rest)}`);
  return scopes === undefined || scopes.includes(scope);
};

const sorted = (list, key) => [...list].sort((a, b) => (a[key] < b[key] ? -1 : 1));
