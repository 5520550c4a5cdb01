#!/usr/bin/env node
// Starts the binary of this platform. npm installs it as an optional package beside this one.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

/** What the command itself answers where it fails, and not what it checks. */
const FAILED = 4;

const platform = `tim3-${process.platform}-${process.arch}`;

function binary() {
  try {
    return require.resolve(`${platform}/bin/tim3`);
  } catch {
    const { optionalDependencies } = require("./package.json");
    const known = Object.keys(optionalDependencies);
    fail(known.includes(platform)
      ? `the package ${platform} is missing; install again without --omit=optional or --no-optional`
      : `there is no binary for this platform; there are ${known.join(", ")}. Build it from source: cargo install --path checker`);
  }
}

function fail(message) {
  console.error(`tim3: ${message}`);
  process.exit(FAILED);
}

const child = spawn(binary(), process.argv.slice(2), { stdio: "inherit" });
// The binary ends by itself, after it has said what it knows. A terminal sends Ctrl-C to both.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("error", (error) => fail(`${child.spawnfile}: ${error.message}`));
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
