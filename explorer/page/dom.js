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

function present(children) {
  return children.flat(Infinity).filter((child) => child || child === 0);
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
