// Words and shapes that several parts share. A shape never stands without its word.

import { h } from "page/dom.js";

/** What is ahead: shape and word. */
export const OUTLOOKS = {
  safe: ["✓", "safe"],
  recoverable: ["◐", "can recover"],
  unknown: ["?", "unknown"],
  doomed: ["✕", "doomed"],
};

/** How a promise stands: shape, word, and what that means. */
export const STANDINGS = {
  doomed: ["✕", "doomed", "false, and cannot become true again"],
  unknown: ["?", "unknown", "false; there are too many states to know whether it can become true again"],
  open: ["?", "unknown", "not there yet; there are too many states to know whether there is a way"],
  recoverable: ["◐", "recoverable", "false, but can become true again without further faults"],
  "on-the-way": ["→", "on the way", "not there yet, and there is a way"],
  kept: ["✓", "kept", "true"],
};

/** A shape with its word. */
export function mark(kind, [shape, word], isWordHidden = false) {
  return h("span", { class: `mark ${kind}` },
    h("span", { class: "shape", "aria-hidden": "true" }, shape), " ",
    h("span", { class: isWordHidden ? "unseen" : "word" }, word));
}

/** A sentence of a step; what shouts at its head becomes a badge, the name at its end is faint. */
export function told(sentence, isNamed = true) {
  const [, shout, rest] = /^([A-Z]{4,})\s{2,}(.*)$/s.exec(sentence) ?? [null, null, sentence];
  const [, says, name] = /^(.*)\s{2,}\[([^\]]*)\]$/s.exec(rest) ?? [null, rest, null];
  return [shout && h("span", { class: "badge" }, shout), shout && " ", says, isNamed && name && [" ", h("code", { class: "faint name" }, name)]];
}

/** Why nothing is known. */
export function beyond(states) {
  return `? unknown: not decided after ${states.toLocaleString("en")} states.`;
}

/** `1 step`, `2 steps`. */
export function count(n, one, many = `${one}s`) {
  return `${n} ${n === 1 ? one : many}`;
}

/** Names with their values, as a broken conjunct has them. */
export function values(pairs) {
  return pairs.map(([name, value], n) => [n > 0 && ", ", `${name} = `, h("b", {}, value)]);
}

/** Digits up to which an amount is read at a glance. */
const READ = 12;

/** An amount as a person reads it: in groups, and what nobody counts as its change since the start. */
export function amount(exact, atStart) {
  const isWhole = (text) => /^-?\d+$/.test(text ?? "");
  if (!isWhole(exact)) return exact;
  if (exact.length <= READ) return grouped(exact);
  const change = isWhole(atStart) ? String(BigInt(exact) - BigInt(atStart)) : exact;
  if (change.length > READ) return h("span", { title: exact }, grouped(exact));
  return h("span", { title: exact }, change === "0" ? "plenty" : `plenty, ${change.startsWith("-") ? "" : "+"}${grouped(change)} since the start`);
}

function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}
