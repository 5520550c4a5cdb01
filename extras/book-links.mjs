#!/usr/bin/env node
// For mdBook: what the pages link to outside of docs/ is no part of the book. Such a link leads to
// the repository, where BOOK_REPOSITORY says where its files are shown; otherwise its text is left.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A link to a file outside of docs/: `[text](../path#place)`. */
const OUTSIDE = /\[((?:[^\][]|\[[^\]]*\])*)\]\(\.\.\/([^)\s]+)\)/g;

/** A page, with its links to the outside. What is code stays as it is. */
export function rewritten(page, repository) {
  const link = (_, text, path) => (repository ? `[${text}](${repository.replace(/\/$/, "")}/${path})` : text);
  return page.split(/^(```[\s\S]*?^```)/m).map((part, n) => (n % 2 === 1 ? part : part.replace(OUTSIDE, link))).join("");
}

function rewrite(items, repository) {
  for (const { Chapter } of items) {
    if (!Chapter) continue;
    Chapter.content = rewritten(Chapter.content, repository);
    rewrite(Chapter.sub_items, repository);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // mdBook asks first which formats are taken: all are.
  if (process.argv[2] !== "supports") {
    const [, book] = JSON.parse(readFileSync(0, "utf8"));
    rewrite(book.items ?? book.sections, process.env.BOOK_REPOSITORY);
    process.stdout.write(JSON.stringify(book));
  }
}
