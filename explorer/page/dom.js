// Elements without a framework.

const SVG = "http://www.w3.org/2000/svg";

/** An element. Attributes that are missing or false are left out; `on…` is a listener. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for a part of a picture. */
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

// Control characters, marks that reorder or join, and what has no meaning but somebody's own.
const HIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A text that a contract may have brought, in which everything can be seen and stands in its place. */
export function seen(text) {
  return text.replace(HIDDEN, (hidden) => `\\u{${hidden.codePointAt(0).toString(16)}}`);
}

function present(children) {
  const shown = children.flat(Infinity).filter((child) => child || child === 0);
  return shown.map((child) => (typeof child === "string" ? seen(child) : child));
}

/** Puts other children in a place. What has the focus keeps it, if it is there again. */
export function replace(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.focus;
  place.replaceChildren(...present(children));
  if (!key) return;
  const again = [...place.querySelectorAll("[data-focus]")].find((e) => e.dataset.focus === key);
  again?.focus({ preventScroll: true });
}

/** The elements of a picture that our own server drew. */
export function drawn(text) {
  const parsed = new DOMParser().parseFromString(`<svg xmlns="${SVG}">${text}</svg>`, "image/svg+xml");
  const root = parsed.documentElement;
  if (root.localName !== "svg") throw new Error("a part of the picture of the lanes is damaged");
  return [...root.children].map((child) => document.importNode(child, true));
}
