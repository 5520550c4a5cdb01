// The world: which contract, on which platform, within which bounds; and what stands beside.

import { h, replace } from "page/dom.js";
import { fold } from "page/fold.js";

/** The part that says the world and, where a server answers, lets it be changed. */
export function worldPart(app) {
  const line = h("span", { class: "world-line" });
  const what = h("p", { class: "faint" });
  const document = ({ document: { world } }) => {
    replace(line, h("b", {}, world.subject), " under ", h("b", {}, world.profile), `, bounds ${world.bounds_sentence.split(":")[0]}. `);
    replace(what, `${world.sentence}. ${world.profile}: ${world.profile_sentence}. ${world.bounds_sentence}.`);
    form?.update(world);
  };
  const form = app.source.isLive ? forms(app) : null;
  const offered = form ? "Change the world, or compare with another contract" : "The platform and the bounds";
  const element = h("section", { class: "world", "aria-label": "World" }, fold("world", false, [line, offered], what, form?.elements));
  return { element, document };
}

function forms(app) {
  const { subjects, profiles, bounds } = app.start;
  const options = (all) => all.map(({ name, sentence }) => h("option", { value: name, title: sentence }, name));
  const subject = h("select", {}, options(subjects));
  const profile = h("select", {}, options(profiles));
  const size = h("select", {}, options(bounds));
  const beside = h("select", {}, h("option", { value: "" }, "nothing"), options(subjects));
  const chosen = () => ({
    subject: subject.value,
    profile: profile.value,
    ...(size.value === "" ? {} : { bounds: bounds.find((one) => one.name === size.value).bounds }),
  });
  const labelled = (name, select) => h("label", {}, name, " ", select);
  const button = (name, onclick) => h("button", { type: "button", onclick }, name);
  const elements = [
    h("div", { class: "form" }, labelled("Contract", subject), labelled("Platform", profile), labelled("Bounds", size),
      button("New run there", () => app.world(chosen(), false)),
      button("The same steps there", () => app.world(chosen(), true))),
    h("div", { class: "form" }, labelled("Beside", beside),
      button("Compare", () => app.beside(beside.value || null))),
  ];
  return { elements, update: (world) => update({ app, subject, profile, size, beside }, world) };
}

function update({ app, subject, profile, size, beside }, world) {
  own(subject, world.subject);
  own(profile, world.profile);
  const same = ({ bounds }) => JSON.stringify(Object.entries(bounds).sort()) === JSON.stringify(Object.entries(world.bounds).sort());
  const named = app.start.bounds.find(same)?.name;
  size.querySelector("[value='']")?.remove();
  if (!named) size.prepend(h("option", { value: "" }, "as now"));
  size.value = named ?? "";
  beside.value = app.view.beside ?? "";
}

/** A name that no list has, as that of a file, is offered too. */
function own(select, name) {
  if (![...select.options].some((option) => option.value === name)) select.prepend(h("option", { value: name }, name));
  select.value = name;
}
