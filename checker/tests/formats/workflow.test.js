// The workflows that the README offers: GitHub's own parser takes them, and a pull request from
// anybody can do nothing with them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { register } from "node:module";
import { parse } from "yaml";
import { ROOT } from "./tim3.js";

register("./json.js", import.meta.url);
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");

const REVIEW = readFileSync(join(ROOT, "docs/review-workflow.yml"), "utf8");
const COMMENT = readFileSync(join(ROOT, "docs/review-comment-workflow.yml"), "utf8");

async function parsed(content) {
  const { context, value } = parseWorkflow({ name: "review.yml", content }, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map(({ message }) => message);
  return { errors, template: errors.length ? null : await convertWorkflowTemplate(context, value) };
}

test("GitHub's parser takes both", async () => {
  for (const content of [REVIEW, COMMENT]) {
    const { errors, template } = await parsed(content);
    assert.deepEqual(errors, []);
    assert.deepEqual(template.errors ?? [], []);
    const [job] = template.jobs;
    assert.ok(job.steps.length > 3);
  }
});

test("GitHub's parser refuses one with a mistake", async () => {
  for (const [content, from, to] of [
    [REVIEW, "runs-on:", "runs:"],
    [COMMENT, "pull-requests: write", "pull-requests: all"],
    [REVIEW, "env.TIM3_REVISION", "evn.TIM3_REVISION"],
    [REVIEW, "  review:\n", "  review\n"],
  ]) {
    assert.ok(content.includes(from), from);
    assert.notDeepEqual((await parsed(content.replace(from, to))).errors, [], from);
  }
});

/** Where a script would have a shell split, or run, what a variable holds. */
function unquoted(script) {
  const found = [];
  for (const line of script.split("\n")) {
    // What is between [[ and ]] is not split, nor is a bare exit code.
    const rest = line.replace(/\[\[.*?\]\]/g, "").replace(/'[^']*'/g, "");
    let quoted = false;
    const depth = [];
    for (let at = 0; at < rest.length; at++) {
      if (rest[at] === '"') quoted = !quoted;
      // A command within quotes has quotes of its own.
      if (rest.startsWith("$(", at)) depth.push(quoted), (quoted = false), at++;
      else if (rest[at] === ")" && depth.length && !quoted) quoted = depth.pop();
      else if (rest[at] === "$" && !quoted) found.push(line.trim());
    }
  }
  return found;
}

/** What somebody who opens a pull request could do with a workflow. */
function dangers(content) {
  const found = [];
  const say = (what) => found.push(what);
  const workflow = parse(content);
  const triggers = Object.keys(workflow.on);
  if (triggers.some((one) => !["pull_request", "workflow_run"].includes(one))) say(`runs on ${triggers}`);
  const isOfAnybody = triggers.includes("pull_request");
  const revision = workflow.env?.TIM3_REVISION;
  if (revision !== undefined && !/^[0-9a-f]{40}$/.test(revision)) say("the tool is not named by a commit");
  for (const job of Object.values(workflow.jobs)) {
    const permissions = job.permissions ?? workflow.permissions;
    if (typeof permissions !== "object") say("no permissions are named");
    const writes = Object.entries(permissions ?? {}).filter(([, value]) => value === "write");
    if (isOfAnybody && writes.length) say(`can write ${writes}`);
    if (job.env || job.container || job.services) say("more than steps");
    let isBuilt = false;
    for (const { uses = "", run = "", with: inputs = {}, env = {} } of job.steps) {
      const action = uses.split("@")[0];
      if (uses && !/^(actions|github)\//.test(uses)) say(`uses ${uses}`);
      if (action.startsWith("actions/cache")) say("keeps what an earlier push left");
      if (run.includes("${{")) say(`a script that others write: ${run}`);
      unquoted(run).forEach((line) => say(`unquoted: ${line}`));
      if (/--cache|--accepted|--new-observe|--observe/.test(run)) say("a part of the change is believed");
      if (run.includes("cargo build")) isBuilt = true;
      if (action === "actions/checkout") {
        if (!isOfAnybody) say("files beside a token that writes");
        if (inputs["persist-credentials"] !== false) say("the token stays on disk");
        const known = ["${{ env.TIM3_REVISION }}", "${{ github.event.pull_request.base.sha }}"];
        if (!known.includes(inputs.ref)) say(`checks out ${inputs.ref}`);
        if (inputs.ref !== known[0] && !isBuilt) say("files are there before the tool is built");
      }
      if (!isOfAnybody && /cargo|tim3 |git /.test(run)) say("runs something beside a token that writes");
      if (isOfAnybody && /tim3" review/.test(run)) {
        if (Object.values(env).some((value) => /token|secrets/.test(value))) say("a token beside the pull request");
        if (!run.includes('review "git:$BASE:$HANDLERS" "git:$MERGED:$HANDLERS"')) say("reads files, not git");
        if (env.BASE !== "${{ github.event.pull_request.base.sha }}") say("another base");
      }
      if (isOfAnybody && /secrets\./.test(JSON.stringify({ env, inputs }))) say("a secret");
    }
  }
  return found;
}

test("nobody can do anything with either", () => {
  assert.deepEqual(dangers(REVIEW), []);
  assert.deepEqual(dangers(COMMENT), []);
});

/** Each is a danger by itself. */
const UNSAFE = [
  [REVIEW, "  pull_request:", "  pull_request_target:"],
  [REVIEW, "  contents: read", "  contents: write"],
  [REVIEW, "permissions:\n  contents: read\n", ""],
  [REVIEW, /"0{40}"/, "main"],
  [REVIEW, "ref: ${{ github.event.pull_request.base.sha }}", "ref: ${{ github.event.pull_request.head.sha }}"],
  [REVIEW, "          ref: ${{ github.event.pull_request.base.sha }}\n", ""],
  [REVIEW, "persist-credentials: false", "persist-credentials: true"],
  [REVIEW, "uses: actions/upload-artifact@v4", "uses: actions/cache@v4"],
  [REVIEW, "uses: actions/upload-artifact@v4", "uses: somebody/upload@v4"],
  [REVIEW, "--quiet --markdown", "--quiet --cache .review-cache --markdown"],
  [REVIEW, "--quiet --markdown", "--quiet --accepted swap.accepted.json --markdown"],
  [REVIEW, '"git:$MERGED:$HANDLERS"', '"$HANDLERS"'],
  [REVIEW, '> "$out/number"', "> $out/number"],
  [REVIEW, '"$TOKEN" |', "$TOKEN |"],
  [REVIEW, "cargo build --release", "echo ${{ github.head_ref }}; cargo build --release"],
  [REVIEW, "CODE: ${{ steps.review.outputs.code }}", "CODE: ${{ secrets.KEY }}"],
  [REVIEW, "          NUMBER:", "          GH_TOKEN: ${{ github.token }}\n          NUMBER:"],
  [REVIEW, /cargo build.*\n/, "true\n"],
  [COMMENT, "permissions: {}", "permissions: write-all"],
  [COMMENT, "- uses: actions/download-artifact@v4", "- uses: actions/checkout@v4\n      - uses: actions/download-artifact@v4"],
  [COMMENT, 'gh pr comment "$NUMBER"', "gh pr comment ${{ steps.seen.outputs.number }}"],
  [COMMENT, 'body="$RUNNER_TEMP/review/comment.md"', '"$RUNNER_TEMP"/review/tim3 --version'],
];

test("what would be a danger is found", () => {
  for (const [content, from, to] of UNSAFE) {
    let changed = content.replace(from, () => to);
    if (to.startsWith("permissions: write-all")) changed = changed.replace(/ {4}permissions:\n(?: {6}.*\n)+/, "");
    assert.notEqual(changed, content, String(from));
    assert.notDeepEqual(dangers(changed), [], `${from} -> ${to}`);
  }
});

test("what comes from a pull request is looked at before it is passed on", () => {
  const steps = parse(COMMENT).jobs.comment.steps;
  const seen = steps.findIndex((step) => step.id === "seen");
  const used = steps.findIndex((step) => /steps\.seen/.test(JSON.stringify(step)));
  assert.ok(seen > 0 && used > seen);
  for (const check of [
    /\[\[ -f "\$file" && ! -L "\$file" \]\]/, /stat -c %s/, /\^\[1-9\]\[0-9\]\{0,8\}\$/, /\.head\.sha/, /\^\\\.github\//,
  ]) assert.match(steps[seen].run, check);
});
