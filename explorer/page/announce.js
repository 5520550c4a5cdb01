// What each step says outside the page: to a screen reader, and in the title.

import { h, seen } from "page/dom.js";

/** A place that is read out when it changes. */
export function announcer() {
  const element = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const tell = ({ document: { steps, ending, world }, step, isLive }) => {
    const subject = ending ? `${world.subject} breaks ${ending.property}` : world.subject;
    if (isLive) document.title = `${seen(subject)}, step ${step} of ${steps.length}`;
    const taken = steps[step - 1];
    const broken = taken?.breaks.length ? ` Breaks ${taken.breaks.join(", ")}.` : "";
    element.textContent = taken
      ? `Step ${step} of ${steps.length}: ${taken.sentence}.${broken}`
      : `At the start, before step 1 of ${steps.length}.`;
  };
  return { element, document: tell };
}
