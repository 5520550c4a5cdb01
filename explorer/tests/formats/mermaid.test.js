// Mermaid reads every diagram, and understands each message as the picture shows it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { recorded, written } from "./tim3.js";

// Mermaid cleans labels with the means of a browser.
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");

/** What Mermaid makes of a diagram. */
async function understood(text) {
  assert.equal((await mermaid.parse(text)).diagramType, "sequence");
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  return { actors: [...db.getActors().values()], messages: db.getMessages(), title: db.getDiagramTitle(), line: db.LINETYPE };
}

/** Text with Mermaid's own marks for entities as they are shown. */
const shown = (text) => text.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code)));

/** The kind of line of each class of arrow in the picture. */
const lines = (line) => ({
  plain: line.SOLID,
  owner: line.SOLID,
  notice: line.DOTTED,
  trick: line.SOLID_OPEN,
  assigned: line.DOTTED_OPEN,
  again: line.SOLID_POINT,
  flying: line.DOTTED_POINT,
  lost: line.SOLID_CROSS,
});

function picture(file) {
  const svg = new JSDOM(written(file, "--svg"), { contentType: "image/svg+xml" }).window.document;
  const arrows = [...svg.querySelectorAll("g.arrow:has(.shaft)")].map((arrow) => ({
    shape: arrow.getAttribute("class").split(" ")[1],
    label: arrow.querySelector("title").textContent.replace(/ \[[^\]]*\]$/, ""),
  }));
  const parties = [...svg.querySelectorAll("g.party .name")].map((name) => name.textContent);
  return { arrows, parties, title: svg.querySelector("svg > title").textContent };
}

test("Mermaid understands every counterexample as the picture shows it", async () => {
  assert.ok(recorded.length > 100, `only ${recorded.length} are recorded`);
  const shapes = new Set();
  for (const file of recorded) {
    const { actors, messages, title, line } = await understood(written(file, "--mermaid"));
    const { arrows, parties, title: expected } = picture(file);
    assert.equal(shown(title), expected);
    assert.deepEqual(actors.map(({ name }) => name), parties, file);
    const sent = messages.filter(({ from, type }) => from && type !== line.NOTE);
    assert.deepEqual(sent.map(({ type }) => type), arrows.map(({ shape }) => lines(line)[shape]), file);
    for (const [place, { shape, label }] of arrows.entries()) {
      const text = shown(sent[place].message);
      // The manner of a repeat stands between its word and what it says.
      assert.ok(text.replace(/ \([a-z-]+\)/, "").includes(label.replace(/ \([a-z-]+\)/, "")), `${file}: ${text} is not ${label}`);
      shapes.add(shape);
    }
  }
  assert.deepEqual([...shapes].sort(), Object.keys(lines({})).sort());
});

test("the end of every counterexample is a note in a band", async () => {
  for (const file of recorded) {
    const { messages, line } = await understood(written(file, "--mermaid"));
    const { ending, steps } = JSON.parse(written(file, "--json"));
    const place = messages.findIndex(({ type, message }) => type === line.NOTE && message.includes("BROKEN"));
    const note = shown(messages[place].message).split("<br/>");
    const told = [`BROKEN after step ${steps.length}`, ending.conjunct, ...ending.values.map((pair) => pair.join(" = "))];
    for (const part of told) {
      assert.ok(note.includes(part), `${file}: no ${part} in ${note}`);
    }
    assert.equal(messages[place + 1].type, line.RECT_END, file);
  }
});

test("Mermaid refuses a bare semicolon, and shows an escaped one", async () => {
  const diagram = (label) => `sequenceDiagram\n    a->>b: ${label}\n`;
  await assert.rejects(mermaid.parse(diagram("1; 2")));
  const { messages } = await understood(diagram("1#59; 2"));
  assert.deepEqual(messages.map(({ message }) => shown(message)), ["1; 2"]);
});
