// What must compile, and what must not: each `@ts-expect-error` fails if the line below it compiles.
import { Keyrack, KeyrackError, type Decision, type ErrorCode, type Session } from "keyrack";
import { KeyrackError as TheSame } from "keyrack/errors";
import { initialise } from "keyrack/slim";

declare module "keyrack" {
  // As `keyrack types` writes it.
  interface Policy {
    permission: "order.view" | "order.refund";
  }
}

const publicKey = new Uint8Array(32);
const rack: Keyrack = await Keyrack.load(fetch("/policy"), { keys: [{ publicKey }], minVersion: 7 });
const may: boolean = rack.can("u_42", "order.refund", "paris-01");
const decision: Decision = rack.decide({
  subject: "u_42",
  permission: "order.refund",
  scope: "paris-01",
  amount: { value: 4200, currency: "EUR" },
  now: 1_772_445_600,
});
const session: Session = rack.session("u_42", "paris-01", { now: 1 });
const state: "allowed" | "conditional" | "denied" = session.state("order.view");
const until: number | undefined = session.until;

switch (decision.outcome) {
  case "allow":
  case "deny":
  case "step_up":
  case "approval":
    break;
  default: {
    const none: never = decision.outcome;
    throw none;
  }
}
for (const obligation of decision.obligations) {
  if (obligation.type === "reserve_budget") {
    const { budget, maxAmount }: { budget: string; maxAmount?: number } = obligation;
  }
}
try {
  await rack.withOverlay(new Uint8Array(), { keys: [] });
} catch (error) {
  if (error instanceof KeyrackError || error instanceof TheSame) {
    const code: ErrorCode = error.code;
    if (code === "overlay_rollback" || code === "snapshot_unsigned") throw error;
    // @ts-expect-error no such code
    if (code === "snapshot_bad") throw error;
  }
}
await initialise(await WebAssembly.compile(new Uint8Array()));

// @ts-expect-error a misspelt permission
rack.can("u_42", "order.refnd");
// @ts-expect-error a misspelt permission
session.can("order.refnd");
// @ts-expect-error a misspelt permission
rack.decide({ subject: "u_42", permission: "order.refnd" });
// @ts-expect-error a misspelt member
rack.decide({ subject: "u_42", permission: "order.view", actr: "app" });
// @ts-expect-error a number is no member
rack.can(42, "order.view");
// @ts-expect-error an amount has a value
rack.decide({ subject: "u_42", permission: "order.view", amount: 4200 });
// @ts-expect-error racks are loaded
new Keyrack();
// @ts-expect-error a rack does not change
rack.version = 8;
// @ts-expect-error a misspelt option
await Keyrack.load(new Uint8Array(), { minversion: 7 });
// @ts-expect-error text is no snapshot
await Keyrack.load("KYRK", { keys: [] });
// @ts-expect-error `initialise` is of `keyrack/slim`
(await import("keyrack")).initialise;

import { Authzen, createService, type Facts } from "keyrack/authzen";

const service = await createService({ identifier: "https://a.example", tokenKey: new Uint8Array(32) });
const point = await Authzen.load(new Uint8Array(), { keys: [], tenant: "acme", minVersion: 7 });
const known: Facts = {
  trusted: true,
  records: [{ type: "order", id: "o1", scope: "paris", attributes: { status: "open" } }],
  people: [{ subject: "u_42", auth: { session: "s", time: 1 } }],
};
const told = service.answer(point, { method: "POST", path: "/access/v1/evaluation" }, { facts: known });
const spent: string[] = told.spent;
const outcome: "allow" | "deny" | "step_up" | "approval" | undefined = told.decided[0]?.decision.outcome;
// @ts-expect-error a misspelt fact
service.answer(point, { method: "POST", path: "/" }, { facts: { record: [] } });
// @ts-expect-error an identifier is needed
await createService({ tokenKey: new Uint8Array(32) });
