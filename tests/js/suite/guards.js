import { holds, refuses, same } from "../harness.js";
import { TEST_KEY } from "./decisions.js";
import { HERE, MONDAY } from "./facts.js";

const least = { subject: "bruno", permission: "order.view", scope: "split", now: MONDAY };

/** Values that act as a number or as text where nobody looks. */
const FORGED = [
  undefined, null, 0, 1, 24.9, -1, Number.NaN, 2 ** 32 + 1, 1n, true, Symbol.iterator, [], ["bruno"],
  { valueOf: () => 1 }, { toString: () => "bruno" }, { length: 5, charCodeAt: () => 98 },
  new String("bruno"), () => "bruno",
];

export async function guards(test, { Keyrack, KeyrackError }, store) {
  const rack = await Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] });
  const invalid = (work) => refuses(KeyrackError, "request_invalid", work);

  test("`can` takes text and whole seconds, and nothing that looks like them", async () => {
    for (const forged of FORGED) {
      await invalid(() => rack.can(forged, "order.view", "split", MONDAY));
      await invalid(() => rack.can("bruno", forged, "split", MONDAY));
      if (forged !== undefined && forged !== null) {
        await invalid(() => rack.can("bruno", "order.view", forged, MONDAY));
      }
    }
    for (const now of [null, "1772445600", 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2n, {}, [MONDAY]]) {
      await invalid(() => rack.can("bruno", "order.view", "split", now));
    }
    // It remembers a name, and not what merely equals it.
    holds(rack.can("bruno", "order.view", "split", MONDAY), "the name itself");
  });

  test("names that nobody has are a plain no, also those that objects have", () => {
    for (const name of ["", "eve", "__proto__", "constructor", "toString", "bruno ", "BRUNO", "\0bruno", "x".repeat(9999)]) {
      same(rack.can(name, "order.view", "split", MONDAY), false);
      same(rack.can("bruno", name, "split", MONDAY), false);
      same(rack.can("bruno", "order.view", name, MONDAY), false);
      same(rack.decide({ ...least, subject: name }).reason, "member_unknown");
    }
  });

  test("half of a surrogate pair is no text", async () => {
    for (const broken of ["\ud800", "bruno\udfff", "a\ud83dz"]) {
      await invalid(() => rack.can(broken, "order.view", "split", MONDAY));
      await invalid(() => rack.decide({ ...least, subject: broken }));
      await invalid(() => rack.route("GET", broken));
      await invalid(() => rack.slice(broken));
    }
  });

  test("requests of the wrong shape are refused", async () => {
    const wrong = [
      undefined, null, "bruno", 7, [], [least], {}, { ...least, subject: undefined }, { ...least, permission: null },
      { ...least, subject: 7 }, { ...least, scope: 7 }, { ...least, now: "now" }, { ...least, now: 1.5 },
      { ...least, now: 2n }, { ...least, amount: 5 }, { ...least, amount: {} }, { ...least, amount: { value: "5" } },
      { ...least, amount: { value: 5n } }, { ...least, amount: { value: 5, currency: 5 } }, { ...least, percent: "1" },
      { ...least, amount: { value: 5, curency: "EUR" } }, { ...least, resource: { type: "order" } },
      { ...least, resource: "o-1" }, { ...least, resource: { type: "order", id: 5 } },
      { ...least, resource: { type: "order", id: "o", openTicketWith: "bruno" } },
      { ...least, resource: { type: "order", id: "o", attributes: [] } },
      { ...least, fields: ["a"] }, { ...least, fields: { write: "a" } }, { ...least, fields: { writes: [] } },
      { ...least, auth: { level: 256 } }, { ...least, auth: { level: -1 } }, { ...least, auth: { level: "2" } },
      { ...least, auth: { amr: "otp" } }, { ...least, auth: { proofs: [{}] } }, { ...least, approvals: null },
      { ...least, approvals: {} }, { ...least, approvals: [undefined] }, { ...least, usage: [{}] },
      { ...least, assignment: { valid: null } }, { ...least, assignment: { conditions: { limits: [{}] } } },
    ];
    for (const request of wrong) {
      await invalid(() => rack.decide(request));
      await invalid(() => rack.explain(request));
      await invalid(() => rack.decideBatch([request]));
    }
    for (const list of [undefined, null, {}, least, "x"]) await invalid(() => rack.decideBatch(list));
  });

  test("columns of two lengths, and what is no text, are refused", async () => {
    const columns = { subjects: ["ana", "bruno"], permissions: "order.view", scopes: ["split"] };
    await invalid(() => rack.canBatch(columns));
    for (const forged of [1, null, undefined, {}, ["ana"]]) {
      await invalid(() => rack.canBatch({ subjects: [forged], permissions: "order.view" }));
      await invalid(() => rack.canBatch({ subjects: "ana", permissions: [forged] }));
    }
    for (const forged of [1, {}, ["split"]]) {
      await invalid(() => rack.canBatch({ subjects: "ana", permissions: "order.view", scopes: [forged] }));
    }
    for (const now of [null, "1", 1.5, NaN]) {
      await invalid(() => rack.canBatch({ subjects: "ana", permissions: "order.view" }, now));
    }
  });

  test("a column of another rack, of another kind, or forged, answers nothing", async () => {
    const other = await Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] });
    const own = rack.column("subjects", ["ana"]);
    same(Object.isFrozen(own), true);
    const foreign = other.column("subjects", ["ana"]);
    const forged = [foreign, { length: 1 }, { ...own }, Object.create(own), new Uint32Array([1]), new Proxy(own, {})];
    for (const subjects of forged) {
      await invalid(() => rack.canBatch({ subjects, permissions: "order.view" }, MONDAY));
    }
    await invalid(() => rack.canBatch({ subjects: "ana", permissions: own }, MONDAY));
    await invalid(() => rack.canBatch({ subjects: own, permissions: ["order.view", "order.view"] }, MONDAY));
    for (const list of [undefined, null, "ana", { length: 1 }, [7], [undefined], [null], [, "ana"], ["\ud800"]]) {
      await invalid(() => rack.column("subjects", list));
    }
    for (const name of [undefined, "subject", "", "constructor", 0]) await invalid(() => rack.column(name, ["ana"]));
  });

  test("a misspelt member is refused, at every depth", async () => {
    const misspelt = [
      { ...least, actr: "app" }, { ...least, Scope: "split" }, { ...least, auth: { acr: "code", sesion: "s" } },
      { ...least, resource: { type: "order", id: "o", asignee: "bruno" } },
      { ...least, assignment: { members: ["x"] } }, { ...least, ["__proto__x"]: 1 },
      JSON.parse(`{"subject":"bruno","permission":"order.view","__proto__":{"scope":"split"}}`),
    ];
    for (const request of misspelt) {
      const error = await invalid(() => rack.decide(request));
      holds(error.message.includes("not known"), error.message);
    }
  });

  test("what is inherited is not said", async () => {
    await invalid(() => rack.decide(Object.create(least)));
    Object.prototype.approvals = [];
    try {
      await invalid(() => rack.decide(least));
    } finally {
      delete Object.prototype.approvals;
    }
    same(rack.decide(Object.assign(Object.create(null), least)).outcome, "allow");
  });

  test("a request that asks while it is read is refused, and so leaves no trace", async () => {
    const sneaky = {
      ...least,
      get scope() {
        rack.decide({ ...least, subject: "ana" });
        return "split";
      },
    };
    await invalid(() => rack.decide(sneaky));
    const list = ["bruno"];
    Object.defineProperty(list, 1, { enumerable: true, get: () => (rack.can("nobody yet", "order.view"), "x") });
    await invalid(() => rack.decide({ ...least, resource: { type: "order", id: "o", openTicketWith: list } }));
    const thrown = { ...least, approvals: [{ requester: "m", permission: "p", amount: { value: "x" } }], ip: "203.0.113.7" };
    await invalid(() => rack.decide(thrown));
    same(rack.decide(least), rack.decide({ ...least }));
  });

  test("nobody else makes racks, sessions or engines", async () => {
    await refuses(KeyrackError, "source_invalid", () => new Keyrack());
    await refuses(KeyrackError, "source_invalid", () => new Keyrack(Symbol("inside"), {}, {}));
    await refuses(KeyrackError, "source_invalid", () => new rack.constructor({}, {}));
    try {
      rack.version = 9;
    } catch {
      // Modules are strict, and a frozen object says so.
    }
    same(rack.version, 7);
  });

  test("an error has a code, a name and a message, and is an error", async () => {
    const error = await invalid(() => rack.can(7, "order.view"));
    holds(error instanceof Error, "an error");
    same(error.name, "KeyrackError");
    same(String(error).startsWith("KeyrackError: "), true);
    same(Object.keys(error), ["code"]);
  });
}
