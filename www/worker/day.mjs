/**
 * A Monday at Atlas Outdoor, 2 March 2026, as data: who, did what, and what must come of it. Each
 * step is one request to the worker, sent for real. Times are UTC; Zagreb is one hour ahead,
 * Shanghai eight.
 */

const at = (text) => Date.parse(`${text.length > 9 ? text : `2026-03-02T${text}`}Z`) / 1000;
const request = (method) => (path, body) => ({ method, path, body });
const [get, post, put, patch, erase] = ["GET", "POST", "PUT", "PATCH", "DELETE"].map(request);

/** What must come: a status, a code, and what else of the answer matters. */
const ok = (more = {}) => ({ status: 200, code: "allow", ...more });
const refused = (code) => ({ status: 403, code });
const asks = (acrValues, maxAge) => ({ status: 401, code: "step_up_required", acrValues, maxAge });
const needsApproval = { status: 403, code: "approval_required" };
const OTP = "atlas:otp atlas:passkey";

/**
 * Facts of a step: `now`, `ip`, `acr`, `session`, `signedInAt`, `actor`, `token`, `cites`: the last
 * approval, `language`, `audience` of the token, its `issuer` and the `sub` that it says.
 */
const step = (system, who, did, sent, expect, facts = {}) => ({ system, who, did, sent, expect, facts });

/** The member answers the challenge that is open for a permission. */
const proves = (system, who, permission, facts = {}, acr = "atlas:otp", secret = "246810") =>
  step(system, who, `verifies with ${acr.slice(6)}`, post("/dev/step-up", { permission, acr, secret }), { status: 201, code: "allow" }, facts);

/** Challenge, answer, and the same request again. */
const verified = (system, who, did, sent, maxAge, permission, then = ok(), facts = {}) => [
  step(system, who, did, sent, asks(OTP, maxAge), facts),
  proves(system, who, permission, facts),
  step(system, who, `${did}, again`, sent, then, facts),
];

/** Another member answers what was asked for last. */
const answers = (system, who, did, answer, expect, facts = {}) => ({ system, who, did, answer, expect, facts });
const agrees = (system, who) => answers(system, who, "agrees to it", "approve", ok());
/** The same request, and the approval that it is said to stand on. */
const citing = { cites: true };

/** The identity provider tells of a session by a security event (CAEP). */
const tells = (system, did, event) => ({ system, who: "identity provider", did, event, expect: { status: 202, code: "allow" }, facts: {} });

/** What the overlay stops from now on: these, and nobody else. */
const publish = (system, did, overlay) => ({ system, who: "publisher", did, publish: overlay, expect: { status: 200, code: "allow" }, facts: {} });

/** An enforcement point that speaks AuthZEN asks; `null`: for what there is. */
const consults = (did, path, question, expect, more = {}) => ({ system: "AuthZEN", who: "enforcement point", did, path, question, expect, facts: {}, ...more });

/** The log that was taken out last, with something done to it, in the eyes of `keyrack log verify`. */
const verifies = (did, edit, code) => ({ system: "gate", who: "keyrack", did, edit, expect: { status: code === "unchanged" ? 0 : 1, code }, facts: {} });
const refusal = (lines) => lines.findIndex((line) => line.includes('"deny"'));
const without = (lines) => lines.toSpliced(refusal(lines), 1);
const changed = (lines) => lines.with(refusal(lines), lines[refusal(lines)].replace("deny", "allow"));

const Z = "/api/stores/zagreb-01";
const T = "/api/stores/split-01";
const P = "/api/stores/paris-01";
const B = "/api/stores/berlin-01";
const S = "/api/stores/shanghai-01";
const H = "/api/stores/hangzhou-01";
const J = "/api/stores/tokyo-01";
const OFFICE = "203.0.113.9";
const HOME = "192.0.2.44";
const euro = (amount) => ({ amount, currency: "EUR" });
const yuan = (amount, reference) => ({ amount, currency: "CNY", reference });
const up = (percent) => ({ percent, direction: "up" });
const order = ["order.billing", "order.margin", "order.payment", "order.risk"];

const gate = [
  step("gate", "nobody", "asks without a token", get(`${Z}/orders`), { status: 401, code: "invalid_token" }),
  step("gate", "u_dora", "sends a forged token", get(`${Z}/orders`), { status: 401, code: "invalid_token" }, { token: "forged" }),
  step("gate", "u_dora", "sends an expired token", get(`${Z}/orders`), { status: 401, code: "invalid_token" }, { token: "expired" }),
  step("gate", "u_dora", "sends a token for the shop, not for the admin API", get(`${Z}/orders`), { status: 401, code: "invalid_token" }, { audience: "atlas-shop" }),
  step("gate", "lumen:anna", "signs in with the agency", get(`${P}/products`), ok(), { issuer: "lumen", sub: "anna" }),
  step("gate", "lumen:anna", "is named as an own member by the agency", get(`${Z}/orders`), refused("member_unknown"), { issuer: "lumen", sub: "u_dora" }),
  step("gate", "u_dora", "reads in Croatian that nothing is there", get(`${Z}/secrets`), { ...refused("route_unmapped"), title: "Za ovaj zahtjev nije poznato nijedno dopuštenje" }, { language: "hr-HR, en;q=0.5" }),
  step("gate", "u_dora", "asks for a path that no route names", get(`${Z}/secrets`), refused("route_unmapped")),
  step("gate", "u_dora", "hides a path behind an escape", get(`${Z}/%6frders`), refused("route_unmapped")),
  step("gate", "u_dora", "doubles a slash", get(`${Z}//orders`), refused("route_unmapped")),
  step("gate", "u_dora", "sends a parameter that no route knows", get(`${Z}/orders?fields=margin`), { status: 400, code: "query_unknown" }),
  step("gate", "u_dora", "sends a body that is no JSON", post(`${Z}/messages`, "{"), { status: 400, code: "body_invalid" }),
];

const n1 = [
  step("N1", "u_filip", "opens an order", get(`${Z}/orders/Z-1001`), ok({ hidden: order, shows: ["customer.name", "total"], hides: ["billing_address", "billing", "margin", "payments", "risk"] })),
  step("N1", "u_filip", "corrects the delivery address", patch(`${Z}/orders/Z-1001`, { shipping_address: { street: "Ilica 12" } }), ok()),
  step("N1", "u_filip", "changes the tax number", patch(`${Z}/orders/Z-1001`, { billing: { tax_id: "TX-1" } }), refused("field_hidden")),
  step("N1", "u_filip", "sorts orders by tax number", get(`${Z}/orders?sort=billing.tax_id`), refused("field_hidden")),
  step("N1", "u_filip", "filters orders by tax number", get(`${Z}/orders?tax_id=TX-1`), refused("field_hidden")),
  step("N1", "u_filip", "filters orders by status", get(`${Z}/orders?status=paid`), ok({ count: 3 })),
  step("N1", "u_filip", "writes to a customer", post(`${Z}/messages`, { body: "Hello" }), refused("no_grant")),
  step("N1", "u_filip", "reads the financial report", get(`${Z}/reports/financial`), ok({ shows: ["items.0.revenue"] })),
  step("N1", "u_sophie", "is in both groups, writes to a customer", post(`${P}/messages`, { body: "Bonjour" }), ok()),
  step("N1", "u_dora", "opens an order, its ticket open", get(`${Z}/orders/Z-1001`), ok({ hidden: ["order.billing", "order.margin", "order.risk"], shows: ["customer.email"] })),
  step("N1", "u_dora", "opens an order, no ticket open", get(`${Z}/orders/Z-1003`), ok({ hidden: ["order.billing", "order.contact", "order.margin", "order.risk"], hides: ["customer.email"] })),
  step("N1", "u_dora", "opens a customer with an open ticket", get(`${Z}/customers/c-Z1`), ok({ hidden: ["customer.billing", "customer.sensitive"] })),
  step("N1", "u_dora", "opens a customer without one", get(`${Z}/customers/c-Z2`), refused("condition_unmet")),
  step("N1", "u_dora", "lists customers: those with open tickets", get(`${Z}/customers`), ok({ count: 1, hidden: ["customer.billing", "customer.sensitive"] })),
  step("N1", "u_dora", "edits a listing", patch(`${Z}/products/tent-2p`, { title: "Tent" }), refused("no_grant")),
  step("N1", "u_ivo", "signed in with a password alone", get(`${Z}/orders/Z-1001`), asks(OTP), { acr: "atlas:pwd", session: "ivo-password" }),
  step("N1", "u_ivo", "opens an order with two factors", get(`${Z}/orders/Z-1001`), ok({ hidden: [], shows: ["billing.tax_id", "margin", "risk.score"] })),
  step("N1", "u_ivo", "changes a price", put(`${Z}/products/tent-2p/price`, up(100)), refused("denied_by_rule")),
  step("N1", "u_ivo", "deletes the store", erase(Z), refused("owner_only")),
];

const n2 = [
  step("N2", "u_yumi", "lists orders (all seven areas)", get(`${J}/orders`), ok({ count: 6 })),
  step("N2", "u_yumi", "refunds (no sum was given)", post(`${J}/orders/J-1001/refund`, { amount: 100, currency: "JPY" }), refused("no_grant")),
  step("N2", "u_yumi", "looks at the staff", get(`${J}/staff`), refused("no_grant")),
  step("N2", "u_ken", "closes the marketplace", put(`${J}/channels/market`, { status: "closed" }), ok()),
  step("N2", "u_ken", "publishes a page", post(`${J}/pages/about/publish`), refused("no_grant")),
  step("N2", "u_chloe", "starts a campaign", put(`${P}/campaigns/spring`, { status: "running" }), ok()),
  step("N2", "u_chloe", "opens orders", get(`${P}/orders`), refused("no_grant")),
  step("N2", "u_stefan", "publishes a page", post(`${Z}/pages/about/publish`), ok()),
  step("N2", "u_karla", "has not accepted the invitation", get(`${Z}/orders`), refused("member_invited")),
  step("N2", "u_robert", "has left", get(`${Z}/orders`), refused("member_revoked")),
  step("N2", "u_mirna", "reads what the platform charges", get("/api/billing"), ok({ shows: ["items.0.amount"] })),
  step("N2", "u_ivo", "reads what the platform charges", get("/api/billing"), refused("no_grant")),
];

const n3 = [
  step("N3", "hangzhou:mei", "opens an order (service)", get(`${H}/orders/H-1001`), ok()),
  step("N3", "hangzhou:qian", "opens an order (finance)", get(`${H}/orders/H-1001`), refused("no_grant")),
  step("N3", "hangzhou:lin", "opens an order of the team", get(`${H}/orders/H-1001`), ok()),
  step("N3", "hangzhou:lin", "opens one of another department", get(`${H}/orders/H-1003`), refused("condition_unmet")),
  step("N3", "hangzhou:he", "opens an own order", get(`${H}/orders/H-1001`), ok()),
  step("N3", "hangzhou:he", "opens a colleague’s", get(`${H}/orders/H-1002`), refused("condition_unmet")),
  step("N3", "hangzhou:he", "lists orders: the own ones", get(`${H}/orders`), ok({ count: 2 })),
  step("N3", "hangzhou:feng", "is frozen", get(`${H}/orders`), refused("member_suspended")),
  ...verified("N3", "hangzhou:zhou", "grants order view to the clerk", post(`${H}/grants`, { assignment: { member: "hangzhou:he", permissions: ["order.view"], scopes: ["hangzhou-01"] } }), 300, "permission.grant"),
  step("N3", "hangzhou:zhou", "grants to the own account", post(`${H}/grants`, { assignment: { member: "hangzhou:zhou", permissions: ["order.view"], scopes: ["hangzhou-01"] } }), refused("delegation_denied")),
  step("N3", "hangzhou:zhou", "grants refunds above the own limit", post(`${H}/grants`, { assignment: { member: "hangzhou:he", permissions: ["order.refund"], scopes: ["hangzhou-01"], conditions: { limits: [{ permission: "order.refund", currency: "CNY", max: 50001 }] } } }), refused("delegation_denied")),
  step("N3", "hangzhou:zhou", "suspends the clerk", post(`${H}/staff/hangzhou:he/suspend`), ok()),
  step("N3", "hangzhou:zhou", "suspends a superior", post(`${H}/staff/u_wang/suspend`), refused("delegation_denied")),
  step("N3", "hangzhou:qian", "withdraws above the limit", post(`${H}/funds/withdraw`, yuan(5000001, "w-1")), refused("limit_exceeded")),
  ...verified("N3", "hangzhou:qian", "withdraws CNY 1,000.00", post(`${H}/funds/withdraw`, yuan(100000, "w-2")), 300, "funds.withdraw"),
];

const n4 = [
  ...verified("N4", "u_li", "cancels an order", post(`${S}/orders/S-1001/cancel`), 300, "order.cancel", needsApproval),
  agrees("N4", "u_chen"),
  step("N4", "u_li", "cancels it, approved", post(`${S}/orders/S-1001/cancel`), ok()),
  ...verified("N4", "u_wu", "raises a price by 10.00 %", put(`${S}/products/tent-2p/price`, up(1000)), 900, "catalog.price.edit"),
  step("N4", "u_wu", "raises a price by 10.01 %", put(`${S}/products/boot-trek/price`, up(1001)), needsApproval),
  agrees("N4", "u_chen"),
  step("N4", "u_wu", "raises it, approved", put(`${S}/products/boot-trek/price`, up(1001)), ok()),
  step("N4", "u_wu", "raises it once more: consent is spent", put(`${S}/products/boot-trek/price`, up(1001)), needsApproval),
  step("N4", "u_wu", "raises a price by 30.01 %", put(`${S}/products/boot-trek/price`, up(3001)), refused("limit_exceeded")),
  step("N4", "u_wu", "touches a limited edition", put(`${S}/products/knife-anniv/price`, up(100)), refused("condition_unmet")),
  ...verified("N4", "u_xu", "withdraws CNY 10,000.01", post(`${S}/funds/withdraw`, yuan(1000001, "w-3")), 300, "funds.withdraw", needsApproval),
  agrees("N4", "u_goran"),
  step("N4", "u_xu", "withdraws it, approved", post(`${S}/funds/withdraw`, yuan(1000001, "w-3")), ok()),
  ...verified("N4", "u_sun", "ships", post(`${S}/orders/S-1002/ship`), 600, "order.ship"),
  publish("N4", "suspends price changes of u_wu", { operationSuspended: [{ member: "u_wu", permission: "catalog.price.edit", from: at("10:10:00") }] }),
  step("N4", "u_wu", "changes a price one second before", put(`${S}/products/tent-2p/price`, up(100)), ok(), { now: at("10:09:59") }),
  step("N4", "u_wu", "changes a price from then on", put(`${S}/products/tent-2p/price`, up(100)), refused("operation_suspended"), { now: at("10:10:00") }),
  step("N4", "u_chen", "others go on", put(`${S}/products/tent-2p/price`, up(100)), asks(OTP, 900), { now: at("10:10:00") }),
];

const n5 = [
  step("N5", "u_dora", "refunds EUR 200.00", post(`${Z}/orders/Z-1001/refund`, euro(20000)), asks(OTP, 300)),
  step("N5", "u_dora", "verifies with a wrong code", post("/dev/step-up", { permission: "order.refund", acr: "atlas:otp", secret: "000000" }), refused("verification_failed")),
  proves("N5", "u_dora", "order.refund"),
  step("N5", "u_dora", "refunds EUR 200.00, again", post(`${Z}/orders/Z-1001/refund`, euro(20000)), ok({ shows: ["refunded"] })),
  step("N5", "u_dora", "refunds EUR 200.01", post(`${Z}/orders/Z-1001/refund`, euro(20001)), needsApproval),
  agrees("N5", "u_marko"),
  step("N5", "u_dora", "asks for a cent more than was agreed to", post(`${Z}/orders/Z-1001/refund`, euro(20002)), refused("approval_invalid"), citing),
  step("N5", "u_dora", "refunds it, approved", post(`${Z}/orders/Z-1001/refund`, euro(20001)), ok(), citing),
  step("N5", "u_dora", "refunds it again: the consent is spent", post(`${Z}/orders/Z-1001/refund`, euro(20001)), refused("approval_invalid"), citing),
  step("N5", "u_dora", "refunds EUR 250.00 on another order", post(`${Z}/orders/Z-1003/refund`, euro(25000)), needsApproval),
  step("N5", "u_marko", "sees that it waits", get("/approvals"), ok({ count: 1, shows: ["items.0.requester"], hides: ["items.0.asked", "items.0.ip"] })),
  step("N5", "u_stjepan", "may agree to nothing", get("/approvals"), ok({ count: 0 })),
  answers("N5", "u_dora", "agrees to it herself", "approve", refused("no_grant")),
  answers("N5", "u_stjepan", "agrees to it", "approve", refused("no_grant")),
  step("N5", "u_dora", "refunds it: it still waits", post(`${Z}/orders/Z-1003/refund`, euro(25000)), needsApproval, citing),
  answers("N5", "u_marko", "refuses it", "refuse", ok()),
  answers("N5", "u_marko", "changes his mind", "approve", { status: 409, code: "no_open_request" }),
  step("N5", "u_dora", "refunds it: it was refused", post(`${Z}/orders/Z-1003/refund`, euro(25000)), refused("approval_refused"), citing),
  step("N5", "u_dora", "refunds above the hard limit", post(`${Z}/orders/Z-1001/refund`, euro(100001)), refused("limit_exceeded")),
  step("N5", "u_dora", "states no amount", post(`${Z}/orders/Z-1001/refund`, {}), refused("amount_required")),
  step("N5", "u_dora", "states text as amount", post(`${Z}/orders/Z-1001/refund`, { amount: "100", currency: "EUR" }), refused("amount_invalid")),
  step("N5", "u_dora", "states half a cent", post(`${Z}/orders/Z-1001/refund`, euro(100.5)), refused("amount_invalid")),
  step("N5", "u_dora", "refunds in another currency", post(`${Z}/orders/Z-1001/refund`, { amount: 100, currency: "USD" }), refused("currency_not_allowed")),
  step("N5", "u_dora", "refunds an order in her own hands", post(`${Z}/orders/Z-1002/refund`, euro(100)), refused("denied_by_rule")),
  step("N5", "u_dora", "uses the day’s budget up to the cent", post(`${Z}/orders/Z-1001/refund`, euro(19999)), ok(), { key: "dora-1" }),
  step("N5", "u_dora", "did not hear the answer, sends it again", post(`${Z}/orders/Z-1001/refund`, euro(19999)), { status: 409, code: "request_repeated" }, { key: "dora-1" }),
  step("N5", "u_dora", "refunds one cent more that day", post(`${Z}/orders/Z-1004/refund`, euro(1)), refused("budget_exceeded")),
  ...verified("N5", "u_dora", "refunds the next day", post(`${Z}/orders/Z-1004/refund`, euro(1)), 300, "order.refund", ok(), { now: at("2026-03-03T10:00:00") }),
  step("N5", "u_stjepan", "refunds before his shift", post(`${T}/orders/T-1001/refund`, euro(100)), refused("outside_hours")),
  ...verified("N5", "u_stjepan", "refunds in his shift", post(`${T}/orders/T-1001/refund`, euro(15000)), 300, "order.refund", ok(), { now: at("15:00:00") }),
  step("N5", "u_stjepan", "goes over the shift’s credit line", post(`${T}/orders/T-1001/refund`, euro(10001)), refused("budget_exceeded"), { now: at("15:01:00") }),
  step("N5", "u_stjepan", "stays within it", post(`${T}/orders/T-1001/refund`, euro(10000)), ok(), { now: at("15:02:00") }),
];

const n6 = [
  step("N6", "u_tomislav", "raises a price by 25 %", put(`${Z}/products/stove-ti/price`, up(2500)), asks("atlas:passkey", 900)),
  proves("N6", "u_tomislav", "catalog.price.edit"),
  step("N6", "u_tomislav", "has shown a code, not a passkey", put(`${Z}/products/stove-ti/price`, up(2500)), refused("step_up_failed")),
  step("N6", "u_tomislav", "is asked once more", put(`${Z}/products/stove-ti/price`, up(2500)), asks("atlas:passkey", 900)),
  proves("N6", "u_tomislav", "catalog.price.edit", {}, "atlas:passkey", "passkey"),
  step("N6", "u_tomislav", "raises it with a passkey", put(`${Z}/products/stove-ti/price`, up(2500)), ok()),
  step("N6", "u_mirna", "is the owner, and is asked all the same", put(`${Z}/products/stove-ti/price`, up(100)), asks(OTP, 900)),
  ...verified("N6", "u_ante", "ships", post(`${Z}/orders/Z-1001/ship`), 600, "order.ship", ok(), { now: at("09:00:00") }),
  step("N6", "u_ante", "ships another within ten minutes", post(`${Z}/orders/Z-1002/ship`), ok(), { now: at("09:09:59") }),
  step("N6", "u_ante", "ships after ten minutes", post(`${Z}/orders/Z-1003/ship`), asks(OTP, 600), { now: at("09:10:00") }),
  step("N6", "u_ante", "proves what nobody asked for", post("/dev/step-up", { permission: "order.delete", acr: "atlas:otp", secret: "246810" }), { status: 409, code: "no_open_challenge" }),
  step("N6", "u_lucie", "has no right: is not challenged", put(`${P}/products/tent-2p/price`, up(100)), refused("no_grant")),
];

const april = at("2026-04-01T00:00:00");
const lent = (valid) => ({ assignment: { organisation: "lumen", permissions: ["catalog.listing.edit"], scopes: ["paris-01"], valid } });

const n7 = [
  step("N7", "lumen:anna", "edits a listing", patch(`${P}/products/tent-2p`, { title: "Tente Velebit" }), ok()),
  step("N7", "lumen:anna", "opens a customer", get(`${P}/customers/c-P1`), ok({ hidden: ["customer.billing", "customer.sensitive"] })),
  step("N7", "lumen:anna", "opens one after personal data ended", get(`${P}/customers/c-P1`), refused("grant_outside_validity"), { now: at("2026-03-08T00:00:00") }),
  step("N7", "lumen:anna", "edits a listing after the grant", patch(`${P}/products/tent-2p`, { title: "Tente" }), refused("grant_outside_validity"), { now: april }),
  step("N7", "lumen:anna", "works at another store", patch(`${Z}/products/tent-2p`, { title: "Tent" }), refused("out_of_scope")),
  step("N7", "lumen:anna", "exports customers", get(`${P}/exports/customers`), refused("denied_by_rule")),
  step("N7", "lumen:bo", "has left the agency", get(`${P}/products`), refused("member_revoked")),
  step("N7", "pixel:tom", "is the agency’s partner", patch(`${P}/products/tent-2p`, { title: "Tent" }), refused("no_grant")),
  ...verified("N7", "u_claire", "lends listings until April", post(`${P}/outside-grants`, lent({ to: april })), 300, "grant.external.create"),
  step("N7", "u_claire", "lends without an end", post(`${P}/outside-grants`, lent({})), refused("delegation_denied")),
  step("N7", "u_claire", "lends by the wrong door", post(`${P}/grants`, lent({ to: april })), refused("delegation_denied")),
  step("N7", "u_ante", "opens an order through the app", get(`${Z}/orders/Z-1001`), ok({ hidden: order }), { actor: "app_parcel" }),
  step("N7", "u_ante", "edits stock through the app", put(`${Z}/products/tent-2p/stock`, { quantity: 5 }), refused("no_grant"), { actor: "app_parcel" }),
  step("N7", "u_ante", "acts through an unknown app", get(`${Z}/orders/Z-1001`), refused("member_unknown"), { actor: "app_ghost" }),
  step("N7", "u_marko", "looks at staff through the app", get(`${Z}/staff`), refused("delegation_denied"), { actor: "app_parcel" }),
  publish("N7", "ends the sessions of lumen:anna", { sessionRevoked: [{ member: "lumen:anna", before: at("09:30:00") }] }),
  step("N7", "lumen:anna", "goes on in the old session", patch(`${P}/products/tent-2p`, { title: "Tente" }), { status: 401, code: "session_revoked" }),
  step("N7", "lumen:anna", "signs in again", patch(`${P}/products/tent-2p`, { title: "Tente Velebit" }), ok(), { session: "anna-2", signedInAt: at("09:45:00") }),
];

const n8 = [
  step("N8", "u_lucie", "updates a ticket (front line)", patch(`${P}/tickets/t-P1`, { status: "closed" }), ok()),
  step("N8", "u_lucie", "updates a customer", patch(`${P}/customers/c-P1`, { phone: "+33 1" }), refused("no_grant")),
  step("N8", "u_lucie", "works in another country", patch(`${B}/tickets/t-B1`, { status: "closed" }), refused("out_of_scope")),
  step("N8", "u_jan", "updates a customer (manager)", patch(`${B}/customers/c-B1`, { phone: "+49 30 555" }), ok()),
  step("N8", "u_jan", "updates a ticket, as the front line", patch(`${B}/tickets/t-B1`, { status: "closed" }), ok()),
  step("N8", "u_jan", "adds staff", post(`${B}/staff`, { name: "Nika" }), refused("no_grant")),
  step("N8", "u_ivo", "adds staff (administrator)", post(`${B}/staff`, { name: "Nika Radman", post: "Front line" }), asks("atlas:pwd atlas:otp atlas:passkey", 300)),
  proves("N8", "u_ivo", "staff.add", {}, "atlas:pwd", "atlas"),
  step("N8", "u_ivo", "adds staff, again", post(`${B}/staff`, { name: "Nika Radman", post: "Front line" }), ok()),
  step("N8", "u_wang", "at 17:59:59 in Shanghai", get(`${S}/orders`), ok({ count: 6 }), { now: at("09:59:59") }),
  step("N8", "u_wang", "at 18:00:00 in Shanghai", get(`${S}/orders`), refused("outside_hours"), { now: at("10:00:00") }),
  step("N8", "u_noor", "at noon (night shift)", patch(`${B}/tickets/t-B1`, { status: "open" }), refused("outside_hours")),
  step("N8", "u_noor", "before midnight", patch(`${B}/tickets/t-B1`, { status: "open" }), ok(), { now: at("22:30:00") }),
  step("N8", "u_noor", "after midnight, Saturday morning", patch(`${B}/tickets/t-B1`, { status: "closed" }), ok(), { now: at("2026-03-07T04:59:59") }),
  step("N8", "u_noor", "when the night ends", patch(`${B}/tickets/t-B1`, { status: "open" }), refused("outside_hours"), { now: at("2026-03-07T05:00:00") }),
  step("N8", "u_jan", "asks at a store that is not there", get("/api/stores/nowhere-01/tickets"), refused("scope_unknown")),
  step("N8", "u_jonas", "manages a store of his country", put(`${B}/products/tent-2p/stock`, { quantity: 20 }), ok()),
];

const n9 = [
  step("N9", "u_vesna", "opens the books in the office", get("/api/books/entries"), ok({ count: 2 }), { ip: OFFICE }),
  step("N9", "u_vesna", "opens the books at home", get("/api/books/entries"), refused("network_not_allowed"), { ip: HOME }),
  step("N9", "u_vesna", "adds an entry", post("/api/books/entries", { account: "4000 sales", amount: 129900, currency: "EUR", text: "Sales" }), ok(), { ip: OFFICE }),
  step("N9", "u_vesna", "opens orders", get(`${Z}/orders`), refused("no_grant"), { ip: OFFICE }),
  step("N9", "u_borna", "drafts for the outlet", post("/api/brands/brand-outlet/posts", { text: "Sale" }), ok({ hides: ["access_token", "password"] })),
  step("N9", "u_borna", "publishes", post("/api/brands/brand-main/posts/post-1/publish"), refused("no_grant")),
  ...verified("N9", "u_lea", "publishes a post", post("/api/brands/brand-main/posts/post-1/publish"), 900, "social.publish"),
  step("N9", "u_lea", "publishes at the outlet", post("/api/brands/brand-outlet/posts/post-1/publish"), refused("out_of_scope")),
  step("N9", "u_zoe", "drafts on her last day", post("/api/brands/brand-main/posts", { text: "Spring" }), ok(), { now: at("2026-03-09T23:59:59") }),
  step("N9", "u_zoe", "drafts when the contract has ended", post("/api/brands/brand-main/posts", { text: "Spring" }), refused("grant_outside_validity"), { now: at("2026-03-10T00:00:00") }),
  step("N9", "u_mirna", "filters by a stored credential", get("/api/brands/brand-main?token=IGQ-main-secret"), refused("field_hidden")),
  step("N9", "u_mirna", "opens the account, credential withheld", get("/api/brands/brand-main"), ok({ hidden: ["social.credential"], hides: ["items.0.access_token"] })),
];

const n10 = [
  step("N10", "u_tin", "has not done the tour", put(`${Z}/orders/Z-1004/status`, { status: "packed" }), refused("training_required")),
  step("N10", "u_tin", "sees the own access page", get("/api/me/access"), ok()),
  step("N10", "u_iris", "has done the tour", put(`${Z}/orders/Z-1004/status`, { status: "packed" }), ok()),
  step("N10", "u_iris", "when the season is over", put(`${Z}/orders/Z-1004/status`, { status: "packed" }), refused("grant_outside_validity"), { now: at("2026-05-01T00:00:00") }),
  step("N10", "u_lucie", "one second before the course expires", get(`${P}/customers/c-P1`), ok(), { now: at("11:59:59") }),
  step("N10", "u_lucie", "when the course has expired", get(`${P}/customers/c-P1`), refused("training_required"), { now: at("12:00:00") }),
  step("N10", "u_lucie", "tickets go on without it", get(`${P}/tickets`), ok({ hidden: ["ticket.customer"] }), { now: at("12:00:00") }),
];

const overlay = [
  step("gate", "u_marko", "works as usual", get(`${Z}/orders`), ok({ count: 6 })),
  publish("gate", "suspends u_marko", { memberSuspended: [{ member: "u_marko" }] }),
  step("gate", "u_marko", "is refused in the next request", get(`${Z}/orders`), refused("member_suspended")),
  step("gate", "u_marko", "even on the own access page", get("/api/me/access"), refused("member_suspended")),
  step("gate", "u_mirna", "is not concerned", get(`${Z}/orders`), ok()),
  publish("gate", "lifts it", {}),
  step("gate", "u_marko", "works again", get(`${Z}/orders`), ok()),
  step("gate", "u_filip", "works in the session of the morning", get(`${Z}/orders`), ok({ count: 6 })),
  tells("gate", "tells that the session of u_filip ended", { member: "u_filip", at: at("09:45:00") }),
  step("gate", "u_filip", "goes on in that session", get(`${Z}/orders`), { status: 401, code: "session_revoked" }),
  step("gate", "u_filip", "signs in anew", get(`${Z}/orders`), ok({ count: 6 }), { session: "filip-2", signedInAt: at("09:50:00") }),
  step("gate", "u_ana", "reads the log", get("/api/audit"), ok({ shows: ["items.0.reason"] })),
  step("gate", "u_marko", "takes the log out", get("/log/export"), refused("no_grant")),
  ...verified("gate", "u_ana", "takes the log out", get("/log/export"), 300, "audit.export"),
  verifies("verifies it", (lines) => lines, "unchanged"),
  verifies("after a refusal was taken out", without, "records_missing"),
  verifies("after a refusal became an allow", changed, "record_changed"),
];

const EVALUATION = "/access/v1/evaluation";
const SEARCH = "/access/v1/search";
const asked = (id, name, more = {}) => ({
  subject: { type: "user", id },
  action: { name },
  resource: { type: "order", id: "Z-1001", properties: { scope: "zagreb-01" } },
  context: { supported_obligations: ["custom"] },
  ...more,
});
const filip = asked("u_filip", "details.edit");
const unaware = { ...filip, context: undefined };
const batch = { ...filip, evaluations: [{}, { action: { name: "refund" } }, { resource: null }] };

const authzen = [
  consults("asks what there is", "/.well-known/authzen-configuration", null, ok({ shows: ["search_action_endpoint"], hides: ["search_resource_endpoint"] })),
  consults("sends no token of its own", EVALUATION, filip, { status: 401, code: "refused" }, { token: "none" }),
  consults("asks whether u_filip may edit an order", EVALUATION, filip, ok({ shows: ["context.obligations.0.properties.groups"] })),
  consults("asks the same, and knows no obligations", EVALUATION, unaware, { status: 200, code: "obligation_unsupported" }),
  consults("asks whether u_dora may edit it", EVALUATION, asked("u_dora", "details.edit"), { status: 200, code: "no_grant" }),
  consults("asks three things at once", "/access/v1/evaluations", batch, ok({ shows: ["evaluations.1.context.reason", "evaluations.2.context.error"] })),
  consults("asks who may edit it", `${SEARCH}/subject`, { ...filip, subject: { type: "user" }, page: { limit: 2 } }, ok({ shows: ["results.1.id", "page.next_token"] })),
  consults("asks what u_filip may do to it", `${SEARCH}/action`, filip, ok({ shows: ["results.0.name"] })),
  consults("sends half a question", EVALUATION, { subject: { type: "user" } }, { status: 400, code: "refused" }),
  publish("AuthZEN", "suspends u_filip", { memberSuspended: [{ member: "u_filip" }] }),
  consults("asks about u_filip again", EVALUATION, filip, { status: 200, code: "member_suspended" }),
  publish("AuthZEN", "lifts it", {}),
];

const pricetag = { actor: "app_pricetag" };
const helpdesk = { actor: "app_helpdesk" };
const down = (percent) => ({ percent, direction: "down" });
const boots = `${Z}/products/boot-trek/price`;

const plugins = [
  step("plugin", "u_ivana", "lowers a price in the shop", put(boots, down(1000)), asks(OTP, 900), pricetag),
  proves("plugin", "u_ivana", "catalog.price.edit"),
  step("plugin", "u_ivana", "lowers it, verified", put(boots, down(1000)), ok(), pricetag),
  step("plugin", "u_ivana", "lowers it by more than the app may", put(boots, down(2001)), refused("limit_exceeded"), pricetag),
  step("plugin", "u_filip", "may not, though the app may", put(boots, down(100)), refused("no_grant"), pricetag),
  step("plugin", "u_mirna", "may, and this app may not", put(boots, down(100)), refused("no_grant"), helpdesk),
  step("plugin", "u_mirna", "looks at staff through it", get(`${Z}/staff`), refused("delegation_denied"), helpdesk),
  step("plugin", "u_marko", "looks an order up in the shop", get(`${Z}/orders/Z-1001`), ok({ hidden: order, hides: ["billing_address"] }), helpdesk),
  step("plugin", "u_dora", "looks up one without a ticket", get(`${Z}/orders/Z-1003`), ok({ hides: ["customer.email", "billing_address"] }), helpdesk),
  step("plugin", "app_helpdesk", "looks an order up by itself", get(`${Z}/orders/Z-1001`), ok({ hidden: order })),
];

/** The day, step by step. */
export const DAY = [gate, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, plugins, authzen, overlay].flat();

/** When it is, where a step does not say. */
export const NOW = at("10:00:00");
/** When everybody signed in. */
export const SIGNED_IN = at("05:00:00");
