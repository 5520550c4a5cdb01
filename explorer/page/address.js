// The address of a view: names, so that it means the same tomorrow and elsewhere.

const LIMITS = ["users", "deposits", "burns", "transfers", "quantity", "each_fault", "faults"];
const OF_RUN = ["subject", "profile", "bounds", "without", "run", "lenient"];
const NAMES = [...OF_RUN, "step", "beside"];

/** The address of a view. A file shows one run: only the step is said there. */
export function address(view, isLive) {
  const parts = [["step", String(view.step)]];
  if (isLive) {
    const { subject, profile, bounds, without, actions, lenient } = view.run;
    const of = [["subject", subject], ["profile", profile]];
    of.push(["bounds", LIMITS.map((limit) => bounds[limit]).join(",")]);
    if (without.length > 0) of.push(["without", without.join(",")]);
    of.push(["run", actions]);
    if (lenient) of.push(["lenient", "yes"]);
    parts.unshift(...of);
    if (view.beside) parts.push(["beside", view.beside]);
  }
  const written = ([name, value]) => `${name}=${[value].flat().map(encoded).join(";")}`;
  return `#${parts.map(written).join("&")}`;
}

/** The view that an address names; what it leaves out is as at the start. */
export function view(hash, start, isLive) {
  const named = parts(hash.replace(/^#/, ""));
  const ofRun = [...named.keys()].find((name) => OF_RUN.includes(name) || name === "beside");
  if (ofRun && !isLive) {
    throw new Error(`The address names \`${ofRun}\`, but this file holds only one run. To see others: tim3 explore`);
  }
  const text = (name, otherwise) => (named.has(name) ? decoded(named.get(name)) : otherwise);
  if (isLive) {
    known("contract", text("subject"), start.subjects, start.run.subject);
    known("contract", text("beside"), start.subjects, start.run.subject);
    known("platform", text("profile"), start.profiles, start.run.profile);
  }
  return {
    run: {
      subject: text("subject", start.run.subject),
      profile: text("profile", start.run.profile),
      bounds: named.has("bounds") ? bounds(text("bounds"), start) : start.run.bounds,
      without: named.has("without") ? text("without").split(",").filter(Boolean) : start.run.without,
      actions: named.has("run") ? actions(named.get("run")) : startActions(named, start),
      lenient: named.has("lenient") ? text("lenient") === "yes" : start.run.lenient,
    },
    step: named.has("step") ? step(text("step")) : null,
    beside: text("beside", null),
  };
}

/** Refuses a name that does not exist, and lists those that do. */
function known(what, name, all, own) {
  const names = [own, ...all.map((one) => one.name).filter((one) => one !== own)];
  if (name && !names.includes(name)) throw new Error(`The address names the ${what} \`${name}\`; there are: ${names.join(", ")}.`);
}

/** In another world than at the start there is no run yet, unless it is named. */
function startActions(named, start) {
  const isOther = ["subject", "profile", "bounds"].some((name) => named.has(name));
  return isOther ? [] : start.run.actions;
}

function parts(text) {
  const named = new Map();
  for (const part of text.split("&").filter(Boolean)) {
    const [name, value = ""] = part.split(/=(.*)/s);
    if (!NAMES.includes(name)) throw new Error(`The address names \`${name}\`; it can name: ${NAMES.join(", ")}.`);
    named.set(name, value);
  }
  return named;
}

function actions(text) {
  return text.split(";").filter(Boolean).map(decoded);
}

function step(text) {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`The address names step \`${text}\`, which is not a number.`);
  return Number(text);
}

function bounds(text, start) {
  const named = start.bounds.find((one) => one.name === text);
  if (named) return named.bounds;
  const values = text.split(",");
  if (values.length !== LIMITS.length || !values.every((value) => /^\d{1,15}$/.test(value))) {
    throw new Error(`The address names the bounds \`${text}\`; they are seven numbers (${LIMITS.join(", ")}) or a name.`);
  }
  return Object.fromEntries(LIMITS.map((limit, n) => [limit, Number(values[n])]));
}

/** Names stay readable: only what would mean something else in an address is encoded. */
function encoded(text) {
  return encodeURIComponent(text).replaceAll("%20", "+").replace(/%(2F|3A|2C|40)/g, decodeURIComponent);
}

function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new Error(`The address is damaged at \`${text}\`.`);
  }
}
