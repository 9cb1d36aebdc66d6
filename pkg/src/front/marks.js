/** What is done to an element, so that it can be undone: hidden, or blocked with a reason. */

/** Roles and elements that can be operated, and so can be disabled. */
const OPERABLE =
  "button, input, select, textarea, summary, a[href], [role=button], [role=link]," +
  " [role=checkbox], [role=switch], [role=radio], [role=tab], [role=option], [role=menuitem]," +
  " [role=menuitemcheckbox], [role=menuitemradio], [role=textbox], [role=combobox]," +
  " [role=slider], [role=spinbutton]";
const SUBMITTERS =
  "button:not([type=button], [type=reset]), input[type=submit], input[type=image]";

/** What the attributes of an element were before. */
const before = new WeakMap();

/** What of an element can be disabled; a form is by what submits it. */
export function operable(element) {
  if (element.localName === "form") {
    return [...element.elements].filter((part) => part.matches(SUBMITTERS));
  }
  return element.matches(OPERABLE) || before.get(element)?.href !== undefined ? [element] : [];
}

/** Whether an element sends its form. */
export const isSubmitter = (element) => element?.closest(SUBMITTERS) != null;

/** Takes an element out of the page, for everybody: also where a style sheet says otherwise. */
export function hide(element) {
  const { style } = element;
  const shown = {
    hidden: element.getAttribute("hidden"),
    display: style.getPropertyValue("display"),
    priority: style.getPropertyPriority("display"),
  };
  keep(element, { shown });
  element.setAttribute("hidden", "");
  style.setProperty("display", "none", "important");
}

/** Puts it back as it was. */
export function show(element) {
  const { shown } = before.get(element) ?? {};
  if (shown === undefined) return;
  before.get(element).shown = undefined;
  put(element, "hidden", shown.hidden);
  if (shown.display === "") element.style.removeProperty("display");
  else element.style.setProperty("display", shown.display, shown.priority);
  if (element.getAttribute("style") === "") element.removeAttribute("style");
}

/** Disables it; it stays where the keyboard finds it, and says why. */
export function block(element, reasonId) {
  unblock(element);
  const described = element.getAttribute("aria-describedby");
  const kept = { disabled: element.getAttribute("aria-disabled"), described };
  // A link that leads nowhere can be disabled; one with an address cannot.
  if (element.localName === "a") {
    const href = element.getAttribute("href");
    const role = element.getAttribute("role");
    const tabindex = element.getAttribute("tabindex");
    keep(element, { href });
    Object.assign(kept, { href, role, tabindex });
    element.removeAttribute("href");
    element.setAttribute("role", role ?? "link");
    element.setAttribute("tabindex", tabindex ?? "0");
  }
  keep(element, { blocked: kept });
  element.setAttribute("aria-disabled", "true");
  const ids = new Set([...(described?.split(/\s+/) ?? []), reasonId]);
  element.setAttribute("aria-describedby", [...ids].join(" ").trim());
}

/** Enables it again. */
export function unblock(element) {
  const { blocked } = before.get(element) ?? {};
  if (blocked === undefined) return;
  before.set(element, { ...before.get(element), blocked: undefined, href: undefined });
  put(element, "aria-disabled", blocked.disabled);
  put(element, "aria-describedby", blocked.described);
  if (element.localName !== "a") return;
  for (const name of ["href", "role", "tabindex"]) put(element, name, blocked[name]);
}

function keep(element, more) {
  const kept = before.get(element) ?? {};
  // What was kept first is what it was like: it is not overwritten.
  for (const [name, value] of Object.entries(more)) kept[name] ??= value;
  before.set(element, kept);
}

function put(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
