// What a view needs, in the order in which it can be shown.

/** Stages of a view: `document`, then `detail`, then `choices`. */
export async function* load(source, start, view, isCurrent, signal) {
  const document = await source.document(view.run);
  const last = document.steps.length;
  if (view.step > last) {
    throw new Error(`The address names step ${view.step}, but the run has ${last} steps.`);
  }
  const step = view.step ?? last;
  const beside = view.beside ? await compared(source, view) : null;
  const model = { start, isLive: source.isLive, run: view.run, document, step, isNamed: view.step !== null, beside };
  yield ["document", model];
  // Whoever steps on quickly does not wait for what is judged in between.
  await rest(source.isLive ? 40 : 0);
  if (!isCurrent()) return;
  const [now, end] = await Promise.all([details(source, view.run, step), source.detail(view.run, last)]);
  const other = beside && (await details(source, beside.run, Math.min(step, beside.document.steps.length)));
  const detailed = { ...model, ...now, end, beside: beside && { ...beside, ...other } };
  yield ["detail", detailed];
  await rest(source.isLive ? 120 : 0);
  if (!isCurrent()) return;
  yield ["choices", { ...detailed, choices: await source.choices(view.run, step, signal) }];
}

/** A step, the one before it, and the start. */
async function details(source, run, step) {
  const before = step > 0 ? source.detail(run, step - 1) : null;
  const [detail, previous, origin] = await Promise.all([source.detail(run, step), before, source.detail(run, 0)]);
  return { detail, previous, origin };
}

/** The same schedule with another contract; what is not possible there does not happen. */
async function compared(source, view) {
  const run = { ...view.run, subject: view.beside, lenient: true };
  const [document, parting] = await Promise.all([source.document(run), source.parting(view.run, run)]);
  return { run, document, parting };
}

function rest(milliseconds) {
  return milliseconds > 0 ? new Promise((done) => setTimeout(done, milliseconds)) : null;
}
