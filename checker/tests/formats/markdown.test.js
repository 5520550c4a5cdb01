// A reader of GitHub's Markdown and Mermaid's own parser understand every comment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import markdownIt from "markdown-it";
import { REVIEWS, written } from "./tim3.js";

// Mermaid cleans labels with the means of a browser.
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");

/** Those in which nearly everything changes. */
const LARGE = ["a fee", "the move from the seed", "the way back"];

/** The comment as GitHub would show it, HTML in it included. */
function shown(review) {
  const html = markdownIt({ html: true }).render(written(review, "markdown"));
  return new JSDOM(html).window.document.body;
}

/** What the review says was not tried, in its JSON. */
const untried = (review) => JSON.parse(written(review, "json")).not_tried ?? [];

/** The powers that somebody gained or lost. */
const powers = (review) => {
  const { gained = [], lost = [] } = JSON.parse(written(review, "json")).powers ?? {};
  return [...gained, ...lost];
};

const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

for (const review of Object.keys(REVIEWS)) {
  test(`${review}: what was not tried, powers, a table, then what is folded, then the command`, () => {
    const body = shown(review);
    const first = untried(review).length > 0 ? ["details"] : [];
    const kinds = [...body.children].map(({ localName }) => localName);
    const folds = kinds.filter((name) => name === "details").length - first.length;
    const second = powers(review).length > 0 ? ["p", "ul"] : [];
    const rest = ["table", ...Array(folds).fill("details"), "p"];
    assert.deepEqual(kinds, ["h2", "p", "p", ...first, ...second, ...rest]);
    assert.equal(body.querySelectorAll(":scope > ul > li").length, powers(review).length);
    assert.ok(folds >= 3, "nothing is folded");
    assert.equal(body.querySelectorAll("details details").length, 0);
    for (const fold of body.querySelectorAll("details")) {
      assert.equal(fold.firstElementChild.localName, "summary");
      assert.ok(fold.children.length > 1, `nothing in ${words(fold)}`);
    }
    if (first.length > 0) {
      const [fold] = body.querySelectorAll("details");
      assert.match(words(fold.firstElementChild), /^Not tried of the new handlers: \d+$/);
      assert.equal(fold.querySelectorAll("li").length, untried(review).length);
    }
    assert.match(words(body.lastElementChild), /^Reproduce: tim3 review /);
    assert.ok(body.lastElementChild.querySelector("code"));
  });

  test(`${review}: every row of a table has all its cells`, () => {
    for (const table of shown(review).querySelectorAll("table")) {
      const width = table.querySelectorAll("thead th").length;
      for (const row of table.querySelectorAll("tbody tr")) {
        assert.equal(row.children.length, width, words(row));
      }
      assert.ok(table.querySelectorAll("tbody tr").length > 0);
    }
  });

  test(`${review}: no more is shown at once than can be read in a minute or two`, () => {
    const body = shown(review);
    body.querySelectorAll("details > :not(summary)").forEach((one) => one.remove());
    const read = words(body).split(" ").length;
    assert.ok(read < (LARGE.includes(review) ? 700 : 300), `${read} words`);
    assert.ok(written(review, "markdown").length <= 65536, "more than a comment may have");
  });

  test(`${review}: Mermaid draws the messages, and not too many`, async () => {
    for (const diagram of shown(review).querySelectorAll("code.language-mermaid")) {
      assert.equal((await mermaid.parse(diagram.textContent)).diagramType, "sequence");
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(diagram.textContent);
      const sent = db.getMessages().filter(({ from, to }) => from && to);
      assert.ok(sent.length > 0 && sent.length < 80, `${sent.length} messages`);
    }
  });
}

test("what is worse has its lanes, and what changes nothing has none", () => {
  const lanes = (review) => shown(review).querySelectorAll("details code.language-mermaid").length;
  assert.ok(lanes("a guard that goes") > 0);
  assert.ok(lanes("a refund") > 1);
  assert.equal(lanes("a comment"), 0);
});

test("no text of a contract becomes mark-up", () => {
  const body = shown("a text like mark-up");
  assert.match(words(body), /with other contents/);
  const own = ["h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "code", "pre", "b", "details", "summary", "ol", "ul", "li"];
  const strange = [...body.querySelectorAll("*")].map(({ localName }) => localName).filter((name) => !own.includes(name));
  assert.deepEqual(strange, []);
});
