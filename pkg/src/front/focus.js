/** Where the keyboard goes on when the control that it was on is gone. */

const HEADINGS = "h1, h2, h3, h4, h5, h6, [role=heading], legend";

/** Moves the focus to the heading of whatever holds an element that has just been hidden. */
export function moveFocus(gone) {
  for (let around = gone.parentElement; around !== null; around = around.parentElement) {
    const heading = [...around.querySelectorAll(HEADINGS)].find(isThere);
    if (heading !== undefined) return focus(heading);
  }
  const main = gone.ownerDocument.querySelector("main, [role=main]") ?? gone.ownerDocument.body;
  return focus(main);
}

const isThere = (element) => element.getClientRects().length > 0;

function focus(element) {
  if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  element.focus();
}
