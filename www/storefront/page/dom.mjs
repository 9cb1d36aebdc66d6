/** Small help with elements. Text is only ever set as text. */

export const byId = (id) => document.getElementById(id);

/** Makes an element; `on…` are listeners, the rest attributes. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

let last;

/** Says something to whoever listens, also the same twice. */
export function say(text) {
  clearTimeout(last);
  byId("status").textContent = "";
  last = setTimeout(() => (byId("status").textContent = text), 50);
}
