// GitHub's own parser takes the workflow that the README offers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { register } from "node:module";
import { ROOT } from "./tim3.js";

register("./json.js", import.meta.url);
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");

const content = readFileSync(join(ROOT, "docs/review-workflow.yml"), "utf8");

async function parsed(content) {
  const { context, value } = parseWorkflow({ name: "review.yml", content }, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map(({ message }) => message);
  return { errors, template: errors.length ? null : await convertWorkflowTemplate(context, value) };
}

test("GitHub's parser takes it", async () => {
  const { errors, template } = await parsed(content);
  assert.deepEqual(errors, []);
  assert.deepEqual(template.errors ?? [], []);
  const [job] = template.jobs;
  assert.ok(job.steps.length > 6);
});

test("GitHub's parser refuses one with a mistake", async () => {
  for (const [from, to] of [["runs-on:", "runs:"], ["pull-requests: write", "pull-requests: all"], ["env.TIM3_REVISION", "evn.TIM3_REVISION"], ["  review:\n", "  review\n"]]) {
    assert.ok(content.includes(from), from);
    assert.notDeepEqual((await parsed(content.replace(from, to))).errors, [], from);
  }
});
