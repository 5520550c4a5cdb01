// The packages of npm: packed, installed without a network, and run.

import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BINARY, ROOT } from "./project.js";

const PLATFORM = `${process.platform}-${process.arch}`;
const scratch = mkdtempSync(join(tmpdir(), "tim3-packages-"));
const installed = join(scratch, "installed");
const started = join(installed, "node_modules/.bin/tim3");
after(() => rmSync(scratch, { recursive: true, force: true }));

function npm(...args) {
  const env = { ...process.env, npm_config_cache: join(scratch, "cache") };
  return execFileSync("npm", [...args, "--offline", "--no-audit", "--no-fund", "--silent"], { cwd: installed, env, encoding: "utf8" });
}

function run(...args) {
  const { status, stdout, stderr } = spawnSync(started, args, { cwd: installed, encoding: "utf8" });
  return { status, stdout, stderr };
}

before(() => {
  mkdirSync(installed);
  execFileSync("node", [join(ROOT, "npm/pack.js"), join(scratch, "packed"), `${PLATFORM}=${BINARY}`]);
  const packed = readdirSync(join(scratch, "packed")).map((file) => join(scratch, "packed", file));
  assert.equal(packed.length, 2, packed.join());
  writeFileSync(join(installed, "package.json"), "{}");
  npm("install", ...packed);
  writeFileSync(join(installed, "swap.lua"), run("lua", "dedupe-off").stdout);
});

test("what is installed says what the binary says", () => {
  for (const args of [["--version"], ["lua", "hardened"], ["check", "swap.lua", "--bounds", "tiny", "-q"]]) {
    const { status, stdout, stderr } = spawnSync(BINARY, args, { cwd: installed, encoding: "utf8" });
    assert.deepEqual(run(...args), { status, stdout, stderr }, args.join(" "));
  }
  const { status, stdout } = run("check", "swap.lua", "--bounds", "tiny", "-q");
  assert.equal(status, 1);
  assert.match(stdout, /no-double-mint: one deposit mints twice/);
});

test("npx finds it", () => {
  const said = execFileSync("npx", ["--offline", "--no", "--", "tim3", "--version"], { cwd: installed, encoding: "utf8" });
  assert.match(said, /^tim3 \d+\.\d+\.\d+\n$/);
});

test("a mistake keeps its exit code and its message", () => {
  const { status, stderr } = run("check", "missing.lua");
  assert.equal(status, 2);
  assert.match(stderr, /missing\.lua/);
});

test("an interrupted check says what it knows by then", { timeout: 60_000 }, async () => {
  const child = spawn(started, ["check", "swap.lua", "--bounds", "large", "-q"], { cwd: installed, detached: true });
  let said = "";
  child.stdout.on("data", (data) => (said += data));
  const ended = new Promise((done) => child.on("exit", (code) => done(code)));
  await new Promise((done) => setTimeout(done, 3000));
  // As a terminal does: to the launcher and the binary.
  process.kill(-child.pid, "SIGINT");
  assert.ok([1, 3].includes(await ended));
  assert.match(said, /HOLDS UP TO|cut short|stopped|interrupted/i);
});

test("where the binary is missing, the launcher says what to do", () => {
  rmSync(join(installed, "node_modules", `tim3-${PLATFORM}`), { recursive: true });
  const { status, stderr } = run("--version");
  assert.equal(status, 4);
  assert.match(stderr, new RegExp(`the package tim3-${PLATFORM} is missing; install again`));
});

test("all packages have the version of the tool, and its licence", () => {
  const [, version] = /^version = "(.+)"$/m.exec(readFileSync(join(ROOT, "Cargo.toml"), "utf8"));
  const launcher = JSON.parse(readFileSync(join(ROOT, "npm/package.json"), "utf8"));
  assert.equal(launcher.version, version);
  for (const [name, of] of Object.entries(launcher.optionalDependencies)) assert.equal(of, version, name);
  assert.ok(existsSync(join(installed, "node_modules/tim3/LICENSE")));
});
