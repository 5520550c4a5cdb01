// What is shown, and how it changes. Every change goes through the address.

import { address, view as named } from "page/address.js";
import { h } from "page/dom.js";
import { load } from "page/load.js";
import { layout } from "page/layout.js";
import { troubles } from "page/troubles.js";

/** Milliseconds of rest after which a step gets an address of its own. */
const REST = 150;

/** Starts the page. */
export async function begin(page, source) {
  const app = { page, source, start: null, view: null, model: null };
  const trouble = troubles(() => open(app, home(app)));
  app.failed = (error) => trouble.show(error);
  app.restored = () => trouble.clear();
  const place = h("div", { class: "page", hidden: true });
  page.replaceChildren(trouble.element, place);
  try {
    app.start = await source.start();
  } catch (error) {
    trouble.show(error);
    return;
  }
  Object.assign(app, actions(app));
  app.layout = layout(app, place);
  addEventListener("hashchange", () => follow(app));
  addEventListener("popstate", () => follow(app));
  await follow(app);
}

/** What the parts of the page can ask for. */
function actions(app) {
  const change = (changes) => open(app, { ...app.view, ...changes });
  return {
    go: (step) => change({ step: clamp(step, app.model.document.steps.length) }),
    beside: (subject) => change({ beside: subject }),
    world: (world, keepsSteps) => {
      const { run } = app.view;
      const steps = keepsSteps ? { lenient: true } : { actions: [], lenient: false };
      return change({ run: { ...run, ...world, ...steps }, step: keepsSteps ? app.view.step : 0 });
    },
    take: (action) => {
      const { run, step } = app.view;
      const taken = [...run.actions.slice(0, step), action];
      return change({ run: { ...run, actions: taken }, step: taken.length }).then(toWhatHappened);
    },
    home: () => open(app, home(app)),
    isAway: () => JSON.stringify(app.view.run) !== JSON.stringify(app.start.run),
  };
}

/** What was pressed is gone: go on reading where the news is. */
function toWhatHappened() {
  document.getElementById("happened-title")?.focus();
}

function home(app) {
  return { run: app.start.run, step: null, beside: null };
}

function clamp(step, last) {
  return Math.max(0, Math.min(step, last));
}

/** Shows what the address names. */
async function follow(app) {
  if (app.written === location.hash && app.view) return;
  app.written = location.hash;
  try {
    await show(app, named(location.hash, app.start, app.source.isLive));
  } catch (error) {
    app.failed(error);
  }
}

/** Shows a view and gives it its address. */
async function open(app, view) {
  const isStep = app.view && view.run === app.view.run && view.beside === app.view.beside;
  // The step is set at once, so that keys that come quickly add up.
  if (isStep) app.view = view;
  try {
    await show(app, view, () => (isStep ? writeSoon(app) : write(app)));
  } catch (error) {
    app.failed(error);
  }
}

async function show(app, view, then = () => {}) {
  // What is asked for the view before is not waited for any more, here and on the server.
  app.turn?.abort();
  const turn = (app.turn = new AbortController());
  const isCurrent = () => turn === app.turn;
  app.page.dataset.busy = "yes";
  try {
    await stages(app, view, then, isCurrent, turn.signal);
  } catch (error) {
    if (isCurrent()) throw error;
  } finally {
    if (isCurrent()) delete app.page.dataset.busy;
  }
}

/** Shows what is known at each stage, until another view is asked for. */
async function stages(app, view, then, isCurrent, signal) {
  for await (const [stage, model] of load(app.source, app.start, view, isCurrent, signal)) {
    if (!isCurrent()) return;
    if (stage === "document") {
      app.view = { ...view, step: model.step };
      app.model = model;
      app.restored();
      then();
    }
    await app.layout.update(stage, model);
  }
}

function writeSoon(app) {
  clearTimeout(app.writing);
  app.writing = setTimeout(() => write(app), REST);
}

function write(app) {
  clearTimeout(app.writing);
  app.written = address(app.view, app.source.isLive);
  if (app.written !== location.hash) history.pushState(null, "", app.written);
}
