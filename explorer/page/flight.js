// What is in flight, and what can happen to each message right there.

import { h } from "page/dom.js";
import { OUTLOOKS, mark, told } from "page/words.js";

/** The messages in flight; those that the step sent or took are marked. */
export function flight(app, now, before, choices) {
  const isIn = (list, message) => list.some((one) => one.identity === message.identity);
  const gone = before.filter((message) => !isIn(now, message));
  const rows = now.map((message) => h("li", { class: isIn(before, message) ? "" : "new" },
    !isIn(before, message) && h("b", { class: "change" }, "+ new "),
    says(message),
    h("span", { class: "acts" }, choices.filter((choice) => choice.message === message.identity).map((choice) => act(app, choice)))));
  const left = gone.map((message) => h("li", { class: "gone" }, h("b", { class: "change" }, "− gone "), h("s", {}, says(message))));
  return h("div", { class: "flight" }, h("h3", {}, "In flight"),
    now.length + gone.length === 0 ? h("p", { class: "faint" }, "nothing") : h("ul", {}, rows, left));
}

function says({ says: what, from, to, identity }) {
  return h("span", { class: "says" }, `${what}, ${from} → ${to} `, h("code", { class: "faint" }, identity));
}

/** `deliver`, `lose` or the kind of a repeat: its first word. */
function act(app, choice) {
  const [what] = choice.action.split(" ");
  if (!app.source.isLive) return null;
  return h("button", {
    type: "button", class: "small", "data-focus": `flight ${choice.action}`, title: choice.sentence,
    onclick: () => app.take(choice.action),
  }, mark(choice.outlook, OUTLOOKS[choice.outlook], true), ` ${what}`, h("span", { class: "unseen" }, [": ", told(choice.sentence)]));
}
