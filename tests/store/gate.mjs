/** What the gate and the endpoints beside it answer to the plugins' apps. */

import assert from "node:assert/strict";

// The module that cuts slices: it loads them as well.
import { Keyrack } from "keyrack/slicing";

import { call, headersOf, verify } from "./calls.mjs";

const Z = "/api/stores/zagreb-01";
const PRICETAG = "app_pricetag";
const HELPDESK = "app_helpdesk";
const VIEW = "application/vnd.keyrack.view";

export const gate = ({ url }) => {
  const ask = (who, ...asked) => call(url, who, ...asked);
  const price = (who, percent, product = "tent-2p") =>
    ask(who, "PUT", `${Z}/products/${product}/price`, { percent, direction: "down" });
  const outcome = ({ status, code }) => [status, code];
  const sliceOf = async (who, path = "/me/slice") => {
    const headers = { ...(await headersOf(url, who)), accept: VIEW };
    const answer = await fetch(url + path, { headers });
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  return [
    [
      "on behalf of a member an app changes a price within the narrower limit, after a proof",
      async () => {
        const ivana = { as: "u_ivana", session: "gate-1" };
        const through = { ...ivana, through: PRICETAG };
        assert.deepEqual(outcome(await price(through, 2000)), [401, "step_up_required"]);
        // The member answers, not the app.
        assert.equal((await verify(url, ivana, "catalog.price.edit")).status, 201);
        const done = await price(through, 1000);
        assert.deepEqual(outcome(done), [200, "allow"]);
        assert.deepEqual(outcome(await price(through, 2001)), [403, "limit_exceeded"]);
        // She may by herself.
        assert.deepEqual(outcome(await price(ivana, 2001)), [401, "step_up_required"]);
        const shop = await (await fetch(`${url}/shop/catalogue/zagreb-01`)).json();
        const tent = shop.products.find(({ id }) => id === "tent-2p");
        assert.equal(tent.price, 34_900 - 3_490);
        assert.deepEqual(Object.keys(tent), ["id", "title", "description", "price", "stock"]);
      },
    ],
    [
      "where either lacks the right it is refused: the member, the app, or the place",
      async () => {
        // The app may, the member may not.
        const filip = { as: "u_filip", through: PRICETAG };
        assert.deepEqual(outcome(await price(filip, 100)), [403, "no_grant"]);
        // The member may, the app may not.
        const marko = { as: "u_marko", session: "gate-2" };
        const noted = [`${Z}/products/tent-2p`, { title: "Tent" }];
        const helped = { ...marko, through: HELPDESK };
        assert.deepEqual(outcome(await price(helped, 100)), [403, "no_grant"]);
        const mirna = { as: "u_mirna", through: PRICETAG };
        assert.deepEqual(outcome(await ask(mirna, "PATCH", ...noted)), [403, "no_grant"]);
        // The app is not installed in Paris.
        const paris = await ask(
          { as: "u_mirna", through: PRICETAG },
          "PUT",
          "/api/stores/paris-01/products/tent-2p/price",
          { percent: 100, direction: "up" },
        );
        assert.deepEqual(outcome(paris), [403, "out_of_scope"]);
      },
    ],
    [
      "what nobody may delegate is refused through any app, the owner's keys too",
      async () => {
        for (const through of [PRICETAG, HELPDESK]) {
          const staff = await ask({ as: "u_mirna", through }, "GET", `${Z}/staff`);
          assert.deepEqual(outcome(staff), [403, "delegation_denied"], through);
        }
        const account = { account_number: "HR00" };
        const path = `${Z}/funds/payout-account`;
        const payout = await ask({ as: "u_mirna", through: PRICETAG }, "PUT", path, account);
        assert.deepEqual(outcome(payout), [403, "owner_only"]);
      },
    ],
    [
      "an app alone does what it was granted, and no more",
      async () => {
        assert.equal((await ask({ as: HELPDESK }, "GET", `${Z}/orders/Z-1001`)).status, 200);
        assert.deepEqual(outcome(await price({ as: HELPDESK }, 100)), [403, "no_grant"]);
        assert.equal((await ask({ as: PRICETAG }, "GET", `${Z}/products/tent-2p`)).status, 200);
      },
    ],
    [
      "what either may not see is masked: billing for all, a customer without the member's ticket",
      async () => {
        const order = (who, id) => ask(who, "GET", `${Z}/orders/${id}`);
        const alone = await order({ as: "u_marko" }, "Z-1001");
        assert.ok(alone.data.billing_address, "the store manager sees billing without the app");
        const through = await order({ as: "u_marko", through: HELPDESK }, "Z-1001");
        for (const group of ["order.billing", "order.payment", "order.margin"]) {
          assert.ok(through.hidden.includes(group), group);
        }
        assert.equal(through.data.billing_address, undefined);
        assert.ok(through.data.customer.email);
        const dora = { as: "u_dora", through: HELPDESK };
        assert.ok((await order(dora, "Z-1001")).data.customer.email, "she has a ticket");
        assert.ok((await order(dora, "Z-1003")).hidden.includes("order.contact"));
      },
    ],
    [
      "the slice of an app on behalf holds nothing of the member's that its grants do not reach",
      async () => {
        const { keys } = await (await fetch(`${url}/dev/keys`)).json();
        const { now } = await (await fetch(`${url}/dev/clock`)).json();
        const { answer, bytes } = await sliceOf({ as: "u_marko", through: PRICETAG });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get("x-keyrack-actor"), PRICETAG);
        const rack = await Keyrack.load(bytes, { keys, now });
        const asked = { scope: "zagreb-01", now, auth: { session: "s", time: now, level: 3 } };
        const reason = (permission, more) =>
          rack.decide({ subject: "u_marko", permission, ...asked, ...more }).reason;
        // Marko holds all of these, and refunds up to 3,000 euro.
        for (const permission of ["order.view", "order.refund", "customer.billing.view"]) {
          assert.equal(reason(permission), "no_grant", permission);
        }
        const session = rack.session("u_marko", "zagreb-01", { now });
        assert.equal(session.state("catalog.view"), "allowed");
        const own = await sliceOf({ as: "u_marko" });
        assert.ok(own.bytes.includes("order.refund") && own.bytes.includes("store-manager"));
        for (const name of ["store-manager", "u_ivana", "u_tomislav"]) {
          assert.ok(!bytes.includes(name), name);
        }
        rack.release();
      },
    ],
    [
      "a plugin gets a slice about itself and its own member: nobody else's, whatever it asks",
      async () => {
        const own = await sliceOf({ as: "u_filip", through: PRICETAG });
        for (const path of ["/me/slice?member=u_marko", "/me/slice?actor=app_helpdesk"]) {
          const asked = await sliceOf({ as: "u_filip", through: PRICETAG }, path);
          assert.ok(asked.bytes.includes("u_filip") && !asked.bytes.includes("u_marko"), path);
          assert.ok(!asked.bytes.includes(HELPDESK), path);
          assert.equal(asked.bytes.length, own.bytes.length);
        }
        for (const path of ["/members/u_marko/slice", "/u_marko/slice"]) {
          const asked = await sliceOf({ as: "u_filip", through: PRICETAG }, path);
          assert.equal(asked.answer.status, 404);
        }
        // Members act for nobody, and who is no member acts for nobody either.
        const through = async (app) => {
          const { answer, bytes } = await sliceOf({ as: "u_filip", through: app });
          return [answer.status, JSON.parse(bytes.toString()).code];
        };
        assert.deepEqual(await through("u_marko"), [403, "delegation_denied"]);
        assert.deepEqual(await through("app_ghost"), [403, "member_unknown"]);
        const bare = await fetch(`${url}/me/slice`, { headers: { accept: VIEW } });
        assert.equal(bare.status, 401);
      },
    ],
    [
      "states without a slice: what both have, and nothing of what else the member has",
      async () => {
        const states = async (who, scope = "zagreb-01") =>
          (await ask(who, "GET", `/me/states?scope=${scope}`)).data.states;
        const marko = await states({ as: "u_marko" });
        assert.ok("order.refund" in marko && "catalog.price.edit" in marko);
        const through = await states({ as: "u_marko", through: PRICETAG });
        assert.deepEqual(through["catalog.price.edit"], "conditional");
        assert.deepEqual(through["catalog.view"], "allowed");
        assert.ok(!("order.refund" in through) && !("order.view" in through));
        const filip = await states({ as: "u_filip", through: PRICETAG });
        assert.ok(!("catalog.price.edit" in filip) && !("catalog.view" in filip));
        const paris = await states({ as: "u_mirna", through: PRICETAG }, "paris-01");
        assert.ok(!("catalog.price.edit" in paris));
        assert.deepEqual(await states({ as: "nobody" }), {});
        assert.equal((await fetch(`${url}/me/states?scope=zagreb-01`)).status, 401);
        const twice = await ask({ as: "u_marko" }, "GET", "/me/states?scope=zagreb-01&scope=hr");
        assert.equal(twice.status, 400);
      },
    ],
  ];
};
