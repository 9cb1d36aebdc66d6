import { holds, same } from "../harness.js";
import { HERE, MONDAY } from "./facts.js";

const refund = { subject: "bruno", permission: "order.refund", scope: "split", now: MONDAY };
const proofs = [{ subject: "bruno", session: "s", permission: "order.refund", level: 2, at: MONDAY }];
const auth = { session: "s", time: MONDAY - 60, acr: "code", amr: ["pwd", "otp"], proofs };

export async function decisions(test, { Keyrack }, store) {
  const rack = await Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] });

  test("an allow names its right, its obligations and its fields", () => {
    const decision = rack.decide({ ...refund, auth, amount: { value: 4200, currency: "EUR" } });
    same(decision.outcome, "allow");
    same(decision.reason, "granted");
    same(decision.grantedBy, "counter_at_split");
    same(decision.policyVersion, 7);
    same(decision.id, undefined);
    same(decision.obligations[0], {
      type: "reserve_budget",
      budget: "refunds",
      member: "bruno",
      window: "day",
      zone: "Europe/Zagreb",
      from: "2026-03-02T00:00",
      to: "2026-03-03T00:00",
      currency: "EUR",
      amount: 4200,
      maxAmount: 30_000,
    });
    holds(decision.fields.hidden.includes("order.billing"), "billing data is hidden");
    holds(decision.holdsUntil > MONDAY, "it holds until later");
  });

  test("asks, refusals and unknown names are answers with a reason", () => {
    const asked = (changed) => {
      const { outcome, reason } = rack.decide({ ...refund, auth, ...changed });
      return `${outcome} ${reason}`;
    };
    const euros = (value) => ({ amount: { value, currency: "EUR" } });
    same(asked({ ...euros(4200), auth: undefined }), "step_up step_up_required");
    same(asked(euros(5001)), "approval approval_required");
    same(asked(euros(20_001)), "deny limit_exceeded");
    same(asked({ amount: { value: 1, currency: "USD" } }), "deny currency_not_allowed");
    same(asked({}), "deny amount_required");
    same(asked(euros(0.1 + 0.2)), "deny amount_invalid");
    same(asked(euros(-1)), "deny amount_invalid");
    same(asked(euros(Number.NaN)), "deny amount_invalid");
    same(asked(euros(2 ** 53)), "deny amount_invalid");
    same(asked({ ...euros(1), subject: "cvita" }), "deny denied_by_rule");
    same(asked({ ...euros(1), subject: "eve" }), "deny member_unknown");
    same(asked({ permission: "order.refnd" }), "deny permission_unknown");
    same(asked({ scope: "zadar" }), "deny scope_unknown");
    same(asked({ scope: "зaдар" === "зaдар" ? "zaдар" : "" }), "deny scope_unknown");
    same(asked({ ...euros(1), scope: "зaдар" }), "deny out_of_scope");
    same(asked({ ...euros(1), scope: undefined }), "deny out_of_scope");
    same(asked({ ...euros(1), subject: "ana", auth: { ...auth, proofs: [] } }), "step_up step_up_required");
    same(asked({ now: undefined, ...euros(1) }), "deny snapshot_expired");
  });

  test("the caller's name for a question comes back", () => {
    same(rack.decide({ ...refund, id: "q 1" }).id, "q 1");
    same(rack.decide({ ...refund, id: "" }).id, "");
    same("id" in rack.decide({ ...refund, id: null }), false);
  });

  test("an approval by a member who may, of this record and amount, is enough", () => {
    const at = MONDAY - 60;
    const approval = {
      by: "dino", requester: "bruno", permission: "order.refund", scope: "split",
      resource: "o-1", amount: { value: 6000, currency: "EUR" }, at,
    };
    const asked = {
      ...refund, auth, amount: { value: 6000, currency: "EUR" }, resource: { type: "order", id: "o-1" },
    };
    same(rack.decide({ ...asked, approvals: [approval] }).outcome, "allow");
    same(rack.decide({ ...asked, approvals: [{ ...approval, resource: "o-2" }] }).reason, "approval_invalid");
    same(rack.decide({ ...asked, approvals: [] }).missing.approval.fresh, 14_400);
  });

  test("a batch is each decision on its own", () => {
    const asked = ["ana", "bruno", "cvita", "eve"].flatMap((subject) =>
      rack.permissions().map((permission) => ({ ...refund, subject, permission })),
    );
    same(rack.decideBatch(asked), asked.map((one) => rack.decide(one)));
    same(rack.decideBatch([]), []);
    return `${asked.length} questions`;
  });

  test("a batch in columns says what `can` says of each row", () => {
    const now = refund.now;
    const rows = [];
    for (const subject of ["ana", "bruno", "cvita", "dino", "eve", "nobody", ""]) {
      for (const scope of [undefined, null, "split", "зaдар", "nowhere"]) {
        for (const permission of [...rack.permissions(), "no.such"]) rows.push([subject, permission, scope]);
      }
    }
    const column = (place) => rows.map((row) => row[place]);
    const columns = { subjects: column(0), permissions: column(1), scopes: column(2) };
    const expected = rows.map(([subject, permission, scope]) => (rack.can(subject, permission, scope, now) ? 1 : 0));
    same([...rack.canBatch(columns, now)], expected);
    holds(expected.includes(1) && expected.includes(0), "both answers are among them");
    // More rows than cross at once.
    const times = Math.ceil(10_000 / rows.length);
    const long = (list) => Array.from({ length: times }, () => list).flat();
    const many = { subjects: long(columns.subjects), permissions: long(columns.permissions), scopes: long(columns.scopes) };
    same([...rack.canBatch(many, now)], long(expected));
    const one = rack.canBatch({ subjects: "ana", permissions: rack.permissions(), scopes: "split" }, now);
    same([...one], rack.permissions().map((permission) => Number(rack.can("ana", permission, "split", now))));
    same([...rack.canBatch({ subjects: "ana", permissions: "order.view" }, now)], [Number(rack.can("ana", "order.view", undefined, now))]);
    same(rack.canBatch({ subjects: [], permissions: "order.view" }, now).length, 0);
    return `${rows.length} rows`;
  });

  test("a column that was prepared says what its list says", () => {
    const now = refund.now;
    const subjects = ["ana", "bruno", "nobody", "cvita", "", "dino"];
    const scopes = ["split", undefined, "split", "nowhere", null, "зaдар"];
    const lists = { subjects, permissions: "order.view", scopes };
    const columns = { ...lists, subjects: rack.column("subjects", subjects), scopes: rack.column("scopes", scopes) };
    same(columns.subjects.length, 6);
    for (const mixed of [columns, { ...columns, scopes }, { ...columns, subjects }]) {
      same([...rack.canBatch(mixed, now)], [...rack.canBatch(lists, now)]);
    }
    const permissions = rack.column("permissions", [...rack.permissions(), "no.such"]);
    const one = rack.canBatch({ subjects: "ana", permissions, scopes: "split" }, now);
    same([...one], [...rack.permissions(), "no.such"].map((name) => Number(rack.can("ana", name, "split", now))));
    // It is a copy: what becomes of the list afterwards is nothing to it.
    subjects[0] = "nobody";
    same([...rack.canBatch(columns, now)][0], Number(rack.can("ana", "order.view", "split", now)));
  });

  test("an explanation holds the very decision", () => {
    for (const subject of ["ana", "bruno", "cvita", "dino", "eve"]) {
      for (const scope of [undefined, "split", "зaдар"]) {
        const asked = { ...refund, id: "x", subject, scope, amount: { value: 100, currency: "EUR" } };
        same(rack.explain(asked).decision, rack.decide(asked), `${subject} ${scope}`);
      }
    }
    const { considered, couldGrant } = rack.explain({ ...refund, amount: { value: 20_001, currency: "EUR" } });
    same(considered[0].name, "counter_at_split");
    same(considered[0].way, "group counter");
    same(considered[0].reason, "limit_exceeded");
    same(couldGrant[0], "ana");
  });

  test("`can` is true exactly where a decision on the same facts is an allow without obligations to others", () => {
    for (const subject of ["ana", "bruno", "cvita", "dino", "eve"]) {
      for (const permission of rack.permissions()) {
        const { outcome, obligations } = rack.decide({ ...refund, subject, permission });
        const open = obligations.some(({ type }) => type === "reserve_budget");
        const may = rack.can(subject, permission, "split", MONDAY);
        same(may, outcome === "allow" && !open, `${subject} ${permission}`);
      }
    }
  });

  test("`can` takes the host's clock where it is told no time", () => {
    const real = Date.now;
    try {
      Date.now = () => MONDAY * 1000;
      same(rack.can("cvita", "order.view", "split"), true);
      Date.now = () => Date.UTC(2026, 8, 1);
      same(rack.can("cvita", "order.view", "split"), false);
      same(rack.can("bruno", "order.view", "split"), true);
      Date.now = () => Date.UTC(2027, 2, 1);
      same(rack.can("bruno", "order.view", "split"), false);
    } finally {
      Date.now = real;
    }
  });
}

/** The key of tests/support/rack.rs. */
export const TEST_KEY = "i_qfvtcry7Z9EmoYA-emPw7-G4yZpwaCtlO9-iR8XS0";
