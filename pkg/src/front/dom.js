/**
 * Controls of a page without a framework: `data-can` names the permission that a control asks for,
 * `data-scope` on it or around it the place. What the member never has is hidden, what is blocked
 * now is disabled with its reason. The gate has the last word all the same.
 */

import { moveFocus } from "./focus.js";
import { block, hide, isSubmitter, operable, show, unblock } from "./marks.js";
import { isOpen } from "./standing.js";
import { wordsOf } from "./words.js";

const GATED = "[data-can]";
const EVENTS = ["click", "auxclick", "keydown", "mousedown", "beforeinput", "submit"];
const ATTRIBUTES = ["data-can", "data-scope"];

/**
 * Follows a live slice in a part of a page.
 *
 * @param {object} parts
 * @param {ReturnType<typeof import("./live.js").createLive>} parts.live
 * @param {Document | Element} [parts.root] the whole page, if absent
 * @param {Record<string, object>} [parts.messages] by language
 * @param {string} [parts.language] the page's, if absent
 * @param {(element: Element) => object | undefined} [parts.question] more facts of what it asks
 * @param {Element} [parts.status] where changes are announced; one is made, if absent
 */
export function createControls(parts) {
  return new Controls(parts);
}

class Controls {
  #live;
  #root;
  #document;
  #words;
  #question;
  #status;
  #reasons;
  #standings = new WeakMap();
  /** What an element asks; elements that ask alike have the same. */
  #places = new WeakMap();
  #asked = new Map();
  /** The scope that holds around the root, where nothing is watched. */
  #around;
  #observer;
  #stops = [];

  constructor({ live, root = globalThis.document, messages = {}, language, question, status }) {
    this.#live = live;
    this.#root = root;
    this.#document = root.ownerDocument ?? root;
    this.#words = wordsOf(messages, language ?? this.#document.documentElement.lang);
    this.#question = question ?? noFacts;
    const announces = { role: "status", "data-keyrack-status": "" };
    this.#status = status ?? this.#made("p", announces, SEEN_BY_NOBODY);
    if (status === undefined) this.#stops.push(() => this.#status.remove());
    this.#reasons = this.#made("div", { hidden: "", "data-keyrack-reasons": "" });
    this.#watch();
    this.refresh();
  }

  /** Looks at every control again, say after a fact that `question` tells has changed. */
  refresh(part = this.#root) {
    this.#changed(this.#observer.takeRecords());
    const around = scopeOf(this.#root);
    if (around !== this.#around) this.#askAnew();
    this.#around = around;
    const isWhole = part === this.#root;
    if (isWhole && this.#isDrawn()) return;
    const inner = part.querySelectorAll(GATED);
    this.#draw(!isWhole && part.matches(GATED) ? [part, ...inner] : inner);
    if (!isWhole) return;
    for (const place of this.#asked.values()) place.drawn = place.standing;
  }

  /** Whether all that is asked stands as it was drawn. There are far fewer questions than controls. */
  #isDrawn() {
    if (this.#question !== noFacts) return false;
    for (const place of this.#asked.values()) {
      if (place.drawn === undefined || this.#ask(place) !== place.drawn) return false;
    }
    return this.#asked.size > 0;
  }

  #askAnew() {
    this.#places = new WeakMap();
    this.#asked = new Map();
  }

  /** Names the permission that an element asks for. */
  mark(element, permission, scope) {
    element.setAttribute("data-can", permission);
    if (scope !== undefined) element.setAttribute("data-scope", scope);
  }

  /** Follows no longer. What is hidden or blocked stays so, with its reasons. */
  stop() {
    for (const stop of this.#stops.splice(0)) stop();
    if (this.#reasons.childElementCount === 0) this.#reasons.remove();
  }

  #watch() {
    const { MutationObserver } = this.#document.defaultView;
    this.#observer = new MutationObserver((records) => this.#changed(records));
    const what = { subtree: true, childList: true, attributeFilter: ATTRIBUTES };
    this.#observer.observe(this.#root, what);
    const guard = (event) => this.#guard(event);
    for (const type of EVENTS) this.#root.addEventListener(type, guard, true);
    let state = this.#live.state;
    const unsubscribe = this.#live.subscribe(() => {
      this.refresh();
      const { state: now } = this.#live;
      if (now === "failed" && state !== now) this.#say(this.#words.failed());
      state = now;
    });
    this.#stops.push(unsubscribe, () => this.#observer.disconnect(), () => {
      for (const type of EVENTS) this.#root.removeEventListener(type, guard, true);
    });
  }

  /** What came later, or says something else now. It is drawn before anybody sees it. */
  #changed(records) {
    const touched = new Set();
    const moved = records.filter(({ type }) => type === "childList");
    // What nobody asks any more is forgotten.
    if (moved.some(({ removedNodes }) => hasElement(removedNodes))) this.#askAnew();
    for (const { addedNodes } of moved) {
      for (const node of addedNodes) if (node.nodeType === 1) gather(node, touched);
    }
    for (const { type, target, attributeName } of records) {
      if (type !== "attributes") continue;
      const isGated = target.hasAttribute("data-can");
      if (!isGated) this.#forget(target);
      if (attributeName === "data-scope") gather(target, touched);
      else if (isGated) touched.add(target);
    }
    for (const element of touched) this.#places.delete(element);
    this.#draw(touched);
  }

  #draw(elements) {
    const { activeElement } = this.#document;
    const gone = [];
    const changes = { closed: [], opened: [] };
    for (const element of elements) {
      const [was, is] = [this.#standings.get(element), this.#standing(element)];
      if (was === is || (was !== undefined && isSame(was, is))) continue;
      this.#standings.set(element, is);
      if (!this.#mark(element, is) && element.contains(activeElement)) gone.push(element);
      const settled = was !== undefined && was.state !== "pending" && was.state !== "failed";
      if (settled && is.state !== "failed" && isOpen(was) !== isOpen(is)) {
        changes[isOpen(is) ? "opened" : "closed"].push(nameOf(element));
      }
    }
    if (gone.length > 0) moveFocus(gone[0]);
    this.#tell(changes);
  }

  /** Draws one control as it stands; `false` where it is hidden. */
  #mark(element, { state, reason, ask }) {
    const parts = operable(element);
    const isBlocked = state === "blocked" && parts.length > 0;
    const isShown = isBlocked || isOpen({ state });
    const note = this.#noteOf(element);
    for (const part of parts) {
      if (isBlocked) block(part, note?.id ?? this.#reasonId(reason));
      else unblock(part);
    }
    if (note) note.textContent = this.#saidOf(isBlocked ? reason : undefined, ask);
    if (isShown) show(element);
    else hide(element);
    put(element, "data-can-reason", state === "allowed" ? undefined : reason);
    put(element, "data-can-ask", ask);
    // Last: until then the style sheet keeps it away.
    put(element, "data-can-state", state);
    return isShown;
  }

  /** What the page sets aside for words about a control, for everybody to see. */
  #noteOf(element) {
    const id = element.getAttribute("data-can-note");
    return id === null ? undefined : this.#document.getElementById(id);
  }

  #saidOf(reason, ask) {
    if (reason !== undefined) return this.#words.reason(reason);
    return ask === undefined ? "" : this.#words.ask(ask);
  }

  #forget(element) {
    this.#places.delete(element);
    if (!this.#standings.delete(element)) return;
    for (const part of operable(element)) unblock(part);
    show(element);
    this.#noteOf(element)?.replaceChildren();
    for (const name of ["state", "reason", "ask"]) element.removeAttribute(`data-can-${name}`);
  }

  #standing(element) {
    const place = this.#placeOf(element);
    const more = this.#question(element);
    if (more !== undefined) {
      const { permission, scope } = place;
      return this.#live.standing({ scope, ...more, permission });
    }
    return this.#ask(place);
  }

  #ask(place) {
    const { snapshot } = this.#live;
    if (place.snapshot !== snapshot) {
      const is = snapshot.standing(place.permission, place.scope);
      // The same object as before where nothing is different: that is seen at once.
      if (place.standing === undefined || !isSame(place.standing, is)) place.standing = is;
      place.snapshot = snapshot;
    }
    return place.standing;
  }

  #placeOf(element) {
    const known = this.#places.get(element);
    if (known !== undefined) return known;
    const permission = element.getAttribute("data-can");
    const scope = scopeOf(element);
    // No name of either has this character.
    const key = scope === undefined ? permission : `${permission}\0${scope}`;
    const place = this.#asked.get(key) ?? { permission, scope };
    this.#asked.set(key, place);
    this.#places.set(element, place);
    return place;
  }

  /** SECURITY: none of this holds anybody back who means harm. The gate does. */
  #guard(event) {
    const { target, submitter } = event;
    const by = [target, submitter].filter((element) => element?.nodeType === 1);
    const blocked = by.map((element) => this.#blockedAround(element, event)).find(Boolean);
    if (blocked === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "mousedown" || event.type === "beforeinput") return;
    const { reason } = this.#standings.get(blocked) ?? {};
    this.#say(this.#words.blocked(nameOf(blocked), this.#words.reason(reason)));
  }

  /** The control that an event would operate and that is not open, if any. */
  #blockedAround(target, event) {
    for (let at = target.closest(GATED); at; at = at.parentElement?.closest(GATED)) {
      if (!this.#root.contains(at)) return undefined;
      // What has not been looked at yet is not open.
      const standing = this.#standings.get(at) ?? { state: "pending" };
      if (!isOpen(standing) && operates(event, target, at)) return at;
    }
    return undefined;
  }

  #reasonId(code) {
    const id = `keyrack-reason-${code}`;
    if (this.#document.getElementById(id) === null) {
      const told = this.#document.createElement("p");
      told.id = id;
      told.textContent = this.#words.reason(code);
      this.#reasons.append(told);
    }
    return id;
  }

  #tell({ closed, opened }) {
    const told = [];
    if (closed.length > 0) told.push(this.#words.closed(closed));
    if (opened.length > 0) told.push(this.#words.opened(opened));
    if (told.length > 0) this.#say(told.join(" "));
  }

  #say(text) {
    // The same words twice are read out once, unless they differ in something.
    const isSaid = this.#status.textContent === text;
    this.#status.textContent = isSaid ? `${text}\u00a0` : text;
  }

  #made(tag, attributes, style = {}) {
    const element = this.#document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
    this.#document.body.append(element);
    return element;
  }
}

/** Adds an element, if it has a permission, and those within it that have one. */
function gather(element, gated) {
  if (element.matches(GATED)) gated.add(element);
  for (const inner of element.querySelectorAll(GATED)) gated.add(inner);
}

const hasElement = (nodes) => [...nodes].some(({ nodeType }) => nodeType === 1);
const noFacts = () => undefined;

const SEEN_BY_NOBODY = {
  position: "absolute",
  width: "1px",
  height: "1px",
  margin: "-1px",
  overflow: "hidden",
  "clip-path": "inset(50%)",
  "white-space": "nowrap",
};

const isSame = (one, other) =>
  one.state === other.state && one.reason === other.reason && one.ask === other.ask;

/** The scope that an element names, or the next around it. */
const scopeOf = (element) =>
  element.closest?.("[data-scope]")?.getAttribute("data-scope") ?? undefined;

/** Whether an event would do what a control that is not open is for. */
function operates(event, target, control) {
  // Whoever fills a form that cannot be sent now loses nothing by it.
  if (control.localName === "form") {
    return event.type === "submit" || (event.type === "click" && isSubmitter(target));
  }
  switch (event.type) {
    case "keydown":
      return event.key === "Enter" || event.key === " " || changes(event, target);
    case "mousedown":
      return target.closest("select") !== null;
    default:
      return true;
  }
}

/** Whether a key would choose something else: all but those that lead away from it. */
const changes = ({ key }, target) =>
  target.matches("select, input[type=range], input[type=radio]") &&
  !["Tab", "Escape"].includes(key);

/** What a control is called, as far as that can be told without an accessibility tree. */
function nameOf(element) {
  const labelled = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent;
  // A form is called what sends it.
  if (labelled === undefined && element.localName === "form") {
    const [submitter] = operable(element);
    if (submitter !== undefined) return nameOf(submitter);
  }
  const name = labelled ?? (element.textContent.trim() || element.value || element.title || "");
  return name.trim().replace(/\s+/g, " ");
}

function put(element, name, value) {
  if (value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
