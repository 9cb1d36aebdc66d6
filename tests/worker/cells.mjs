/**
 * Every acceptance cell through the worker over HTTP, and what the gate makes of each of these
 * decisions.
 */

import assert from "node:assert/strict";

import { gateWith } from "./gate.mjs";
import { openTenants, readCells } from "./tenants.mjs";

const ACR_OF_LEVEL = { 1: "a1", 2: "a2", 3: "a3" };

/** Asks all cells, each as a check of its own. */
export async function cells(check) {
  const all = await readCells();
  const tenants = await openTenants(all);
  try {
    await check("who is no trusted caller gets no decision", () => refused(tenants, all.cells[0]));
    for (const cell of all.cells) {
      let decision;
      await check(`cell ${cell.id} over HTTP: ${cell.text}`, async () => {
        decision = await decide(tenants, cell);
        holds(decision, cell.expect);
      });
      await check(`cell ${cell.id} as the gate's answer`, () => mapped(decision));
    }
  } finally {
    await tenants.stop();
  }
}

async function decide(tenants, cell) {
  const answer = await tenants.send(cell, "/pdp/decide", {
    method: "POST",
    headers: { authorization: `Bearer ${tenants.token}` },
    body: JSON.stringify(cell.request),
  });
  assert.equal(answer.status, 200);
  const decision = await answer.json();
  assert.equal(answer.headers.get("x-keyrack-policy-version"), String(decision.policyVersion));
  return decision;
}

function holds(decision, expect) {
  assert.equal(`${decision.outcome} ${decision.reason}`, `${expect.outcome} ${expect.reason}`);
  if (expect.hidden !== undefined) assert.deepEqual(decision.fields.hidden, expect.hidden);
  if (expect.stepUp !== undefined) assert.deepEqual(decision.missing.stepUp, expect.stepUp);
  if (expect.obligations !== undefined) {
    const budgets = decision.obligations.filter(({ type }) => type === "reserve_budget");
    assert.deepEqual(
      budgets.map(({ type }) => type),
      expect.obligations,
    );
  }
}

/** The gate lets through, challenges or refuses as the decision says, in the words of HTTP. */
async function mapped(decision) {
  const { ask } = gateWith({ decide: () => decision, acrOfLevel: ACR_OF_LEVEL });
  const answer = await ask();
  const body = await answer.json();
  const demand = answer.headers.get("www-authenticate") ?? undefined;
  assert.equal(answer.headers.get("x-keyrack-policy-version"), "9");
  if (decision.outcome === "allow") {
    assert.deepEqual([answer.status, demand], [200, undefined]);
    const hidden = decision.fields?.hidden ?? [];
    assert.equal(answer.headers.get("x-keyrack-hidden"), hidden.toSorted().join(" "));
    return;
  }
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(body.status, answer.status);
  const [status, code, challenge] = refusalOf(decision);
  assert.deepEqual([answer.status, body.code], [status, code]);
  assert.equal(demand?.replace(/, error_description="[^"]*"/, ""), challenge);
  assert.equal(typeof body.approval, decision.outcome === "approval" ? "string" : "undefined");
}

/** Status, code and challenge of what is no allow. */
function refusalOf({ outcome, reason, missing }) {
  switch (outcome) {
    case "step_up": {
      const { level, maxAge } = missing.stepUp;
      const values = ["a1", "a2", "a3"].slice(level - 1).join(" ");
      const age = maxAge === undefined ? "" : `, max_age="${maxAge}"`;
      const error = 'Bearer error="insufficient_user_authentication"';
      return [401, "step_up_required", `${error}, acr_values="${values}"${age}`];
    }
    case "approval":
      return [403, "approval_required"];
    case "deny":
      return reason === "session_revoked"
        ? [401, reason, 'Bearer error="invalid_token"']
        : [403, reason];
    default:
      throw new Error(`the outcome ${outcome} has no answer`);
  }
}

async function refused(tenants, cell) {
  const ask = (authorization, more) =>
    tenants.send(cell, "/pdp/decide", {
      method: "POST",
      headers: authorization === undefined ? {} : { authorization },
      body: JSON.stringify(cell.request),
      ...more,
    });
  const member = JSON.stringify({ member: cell.request.subject });
  const issued = await tenants.send(cell, "/dev/token", { method: "POST", body: member });
  const { token: memberToken } = await issued.json();
  const { token } = tenants;
  for (const authorization of [
    undefined,
    token,
    `Bearer ${memberToken}`,
    `Bearer ${token}x`,
    `Bearer ${token.slice(1)}`,
    `bearer ${token}`,
    "Bearer ",
  ]) {
    const answer = await ask(authorization);
    assert.deepEqual([answer.status, (await answer.json()).code], [401, "invalid_token"]);
  }
  const trusted = `Bearer ${token}`;
  for (const [body, status, code] of [
    ["{", 400, "body_invalid"],
    ["[]", 400, "body_invalid"],
    ["", 400, "body_invalid"],
    ["{}", 400, "request_invalid"],
    [JSON.stringify({ ...cell.request, admin: true }), 400, "request_invalid"],
    [JSON.stringify({ ...cell.request, now: "today" }), 400, "request_invalid"],
    [JSON.stringify({ id: "x".repeat(70_000) }), 413, "body_too_large"],
  ]) {
    const answer = await ask(trusted, { body });
    const { code: told } = await answer.json();
    assert.deepEqual([answer.status, told], [status, code], body.slice(0, 80));
  }
  const other = await tenants.send(cell, "/pdp/decide", { headers: { authorization: trusted } });
  assert.equal(other.status, 404, "GET");
}
