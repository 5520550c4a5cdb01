// The action and the workflows for the repositories of others: GitHub's own parser takes them, and
// a pull request from anybody can do nothing with them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { register } from "node:module";
import { parse } from "yaml";
import { ROOT } from "./tim3.js";

register("./json.js", import.meta.url);
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");
const { parseAction } = await import("@actions/workflow-parser/actions/action-parser");

const REVIEW = readFileSync(join(ROOT, "docs/review-workflow.yml"), "utf8");
const ACTION = readFileSync(join(ROOT, "action.yml"), "utf8");
const RELEASE = readFileSync(join(ROOT, ".github/workflows/release.yml"), "utf8");
const COMMENT = readFileSync(join(ROOT, "docs/review-comment-workflow.yml"), "utf8");

async function parsed(content) {
  const { context, value } = parseWorkflow({ name: "review.yml", content }, new NoOperationTraceWriter());
  const errors = context.errors.getErrors().map(({ message }) => message);
  return { errors, template: errors.length ? null : await convertWorkflowTemplate(context, value) };
}

function errorsOfAction(content) {
  const { context } = parseAction({ name: "action.yml", content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

test("GitHub's parser takes all of them", async () => {
  assert.deepEqual(errorsOfAction(ACTION), []);
  for (const content of [REVIEW, COMMENT, RELEASE]) {
    const { errors, template } = await parsed(content);
    assert.deepEqual(errors, []);
    assert.deepEqual(template.errors ?? [], []);
    assert.ok(template.jobs.every((job) => job.steps.length > 0));
  }
});

test("GitHub's parser refuses one with a mistake", async () => {
  for (const [content, from, to] of [
    [REVIEW, "runs-on:", "runs:"],
    [COMMENT, "pull-requests: write", "pull-requests: all"],
    [RELEASE, "matrix.runner", "metrix.runner"],
    [REVIEW, "  review:\n", "  review\n"],
  ]) {
    assert.ok(content.includes(from), from);
    assert.notDeepEqual((await parsed(content.replace(from, to))).errors, [], from);
  }
  for (const [from, to] of [["using: composite", "using: nothing"], ["runs:\n", "run:\n"], ["    - name: check\n", "    - nome: check\n"]]) {
    assert.ok(ACTION.includes(from), from);
    assert.notDeepEqual(errorsOfAction(ACTION.replace(from, to)), [], from);
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
  const workflow = parse(content);
  // An action runs with what the workflow that uses it may do.
  if (workflow.runs) return dangersOfSteps(workflow.runs.steps, true);
  const found = [];
  const say = (what) => found.push(what);
  const triggers = Object.keys(workflow.on);
  if (triggers.some((one) => !["pull_request", "push", "workflow_run"].includes(one))) say(`runs on ${triggers}`);
  const isOfAnybody = triggers.includes("pull_request");
  for (const job of Object.values(workflow.jobs)) {
    const permissions = job.permissions ?? workflow.permissions;
    if (typeof permissions !== "object") say("no permissions are named");
    const writes = Object.entries(permissions ?? {}).filter(([, value]) => value === "write");
    if (isOfAnybody && writes.length) say(`can write ${writes}`);
    if (job.env || job.container || job.services) say("more than steps");
    found.push(...dangersOfSteps(job.steps, isOfAnybody));
  }
  return found;
}

function dangersOfSteps(steps, isOfAnybody) {
  const found = [];
  const say = (what) => found.push(what);
  let isBuilt = false;
  for (const { uses = "", run = "", with: inputs = {}, env = {} } of steps) {
    const [action, revision] = uses.split("@");
    if (action.endsWith("/tim3")) {
      if (!/^[0-9a-f]{40}$/.test(revision)) say("the tool is not named by a commit");
    } else if (uses && !/^(actions|github)\//.test(uses)) say(`uses ${uses}`);
    if (action.startsWith("actions/cache")) say("keeps what an earlier push left");
    if (run.includes("${{")) say(`a script that others write: ${run}`);
    unquoted(run).forEach((line) => say(`unquoted: ${line}`));
    if (/--cache|--accepted|--new-observe|--observe/.test(run)) say("a part of the change is believed");
    if (run.includes("cargo build")) isBuilt = true;
    if (action === "actions/checkout") {
      if (!isOfAnybody) say("files beside a token that writes");
      if (inputs["persist-credentials"] !== false) say("the token stays on disk");
      // On a push, the base is what was pushed: then nobody else has a say.
      if (inputs.ref !== "${{ github.event.pull_request.base.sha || github.sha }}") say(`checks out ${inputs.ref}`);
      if (!isBuilt) say("files are there before the tool is built");
    }
    if (!isOfAnybody && /cargo|tim3 |git /.test(run)) say("runs something beside a token that writes");
    if (isOfAnybody && /tim3" review/.test(run)) {
      if (Object.values(env).some((value) => /token|secrets/.test(value))) say("a token beside the pull request");
      if (!run.includes('review "git:$BASE:$HANDLERS" "git:$MERGED:$HANDLERS"')) say("reads files, not git");
      if (env.BASE !== "${{ github.event.pull_request.base.sha }}") say("another base");
    }
    if (isOfAnybody && /secrets\./.test(JSON.stringify({ env, inputs }))) say("a secret");
  }
  return found;
}

test("nobody can do anything with any of them", () => {
  assert.deepEqual(dangers(REVIEW), []);
  assert.deepEqual(dangers(ACTION), []);
  assert.deepEqual(dangers(COMMENT), []);
});

/** Each is a danger by itself. */
const UNSAFE = [
  [REVIEW, "  pull_request:", "  pull_request_target:"],
  [REVIEW, "  contents: read", "  contents: write"],
  [REVIEW, "permissions:\n  contents: read\n", ""],
  [REVIEW, /@0{40}/, "@main"],
  [REVIEW, "      - uses: OWNER", "      - uses: actions/cache@v4\n      - uses: OWNER"],
  [REVIEW, "      - uses: OWNER", "      - uses: actions/checkout@v4\n      - uses: OWNER"],
  [ACTION, "ref: ${{ github.event.pull_request.base.sha || github.sha }}", "ref: ${{ github.event.pull_request.head.sha }}"],
  [ACTION, "        ref: ${{ github.event.pull_request.base.sha || github.sha }}\n", ""],
  [ACTION, "persist-credentials: false", "persist-credentials: true"],
  [ACTION, "uses: actions/upload-artifact@v4", "uses: actions/cache@v4"],
  [ACTION, "uses: actions/upload-artifact@v4", "uses: somebody/upload@v4"],
  [ACTION, "--quiet --markdown", "--quiet --cache .review-cache --markdown"],
  [ACTION, "--quiet --markdown", "--quiet --accepted swap.accepted.json --markdown"],
  [ACTION, '"git:$MERGED:$HANDLERS"', '"$HANDLERS"'],
  [ACTION, '> "$out/number"', "> $out/number"],
  [ACTION, '"$TOKEN" |', "$TOKEN |"],
  [ACTION, "cargo build --release", "echo ${{ github.head_ref }}; cargo build --release"],
  [ACTION, "CODE: ${{ steps.review.outputs.code }}", "CODE: ${{ secrets.KEY }}"],
  [ACTION, "        NUMBER:", "        GH_TOKEN: ${{ github.token }}\n        NUMBER:"],
  [ACTION, /cargo build.*\n/, "true\n"],
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
