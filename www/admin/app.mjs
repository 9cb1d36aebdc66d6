/** The page: choose a member, see that member's admin, and ask the gate for real. */

import { createControls } from "/keyrack/entry/dom.js";
import { createLive } from "/keyrack/entry/live/fetch.js";

import { Connection, demand } from "./api.mjs";
import { drawControl, factsOf, remember } from "./controls.mjs";
import { byId, h } from "./dom.mjs";
import { drawList } from "./records.mjs";
import { defaults, httpRequest, question } from "./requests.mjs";
import { verify } from "./verify.mjs";
import { SECTIONS } from "./views.mjs";
import { messages, sentence } from "./words.mjs";

/** What is on the page. Replaced as a whole when the member, the store or the clock changes. */
let desk;
let section = "orders";
/** Which opening and which drawing is the newest; an older one that arrives late is dropped. */
let opening = 0;
let drawing = 0;
/** Requests that are under way, with what they ask of the member. */
let sending = 0;

let people;
let stores;
let keys;

/** Signs the chosen member in, and follows the slice of the policy that is that member's own. */
async function open() {
  const mine = (opening += 1);
  const member = byId("member").value;
  desk?.controls.stop();
  desk?.live.stop();
  loading("Loading the policy …");
  try {
    const clock = byId("clock").value;
    const connection = await Connection.open(member, clock === "" ? undefined : Number(clock));
    const proofs = [];
    const live = createLive({
      url: "/me/slice",
      keys,
      member,
      headers: () => connection.headers(),
      clock: () => connection.now,
      auth: () => ({ ...connection.auth, proofs }),
    });
    connection.noticed = live.noticed.bind(live);
    await live.refresh();
    if (mine !== opening) return;
    // The controls follow by themselves; the page sees to its sections and lists.
    const controls = createControls({ live, root: byId("main"), question: factsOf, messages });
    desk = { member, connection, live, controls, proofs, opened: new Set() };
    live.subscribe(() => follow(live));
    live.start();
    await draw();
  } catch (error) {
    if (mine !== opening) return;
    desk = undefined;
    failed(error);
  }
}

/** The policy, or what stops the member, has changed: sections and lists are drawn anew if need be. */
async function follow(live) {
  // Whoever is in the middle of something is not disturbed.
  if (live !== desk?.live || sending > 0) return;
  if (live.state === "failed") return failed(live.snapshot.error);
  tellVersion();
  if (standings() === desk.drawn) return;
  await redraw();
  say("What this member may see has changed.");
}

/** Draws anew under somebody who is working: what is filled in stays, and so does the keyboard. */
async function redraw(sent) {
  const putBack = remember(byId("view"), sent);
  await draw();
  putBack();
}

/** Which sections are there, and how their lists stand, to be compared. */
const standings = () =>
  JSON.stringify(
    SECTIONS.map((view) => [isThere(view), ...view.lists.map((list) => stands(list, { view }))]),
  );

function tellVersion() {
  const { state, version } = desk.live;
  const note = state === "stale" ? " It cannot be renewed at present." : "";
  byId("version").textContent = `Policy version ${version}, this member’s slice.${note}`;
}

function failed(error) {
  if (desk !== undefined) desk.drawn = undefined;
  drawing += 1;
  byId("sections").replaceChildren();
  byId("view").replaceChildren(
    h(
      "div",
      { class: "card failed", role: "alert" },
      h("h1", { tabindex: "-1" }, "No policy"),
      h(
        "p",
        {},
        `The policy could not be loaded (${error.code ?? error.message}). Nothing is shown, and nothing is allowed.`,
      ),
    ),
  );
  byId("main").setAttribute("aria-busy", "false");
}

function loading(text) {
  byId("main").setAttribute("aria-busy", "true");
  byId("view").replaceChildren(h("p", { class: "loading" }, text));
}

const name = (member) => people.find(({ id }) => id === member)?.name ?? member;
const chosenStore = () => stores.find(({ id }) => id === byId("store").value);

/** How a list or a control stands for this member, here and now. */
const stands = (part, place) => desk.live.standing(question(part, { store: chosenStore(), ...place }));

/** Whether anything of a section could be there for this member. */
const isThere = (view) =>
  [...view.lists, ...view.controls].some(
    (part) => stands(part, { view, filled: defaults(part) }).state !== "absent",
  );

async function draw() {
  if (desk === undefined) return undefined;
  if (desk.live.state === "failed") return failed(desk.live.snapshot.error);
  const mine = (drawing += 1);
  desk.drawn = standings();
  tellVersion();
  const there = SECTIONS.filter(isThere);
  if (!there.some(({ id }) => id === section)) section = there[0]?.id;
  byId("sections").replaceChildren(
    ...there.map((view) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            "data-section": view.id,
            "aria-current": view.id === section ? "page" : undefined,
            onclick: () => go(view.id),
          },
          view.title,
        ),
      ),
    ),
  );
  const view = there.find(({ id }) => id === section);
  if (view === undefined) return nothing();
  loading("Asking the gate …");
  await showApprovals();
  const lists = await Promise.all(view.lists.map((list) => drawnList(list, view)));
  if (mine !== drawing) return undefined;
  const person = people.find(({ id }) => id === desk.member);
  byId("view").replaceChildren(
    h("h1", { tabindex: "-1" }, view.title),
    h("p", { class: "quiet" }, `${person.name}, ${person.post} — ${chosenStore().title}`),
    panel(view.controls, view, undefined, "In this section"),
    ...lists.filter(Boolean),
  );
  byId("main").dataset.view = view.id;
  byId("main").setAttribute("aria-busy", "false");
  return undefined;
}

function nothing() {
  const { reason, outcome } = desk.live.decide({ permission: "access.self.view" });
  byId("view").replaceChildren(
    h(
      "div",
      { class: "card" },
      h("h1", { tabindex: "-1" }, "Nothing here"),
      h("p", {}, outcome === "allow" ? "This member works elsewhere." : sentence(reason)),
    ),
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
  const at = stands(list, { view });
  if (at.state === "absent") return undefined;
  if (at.state === "blocked") {
    return h(
      "section",
      { class: "card" },
      h("h2", {}, list.title),
      h("p", { class: "why blocked" }, sentence(at.reason)),
    );
  }
  const { method, path } = httpRequest(list, { view, store: chosenStore() });
  const answer = await desk.connection.call(method, path);
  writeDown(answer);
  const body =
    answer.status === 200
      ? drawList(list, answer.data.items, answer.hidden, {
          store: chosenStore(),
          name,
          opened: desk.opened,
          detail: (item) =>
            panel(
              (list.controls ?? []).map((control) => ({ ...control, type: list.type })),
              view,
              item,
              "What can be done",
            ),
        })
      : h("p", { class: "why blocked" }, sentence(answer.code));
  return h("section", { class: "card", "data-list": list.type }, h("h2", {}, list.title), body);
}

function panel(controls, view, item, title) {
  const place = {
    view,
    item,
    store: chosenStore(),
    say,
    refresh: (form) => desk.controls.refresh(form),
    send: (control, filled, button) => act(() => send(control, view, item, filled, button)),
  };
  const drawn = controls.map((control) => drawControl(control, place));
  return h("div", { class: "controls", role: "group", "aria-label": title }, ...drawn);
}

/** Does what the person asked for; until its end, nothing else comes between. */
async function act(work) {
  sending += 1;
  document.body.dataset.sending = sending;
  try {
    await work();
  } finally {
    sending -= 1;
    document.body.dataset.sending = sending;
    if (desk !== undefined) await follow(desk.live);
  }
}

/** The real request; a challenge is answered and the same request sent again. */
async function send(control, view, item, filled, button) {
  const { method, path, body } = httpRequest(control, { view, store: chosenStore(), item, filled });
  button.setAttribute("aria-busy", "true");
  let answer = await desk.connection.call(method, path, body);
  let failed;
  while (answer.code === "step_up_required") {
    report(answer, control.label);
    const { acrValues, maxAge } = demand(answer.challenge);
    const given = await verify(control.label, acrValues, failed);
    if (given === undefined) break;
    failed = await prove(control.permission, given, maxAge);
    if (failed === undefined) answer = await desk.connection.call(method, path, body);
  }
  button.removeAttribute("aria-busy");
  report(answer, control.label);
  return answer.status === 200 ? redraw(button.form) : showApprovals();
}

async function prove(permission, { acr, secret }, maxAge) {
  // Where the sign-in itself is too weak, no proof lifts it: sign in again.
  if (maxAge === undefined) {
    await desk.connection.signIn(acr);
    desk.live.reconsider();
    return undefined;
  }
  const answer = await desk.connection.call("POST", "/dev/step-up", { permission, acr, secret });
  if (answer.status !== 201) return sentence(answer.code);
  const { level, at } = answer.data;
  desk.proofs.push({
    subject: desk.member,
    session: desk.connection.auth.session,
    permission,
    level,
    at,
  });
  desk.live.reconsider();
  return undefined;
}

async function showApprovals() {
  const { data } = await desk.connection.call("GET", "/approvals");
  const items = data?.items ?? [];
  byId("waiting").hidden = items.length === 0;
  byId("approvals").replaceChildren(
    ...items.map(({ id, requester, permission, resource }) =>
      h(
        "li",
        {},
        h("span", {}, `${name(requester)}: ${permission}${resource ? ` on ${resource.id}` : ""}`),
        h("button", { type: "button", onclick: () => act(() => approve(id)) }, "Agree"),
      ),
    ),
  );
}

async function approve(id) {
  const answer = await desk.connection.call("POST", `/approvals/${id}`, { answer: "approve" });
  report(answer, "Agree");
  await showApprovals();
  (byId("approvals").querySelector("button") ?? byId("view").querySelector("h1"))?.focus();
}

function say(text) {
  byId("status").textContent = text;
}

/** Says what came of an act. A list that is drawn after it says nothing: the outcome stays. */
function report(answer, label) {
  say(`${label}: ${answer.status < 300 ? "done." : sentence(answer.code)}`);
  writeDown(answer);
}

/** Writes down what the gate said, newest first. */
function writeDown({ method, path, status, code }) {
  const outcome =
    status < 300
      ? "allow"
      : code === "step_up_required"
        ? "step_up"
        : code === "approval_required"
          ? "approval"
          : "deny";
  byId("calls").prepend(
    h(
      "li",
      { class: outcome },
      h("code", {}, `${method} ${path}`),
      h("span", { class: "verdict" }, `${status} ${status < 300 ? "" : code}`),
    ),
  );
  while (byId("calls").children.length > 30) byId("calls").lastChild.remove();
}

/** Fills the choices at the top, and opens for the first of them or for the one that is named. */
async function start() {
  ({ people, stores } = await (await fetch("/dev/people")).json());
  ({ keys } = await (await fetch("/dev/keys")).json());
  const at = (store) => people.filter((person) => person.store === store.id);
  const choice = ({ id, name, post }) => h("option", { value: id }, `${name} · ${post}`);
  byId("member").append(
    ...stores
      .filter((store) => at(store).length > 0)
      .map((store) => h("optgroup", { label: store.title }, ...at(store).map(choice))),
  );
  byId("store").append(...stores.map(({ id, title }) => h("option", { value: id }, title)));
  const named = new URLSearchParams(location.search).get("member");
  if (people.some(({ id }) => id === named)) byId("member").value = named;
  const home = () => people.find(({ id }) => id === byId("member").value).store;
  byId("store").value = home();
  byId("member").onchange = () => {
    byId("store").value = home();
    open();
  };
  byId("store").onchange = () => draw();
  byId("clock").onchange = () => open();
  await open();
}

start();
