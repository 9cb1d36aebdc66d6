import { holds, refuses, same } from "../harness.js";
import { overlayPayload, unsigned } from "../signing.js";
import { TEST_KEY } from "./decisions.js";
import { HERE, ISSUED, MONDAY } from "./facts.js";

export async function lifetime(test, { Keyrack, KeyrackError }, store) {
  const load = () => Keyrack.load(store, { ...HERE, keys: [{ publicKey: TEST_KEY }] });

  test("two racks live side by side and do not know each other", async () => {
    const first = await load();
    const facts = { tenant: "bookshop", version: 1, issued: ISSUED, suspended: ["bruno"] };
    const second = await first.withOverlay(unsigned(overlayPayload(facts), "overlay"), HERE);
    const asked = { subject: "bruno", permission: "order.view", scope: "split", now: MONDAY };
    for (let count = 0; count < 50; count++) {
      same(first.decide(asked).outcome, "allow");
      same(second.decide(asked).reason, "member_suspended");
      same(first.can("bruno", "order.view", "split", MONDAY), true);
      same(second.can("bruno", "order.view", "split", MONDAY), false);
    }
  });

  test("a rack that was released answers nothing, whoever has its place by now", async () => {
    const asked = { subject: "bruno", permission: "order.view", scope: "split", now: MONDAY };
    const gone = await load();
    same(gone.can("bruno", "order.view", "split", MONDAY), true);
    gone.release();
    const next = await load();
    gone.release();
    for (const ask of [
      () => gone.decide(asked),
      () => gone.can("bruno", "order.view", "split", MONDAY),
      () => gone.session("bruno", "split"),
      () => gone.route("GET", "/orders"),
    ]) {
      await refuses(KeyrackError, "snapshot_damaged", ask);
    }
    const facts = { tenant: "bookshop", version: 1, issued: ISSUED };
    const overlay = unsigned(overlayPayload(facts), "overlay");
    await refuses(KeyrackError, "overlay_damaged", () => gone.withOverlay(overlay, HERE));
    same(next.decide(asked).outcome, "allow");
  });

  test("loads at the same time share one engine", async () => {
    const racks = await Promise.all(Array.from({ length: 8 }, load));
    for (const rack of racks) same(rack.can("bruno", "order.view", "split", MONDAY), true);
  });

  test("long requests make the scratch grow, and short ones after them are read right", async () => {
    const rack = await load();
    const asked = { subject: "bruno", permission: "order.view", scope: "split", now: MONDAY };
    const before = rack.decide(asked);
    for (const length of [1, 100, 127, 128, 1000, 5000, 70_000, 300_000]) {
      same(rack.decide({ ...asked, subject: "é".repeat(length) }).reason, "member_unknown");
      same(rack.decide({ ...asked, ip: "x".repeat(length) }), before);
      const amr = new Array(Math.min(length, 20_000)).fill("pwd");
      same(rack.decide({ ...asked, auth: { amr, time: MONDAY } }), before);
    }
  });

  test("many members pass through the memory of names", async () => {
    const rack = await load();
    for (let count = 0; count < 70_000; count++) {
      if (rack.can(`m${count}`, "order.view", "split", MONDAY)) throw new Error(`m${count}`);
    }
    holds(rack.can("bruno", "order.view", "split", MONDAY), "known ones are still known");
  });
}
