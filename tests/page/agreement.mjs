/** One member's whole page, control by control, beside what the gate answers. */

import assert from "node:assert/strict";

import { defaults, httpRequest } from "../../www/admin/requests.mjs";
import { SECTIONS } from "../../www/admin/views.mjs";
import { open } from "./browser.mjs";

/** Reasons for which a control may be missing altogether. */
const NEVER = new Set([
  "no_grant",
  "out_of_scope",
  "owner_only",
  "denied_by_rule",
  "delegation_denied",
  "member_suspended",
]);

/** What the gate may answer to a control that announced this. */
const ANNOUNCED = {
  "": (code) => code === "allow" || code === "conflict",
  budget: (code) => ["allow", "conflict", "budget_exceeded"].includes(code),
  step_up: (code) => code === "step_up_required",
  approval: (code) => code === "approval_required",
  // The page said that it does not know; whatever the gate decides is right.
  gate: (code) => code !== undefined,
};

export async function agreesWithTheGate(browser, url, member) {
  const page = await open(browser, url, member);
  const api = await connect(url, member);
  const store = await page.locator("#store").evaluate((select) => select.value);
  const { stores } = await (await fetch(`${url}/dev/people`)).json();
  const place = { store: stores.find(({ id }) => id === store) };
  const counts = { drawn: 0, missing: 0, blocked: 0, asks: 0 };

  for (const view of SECTIONS) {
    const entry = page.locator(`[data-section="${view.id}"]`);
    const isThere = (await entry.count()) > 0;
    if (isThere) {
      await entry.click();
      await page.waitForSelector(`main[aria-busy=false][data-view="${view.id}"] h1`);
    }
    for (const control of view.controls) {
      const button = page.locator(`#view > .controls [data-control="${control.id}"]`);
      await compare(isThere ? button : undefined, control, { ...place, view }, api, counts);
    }
    for (const list of view.lists) {
      const answer = await api({ ...httpRequest(list, { ...place, view }) });
      const shown = isThere ? await page.locator(`[data-list="${list.type}"]`).count() : 0;
      if (shown === 0)
        assert.ok(
          answer.status !== 200 || list.permission === "",
          `${list.permission} is allowed, and not shown`,
        );
      const item = answer.status === 200 ? answer.data.items[0] : undefined;
      if (item === undefined) continue;
      await masksAgree(page, list, answer);
      const record = `${list.type}:${item.id ?? 0}`;
      const more = page.locator(`.more[data-record="${record}"]`);
      if ((list.controls ?? []).length === 0) continue;
      await more.click();
      for (const control of list.controls) {
        const button = page.locator(`[data-detail="${record}"] [data-control="${control.id}"]`);
        const typed = { ...control, type: list.type };
        await compare(button, typed, { ...place, view, item }, api, counts);
      }
    }
  }
  assert.deepEqual(page.errors, [], "errors in the console");
  await page.context().close();
  assert.ok(counts.missing > 0 || member === "u_mirna", "somebody without limits?");
  return Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

async function compare(button, control, place, api, counts) {
  const drawn = button !== undefined && (await button.count()) > 0;
  const [state, because] = drawn
    ? await button.evaluate(({ dataset }) => [dataset.state, dataset.because])
    : ["missing", ""];
  const { code } = await api(httpRequest(control, { ...place, filled: defaults(control) }));
  const said = `${control.id} (${control.permission}) is ${state} ${because}, the gate says ${code}`;
  switch (state) {
    case "missing":
      counts.missing += 1;
      return assert.ok(NEVER.has(code), said);
    case "blocked":
      counts.blocked += 1;
      assert.equal(await button.getAttribute("aria-disabled"), "true", said);
      assert.equal(code, because, said);
      return undefined;
    default:
      counts.drawn += 1;
      if (state === "asks") counts.asks += 1;
      assert.equal(await button.getAttribute("aria-disabled"), "false", said);
      assert.ok(ANNOUNCED[because](code), said);
      return undefined;
  }
}

/** What the answer lacks reads "Hidden", and nothing that it lacks is on the page. */
async function masksAgree(page, list, { data, hidden }) {
  const words = await page.locator(`[data-list="${list.type}"] .hidden-value`).count();
  const lacks = list.fields.some(({ group }) => hidden.includes(group));
  if (words > 0) assert.ok(lacks, `${list.title} reads Hidden, and the gate hid nothing`);
  for (const secret of ["access_token", "password", "token", "secret"]) {
    assert.ok(
      data.items.every((item) => item[secret] === undefined),
      `${secret} left the gate`,
    );
  }
}

async function connect(url, member) {
  const sent = await fetch(`${url}/dev/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ member, acr: "atlas:otp" }),
  });
  const { token } = await sent.json();
  return async ({ method, path, body }) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const data = await answer.json();
    const hidden = (answer.headers.get("x-keyrack-hidden") ?? "").split(" ").filter(Boolean);
    // The store itself may find that there is nothing left to do.
    const code = answer.ok ? "allow" : [404, 409].includes(answer.status) ? "conflict" : data.code;
    return { status: answer.status, code, data, hidden };
  };
}
