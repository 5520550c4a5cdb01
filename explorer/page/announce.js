// What a screen reader is told of each step.

import { h } from "page/dom.js";

/** A place that is read out when it changes. */
export function announcer() {
  const element = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const document = ({ document: { steps }, step }) => {
    const taken = steps[step - 1];
    const broken = taken?.breaks.length ? ` Breaks ${taken.breaks.join(", ")}.` : "";
    element.textContent = taken
      ? `Step ${step} of ${steps.length}: ${taken.sentence}.${broken}`
      : `At the start, before step 1 of ${steps.length}.`;
  };
  return { element, document };
}
