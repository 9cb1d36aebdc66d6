/**
 * One member's whole page, control by control, beside what the gate answers. What is open is pressed
 * by keyboard on the page itself; what is not there, or blocked, is asked of the gate past the page.
 */

import assert from "node:assert/strict";

import { defaults, httpRequest } from "../../www/admin/requests.mjs";
import { SECTIONS } from "../../www/admin/views.mjs";
import { sentence } from "../../www/admin/words.mjs";
import { open } from "./browser.mjs";
import { connect } from "./gate.mjs";
import { walk, wrongWith } from "./people.mjs";

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
  "": ["allow", "conflict"],
  budget: ["allow", "conflict", "budget_exceeded"],
  step_up: ["step_up_required"],
  approval: ["approval_required"],
};

/** All controls that there are, by section and list. */
export const CONTROLS = SECTIONS.flatMap((view) => [
  ...view.controls.map((control) => `${view.id}/${control.id}`),
  ...view.lists.flatMap((list) => (list.controls ?? []).map(({ id }) => `${view.id}/${id}`)),
]);

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} url of the worker
 * @param {string} member
 * @param {Set<string>} pressed controls that somebody has used so far
 */
export async function agreesWithTheGate(browser, url, member, pressed) {
  const [page, own, owner] = [
    await open(browser, url, member),
    await connect(url, member),
    await connect(url, "u_mirna"),
  ];
  const id = await page.locator("#store").inputValue();
  const { stores } = await (await fetch(`${url}/dev/people`)).json();
  const store = stores.find((candidate) => candidate.id === id);
  const walker = { page, own, owner, member, store, pressed, counts: { ...NONE } };
  for (const view of SECTIONS) await oneSection(walker, view);
  assert.deepEqual(page.errors, [], "errors in the console");
  await page.context().close();
  return Object.entries(walker.counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

const NONE = { pressed: 0, absent: 0, blocked: 0, "of them ask": 0, views: 0, "tab stops": 0 };

async function oneSection(walker, view) {
  const { page, counts } = walker;
  const entry = page.locator(`[data-section="${view.id}"]`);
  const isThere = (await entry.count()) > 0;
  if (isThere) {
    await entry.press("Enter");
    await page.waitForSelector(`main[aria-busy=false][data-view="${view.id}"] h1`);
    counts.views += 1;
  }
  const records = [];
  for (const list of view.lists) records.push(...(await openRecords(walker, view, list, isThere)));
  if (isThere) {
    counts["tab stops"] += await walk(page);
    assert.deepEqual(await wrongWith(page), [], `${walker.member}: ${view.title}`);
  }
  for (const control of view.controls) {
    await compare(walker, { view, control, within: "#view > .controls", isThere });
  }
  for (const { list, item, ...how } of records) {
    const within = `[data-detail="${list.type}:${item.id}"]`;
    for (const given of list.controls ?? []) {
      const control = { ...given, type: list.type };
      await compare(walker, { view, control, item, within, ...how });
    }
  }
}

/** Opens a record that is the member's own and one that is not; where none can be read, names one. */
async function openRecords({ page, own, owner, member, store }, view, list, isThere) {
  const asked = httpRequest(list, { view, store });
  const answer = await own(asked);
  const title = page.locator(`h2:text-is("${list.title}")`);
  const shown = isThere ? page.locator("#view > section", { has: title }) : undefined;
  const isRead = answer.status === 200;
  const isBlocked = shown && !isRead && (await shown.count()) > 0;
  if (isRead) {
    assert.equal(await shown?.count(), 1, `${list.title} is not shown`);
    await masksAgree(shown, list, answer);
  } else if (isBlocked) {
    // A list that is blocked says why in the place of its records.
    assert.equal(await shown.locator(".why").innerText(), sentence(answer.code), list.title);
    assert.equal(await shown.locator("table").count(), 0, list.title);
  }
  const { items } = (isRead ? answer : await owner(asked)).data;
  const mine = items.find(({ assignee }) => assignee === member);
  const other = items.find((item) => item !== mine);
  const chosen = [other, mine].filter((item) => item?.id !== undefined);
  for (const { id } of isRead ? chosen : []) {
    await page.locator(`.more[data-record="${list.type}:${id}"]`).press("Enter");
  }
  return chosen.map((item) => ({ list, item, isThere: isRead, isBlocked }));
}

async function compare(walker, { view, control, item, within, isThere, isBlocked = false }) {
  const { page, own, store, counts, pressed } = walker;
  const place = { view, store, item, filled: defaults(control) };
  const request = httpRequest(control, place);
  const button = page.locator(`${within} [data-control="${control.id}"]`);
  const isSeen = isThere && (await button.isVisible());
  const said = `${walker.member}: ${view.id}/${control.id} of ${item?.id ?? store.id}`;
  if (!isSeen) {
    counts.absent += 1;
    const { status, code } = await own(request);
    const agrees = status === 403 && (isBlocked || NEVER.has(code));
    assert.ok(agrees, `${said} is not there, the gate says ${code}`);
    return;
  }
  const form = page.locator(`${within} form:has([data-control="${control.id}"])`);
  const { canState, canReason, canAsk = "" } = await form.evaluate(({ dataset }) => ({ ...dataset }));
  const isDisabled = (await button.getAttribute("aria-disabled")) === "true";
  assert.equal(isDisabled, canState === "blocked", `${said} is ${canState}`);
  if (isDisabled) {
    counts.blocked += 1;
    await doesNothing(page, button, canReason);
    const { status, code } = await own(request);
    assert.deepEqual([status, code], [403, canReason], said);
    return;
  }
  counts.pressed += 1;
  if (canState === "conditional") counts["of them ask"] += 1;
  pressed.add(`${view.id}/${control.id}`);
  const code = await press(page, button, request, counts.pressed);
  // What rests on facts of others is the gate's to say; it has been asked, whatever it said.
  const expected = canAsk === "gate" ? [code] : ANNOUNCED[canAsk];
  assert.ok(expected.includes(code), `${said} is ${canState} ${canAsk}, the gate says ${code}`);
}

/** Presses a button by keyboard, and gives what the gate said to the page. */
async function press(page, button, { method, path }, count) {
  await button.focus();
  const isIt = (answer) =>
    answer.request().method() === method && decodeURI(new URL(answer.url()).pathname) === path;
  const [answer] = await Promise.all([
    page.waitForResponse(isIt),
    page.keyboard.press(count % 2 === 0 ? "Enter" : "Space"),
  ]);
  const { code } = answer.ok() ? { code: "allow" } : await answer.json();
  if (code === "step_up_required") {
    await page.waitForSelector("dialog[open]");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog:not([open])", { state: "attached" });
  }
  await page.waitForSelector("[data-sending='0'] main[aria-busy=false]");
  const isLost = await page.evaluate(() => document.activeElement === document.body);
  assert.ok(!isLost, `after ${method} ${path} the keyboard is nowhere`);
  return [404, 409].includes(answer.status()) ? "conflict" : code;
}

/** A blocked button says why, before and after it is tried, and sends nothing. */
async function doesNothing(page, button, reason) {
  const note = await button.getAttribute("aria-describedby");
  assert.equal(await page.locator(`#${note}`).innerText(), sentence(reason));
  let sent = 0;
  const count = (request) => (sent += request.url().endsWith("/me/slice") ? 0 : 1);
  page.on("request", count);
  await button.focus();
  for (const key of ["Enter", "Space"]) await page.keyboard.press(key);
  await button.click({ force: true });
  page.off("request", count);
  assert.equal(sent, 0, "a blocked button sent something");
  const told = await page.locator("[data-keyrack-status]").textContent();
  assert.ok(told.includes(sentence(reason)), told);
}

/** What the answer lacks reads "Hidden", and nothing that it lacks is on the page. */
async function masksAgree(shown, list, { data, hidden }) {
  const words = await shown.locator(".hidden-value").count();
  const lacks = list.fields.some(({ group }) => hidden.includes(group));
  if (words > 0) assert.ok(lacks, `${list.title} reads Hidden, and the gate hid nothing`);
  for (const secret of ["access_token", "password", "token", "secret"]) {
    const leaks = data.items.some((item) => item[secret] !== undefined);
    assert.ok(!leaks, `${secret} left the gate`);
  }
}
