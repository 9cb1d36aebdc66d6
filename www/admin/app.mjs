/** The page: choose a member, see that member's admin, and ask the gate for real. */

import { Keyrack } from "/keyrack/entry/fetch.js";

import { Connection, demand } from "./api.mjs";
import { drawControl } from "./controls.mjs";
import { byId, h } from "./dom.mjs";
import { drawList } from "./records.mjs";
import { standing } from "./standing.mjs";
import { verify } from "./verify.mjs";
import { SECTIONS } from "./views.mjs";
import { sentence } from "./words.mjs";

/** What is on the page. Replaced as a whole when the member, the store or the clock changes. */
let desk;
let section = "orders";
/** Which opening is the newest; an older one that arrives late is dropped. */
let turn = 0;

const { people, stores, keys } = await start();

async function start() {
  const told = await (await fetch("/dev/people")).json();
  const { keys: sliceKeys } = await (await fetch("/dev/keys")).json();
  const at = (store) => told.people.filter((person) => person.store === store.id);
  byId("member").append(
    ...told.stores.filter((store) => at(store).length > 0).map((store) =>
      h("optgroup", { label: store.title }, ...at(store).map(({ id, name, post }) => h("option", { value: id }, `${name} · ${post}`))),
    ),
  );
  byId("store").append(...told.stores.map(({ id, title }) => h("option", { value: id }, title)));
  return { ...told, keys: sliceKeys };
}

byId("member").onchange = () => {
  byId("store").value = people.find(({ id }) => id === byId("member").value).store;
  open();
};
byId("store").onchange = () => draw();
byId("clock").onchange = () => open();

const wanted = new URLSearchParams(location.search);
if (people.some(({ id }) => id === wanted.get("member"))) byId("member").value = wanted.get("member");
byId("store").value = people.find(({ id }) => id === byId("member").value).store;
await open();

/** Signs the chosen member in and loads the slice of the policy that is that member's own. */
async function open() {
  const mine = (turn += 1);
  const member = byId("member").value;
  loading("Loading the policy …");
  try {
    const clock = byId("clock").value;
    const connection = await Connection.open(member, clock === "" ? undefined : Number(clock));
    const rack = await Keyrack.load(await connection.slice(), { keys, now: connection.now });
    if (mine !== turn) return;
    desk = { member, connection, rack, proofs: [] };
    byId("version").textContent = `Policy version ${rack.version}, this member’s slice.`;
    await draw();
  } catch (error) {
    if (mine !== turn) return;
    desk = undefined;
    byId("sections").replaceChildren();
    byId("view").replaceChildren(
      h("div", { class: "card failed", role: "alert" }, h("h1", {}, "No policy"), h("p", {}, `The policy could not be loaded (${error.code ?? error.message}). Nothing is shown, and nothing is allowed.`)),
    );
    byId("main").setAttribute("aria-busy", "false");
  }
}

function loading(text) {
  byId("main").setAttribute("aria-busy", "true");
  byId("view").replaceChildren(h("p", { class: "loading" }, text));
}

const chosenStore = () => stores.find(({ id }) => id === byId("store").value);
const scopeOf = (part, view) => part.scope ?? view.scope ?? chosenStore().id;
const baseOf = (part, view) => part.base ?? view.base ?? `/api/stores/${chosenStore().id}`;
const sessionAt = (scope) =>
  desk.rack.session(desk.member, scope, { now: desk.connection.now, auth: authNow() });
const authNow = () => ({ ...desk.connection.auth, proofs: desk.proofs });

/** Whether anything of a section could be there for this member. */
function isThere(view) {
  const parts = [...view.lists, ...view.controls];
  return parts.some((part) => part.id === undefined
    ? stands(part, view).state !== "absent"
    : standingOf(part, view, undefined)({}).state !== "absent");
}

const stands = (list, view) =>
  standing(desk.rack, sessionAt(scopeOf(list, view)), request(list, view, {}, undefined));

function standingOf(control, view, item) {
  return (filled) => standing(desk.rack, sessionAt(scopeOf(control, view)), request(control, view, filled, item));
}

/** The question a control asks, as far as the page knows its facts. */
function request(control, view, filled, item) {
  const { permission, measure, writes, acts, proposes, type } = control;
  const resource = item === undefined ? control.resource?.(filled) : factsOf(item, type);
  const asked = {
    subject: desk.member,
    permission,
    scope: scopeOf(control, view),
    now: desk.connection.now,
    auth: authNow(),
  };
  const amount = filled.amount ?? 0;
  if (measure === "money") asked.amount = { value: amount, currency: chosenStore().currency };
  if (measure === "percent") asked.percent = filled.percent ?? 0;
  if (measure === "quantity") asked.quantity = filled.quantity ?? 0;
  if (writes !== undefined) asked.fields = { write: writes };
  if (resource !== undefined && resource.type !== undefined) asked.resource = resource;
  if (acts && item !== undefined) asked.member = item.id;
  if (proposes && item !== undefined) asked.assignment = proposal(item);
  return asked;
}

const proposal = (item) => ({ member: item.id, permissions: ["order.view"], scopes: [chosenStore().id] });

function factsOf(item, type) {
  const facts = { type, id: String(item.id) };
  if (item.assignee !== undefined) facts.assignee = item.assignee;
  if (item.department !== undefined) facts.department = item.department;
  if (item.product_class !== undefined) facts.attributes = { product_class: item.product_class };
  return facts;
}

async function draw() {
  if (desk === undefined) return;
  const mine = (turn += 1);
  const there = SECTIONS.filter(isThere);
  if (!there.some(({ id }) => id === section)) section = there[0]?.id;
  byId("sections").replaceChildren(
    ...there.map((view) =>
      h("li", {}, h("button", { type: "button", "data-section": view.id, "aria-current": view.id === section ? "page" : undefined, onclick: () => go(view.id) }, view.title)),
    ),
  );
  await showApprovals();
  const view = there.find(({ id }) => id === section);
  if (view === undefined) return nothing();
  loading("Asking the gate …");
  const lists = await Promise.all(view.lists.map((list) => drawnList(list, view)));
  if (mine !== turn) return;
  const person = people.find(({ id }) => id === desk.member);
  byId("view").replaceChildren(
    h("h1", { tabindex: "-1" }, view.title),
    h("p", { class: "quiet" }, `${person.name}, ${person.post} — ${chosenStore().title}`),
    panel(view.controls, view, undefined, "In this section") ?? "",
    ...lists.filter(Boolean),
  );
  byId("main").setAttribute("aria-busy", "false");
}

function nothing() {
  const asked = { subject: desk.member, permission: "access.self.view", now: desk.connection.now, auth: authNow() };
  const { reason, outcome } = desk.rack.decide(asked);
  byId("view").replaceChildren(
    h("div", { class: "card" }, h("h1", { tabindex: "-1" }, "Nothing here"), h("p", {}, outcome === "allow" ? "This member works elsewhere." : sentence(reason))),
  );
  byId("main").setAttribute("aria-busy", "false");
}

async function go(id) {
  section = id;
  await draw();
  byId("view").querySelector("h1")?.focus();
}

/** A list as the gate gives it; a refusal is shown as such, never as an empty list. */
async function drawnList(list, view) {
  const at = stands(list, view);
  if (at.state === "absent") return undefined;
  if (at.state === "blocked") {
    return h("section", { class: "card" }, h("h2", {}, list.title), h("p", { class: "why blocked" }, sentence(at.reason)));
  }
  const answer = await desk.connection.call("GET", `${baseOf(list, view)}${list.path}`);
  note(answer, list.title);
  const body = answer.status === 200
    ? drawList(list, answer.data.items, answer.hidden, {
        store: chosenStore(),
        detail: (item) => panel((list.controls ?? []).map((control) => ({ ...control, type: list.type })), view, item, "What can be done"),
      })
    : h("p", { class: "why blocked" }, sentence(answer.code));
  return h("section", { class: "card", "data-list": list.type }, h("h2", {}, list.title), body);
}

function panel(controls, view, item, title) {
  const drawn = controls
    .map((control) => drawControl(control, placeFor(view, item)))
    .filter((control) => control !== undefined);
  if (drawn.length === 0) return undefined;
  return h("div", { class: "controls", role: "group", "aria-label": title }, ...drawn);
}

function placeFor(view, item) {
  return {
    store: chosenStore(),
    say,
    standing: (control, filled) => standingOf(control, view, item)(filled),
    send: (control, filled, button) => send(control, view, item, filled, button),
  };
}

/** The real request; a challenge is answered and the same request sent again. */
async function send(control, view, item, filled, button) {
  const path = `${baseOf(control, view)}${control.path.replace(":id", item?.id ?? "")}`;
  const body = control.proposes
    ? { assignment: proposal(item) }
    : ["GET", "DELETE"].includes(control.method)
      ? undefined
      : (control.body ?? ((values) => values))(filled, chosenStore());
  button.setAttribute("aria-busy", "true");
  let answer = await desk.connection.call(control.method, path, body);
  let failed;
  while (answer.code === "step_up_required") {
    note(answer, control.label);
    const { acrValues, maxAge } = demand(answer.challenge);
    const given = await verify(control.label, acrValues, failed);
    if (given === undefined) break;
    failed = await prove(control.permission, given, maxAge);
    if (failed === undefined) answer = await desk.connection.call(control.method, path, body);
  }
  button.removeAttribute("aria-busy");
  note(answer, control.label);
  if (answer.status === 200) await draw();
  else await showApprovals();
}

async function prove(permission, { acr, secret }, maxAge) {
  // Where the sign-in itself is too weak, no proof lifts it: sign in again.
  if (maxAge === undefined) {
    await desk.connection.signIn(desk.member, acr);
    return undefined;
  }
  const answer = await desk.connection.call("POST", "/dev/step-up", { permission, acr, secret });
  if (answer.status !== 201) return sentence(answer.code);
  const { level, at } = answer.data;
  desk.proofs.push({ subject: desk.member, session: desk.connection.auth.session, permission, level, at });
  return undefined;
}

async function showApprovals() {
  const { items } = await (await fetch("/dev/approvals")).json();
  byId("waiting").hidden = items.length === 0;
  byId("approvals").replaceChildren(
    ...items.map(({ id, requester, permission, resource }) =>
      h(
        "li",
        {},
        h("span", {}, `${people.find((person) => person.id === requester)?.name ?? requester}: ${permission}${resource ? ` on ${resource}` : ""}`),
        requester === desk.member
          ? h("span", { class: "quiet" }, "yours")
          : h("button", { type: "button", onclick: () => approve(id) }, "Agree"),
      ),
    ),
  );
}

async function approve(id) {
  const answer = await desk.connection.call("POST", "/dev/approvals", { id });
  note(answer, "Agree");
  await showApprovals();
}

function say(text) {
  byId("status").textContent = text;
}

/** Writes down what the gate said, newest first. */
function note({ method, path, status, code }, label) {
  const outcome = status < 300 ? "allow" : code === "step_up_required" ? "step_up" : code === "approval_required" ? "approval" : "deny";
  say(status < 300 ? `${label}: done.` : `${label}: ${sentence(code)}`);
  byId("calls").prepend(
    h("li", { class: outcome }, h("code", {}, `${method} ${path}`), h("span", { class: "verdict" }, `${status} ${status < 300 ? "" : code}`)),
  );
  while (byId("calls").children.length > 30) byId("calls").lastChild.remove();
}
