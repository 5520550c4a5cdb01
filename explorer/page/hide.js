// Lanes that are put away, with their messages.

import { h, seen } from "page/dom.js";

/** A box for each lane; `changed` is called where one was ticked or not. */
export function shownLanes(name, changed) {
  const away = new Set();
  const element = h("div", { class: "lanes-shown", role: "group", "aria-label": `${name}: which are shown` });
  const box = ({ name: party }) => h("label", {}, h("input", {
    type: "checkbox", checked: !away.has(party),
    onchange: ({ target }) => {
      if (target.checked) away.delete(party);
      else away.add(party);
      changed();
    },
  }), ` ${seen(party)}`);
  return { element, away, update: (parties) => element.replaceChildren(...parties.map(box)) };
}

/** Hides what belongs to a lane that is put away. */
export function hide({ choice: { away }, document: { parties }, element }) {
  const isAway = (lane) => away.has(parties[Number(lane)]?.name);
  for (const one of element.querySelectorAll("[data-lane]")) one.classList.toggle("away", isAway(one.dataset.lane));
  for (const one of element.querySelectorAll("[data-lanes]")) one.classList.toggle("away", one.dataset.lanes.split(" ").some(isAway));
}
