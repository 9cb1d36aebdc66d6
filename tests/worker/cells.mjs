/**
 * Every acceptance cell through the worker over HTTP; what the gate makes of each of these
 * decisions; and, where the question can be a call to the gate, that call.
 */

import assert from "node:assert/strict";

import { Keyrack } from "keyrack";

import { ACR_OF_LEVEL, says } from "./answers.mjs";
import { call, notACall } from "./calls.mjs";
import { gateWith } from "./gate.mjs";
import { openTenants, policyOf, readCells } from "./tenants.mjs";

const CALL_COUNT = 550;

/** Asks all cells, each as a check of its own. */
export async function cells(check) {
  const all = await readCells();
  const tenants = await openTenants(all);
  const load = loader(all);
  const calls = all.cells.filter((cell) => notACall(cell) === undefined);
  try {
    await check("the questions that cannot be calls to the gate are known", () => {
      assert.equal(calls.length, CALL_COUNT);
      return reasons(all.cells);
    });
    await check("who is no trusted caller gets no decision", () => refused(tenants, all.cells[0]));
    for (const cell of all.cells) {
      let decision;
      await check(`cell ${cell.id} over HTTP: ${cell.text}`, async () => {
        decision = await decide(tenants, cell);
        holds(decision, cell.expect);
      });
      await check(`cell ${cell.id} as the gate's answer`, async () => {
        const { ask } = gateWith({ decide: () => decision, acrOfLevel: ACR_OF_LEVEL });
        await says(await ask(), decision);
      });
      if (!calls.includes(cell)) continue;
      await check(`cell ${cell.id} as a call to the gate`, async () => {
        await says(await call(await load(cell), cell), decision);
      });
    }
  } finally {
    await tenants.stop();
  }
}

/** Why some questions cannot be calls, and which. */
function reasons(every) {
  const because = new Map();
  for (const cell of every) {
    const reason = notACall(cell);
    if (reason !== undefined) because.set(reason, [...(because.get(reason) ?? []), cell.id]);
  }
  return [...because].map(([reason, ids]) => `${ids.join(", ")} (${reason})`).join("; ");
}

/** Gives the rack of a cell's policy, loaded once. */
function loader({ keys, loadAt }) {
  const racks = new Map();
  return async (cell) => {
    const known = racks.get(cell.snapshot);
    if (known !== undefined) return known;
    const { snapshot, overlay } = await policyOf(cell);
    const rack = await Keyrack.load(snapshot, { keys, now: loadAt, overlay });
    racks.set(cell.snapshot, rack);
    return rack;
  };
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
