// A run in a file: all of it is there, and nothing can be added.

/** The source of a page that was written to a file. */
export function recorded({ whole, drawing }) {
  const { world } = whole;
  const run = {
    subject: world.subject,
    profile: world.profile,
    bounds: world.bounds,
    without: [],
    actions: whole.steps.map((step) => step.action),
    lenient: false,
  };
  return {
    isLive: false,
    start: async () => ({ run, file: null, subjects: [], profiles: [], bounds: [], properties: whole.properties }),
    document: async () => whole,
    detail: async (_run, step) => whole.details[step],
    choices: async (_run, step) => whole.choices[step],
    drawing: async (_run, first, last) => inSight(drawing, first, last),
  };
}

/** What of a picture is in sight of these steps. */
function inSight(drawing, first, last) {
  const isHere = (arrow) => arrow.first <= last && arrow.last >= first;
  return {
    ...drawing,
    rows: drawing.rows.slice(first - 1, last),
    arrows: drawing.arrows.filter(isHere),
  };
}
