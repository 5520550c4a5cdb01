#!/usr/bin/env node
// Packs the binary of a platform, and the launcher: node npm/pack.js OUT [PLATFORM=BINARY...]
//
// OUT is a folder for the .tgz files. PLATFORM is named as Node.js does: linux-x64, darwin-arm64.
"use strict";

const { execFileSync } = require("node:child_process");
const { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join, resolve } = require("node:path");

const launcher = JSON.parse(readFileSync(join(__dirname, "package.json"), "utf8"));
const LICENSE = join(__dirname, "../LICENSE");

/** The package of a platform, in a folder. */
function carry(folder, platform, binary) {
  const name = `${launcher.name}-${platform}`;
  if (!(name in launcher.optionalDependencies)) {
    throw new Error(`npm/package.json names no ${name} under optionalDependencies`);
  }
  const [os, cpu] = platform.split("-");
  const { version, license, keywords } = launcher;
  const description = `The binary of ${launcher.name} for ${os} on ${cpu}`;
  const whole = { name, version, description, keywords, license, os: [os], cpu: [cpu], files: ["bin"] };
  mkdirSync(join(folder, "bin"));
  copyFileSync(binary, join(folder, "bin/tim3"));
  chmodSync(join(folder, "bin/tim3"), 0o755);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(whole, null, 2)}\n`);
}

/** The launcher, in a folder. */
function launch(folder) {
  for (const file of ["package.json", ...launcher.files]) copyFileSync(join(__dirname, file), join(folder, file));
}

/** Packs what is put into a folder. */
function packed(out, fill) {
  const folder = mkdtempSync(join(tmpdir(), "tim3-npm-"));
  try {
    fill(folder);
    copyFileSync(LICENSE, join(folder, "LICENSE"));
    const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", resolve(out)];
    return execFileSync("npm", args, { cwd: folder, encoding: "utf8" }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [out, ...binaries] = process.argv.slice(2);
if (!out || !binaries.every((one) => one.includes("="))) {
  console.error("pack.js: name a folder and the binaries: node npm/pack.js OUT linux-x64=target/release/tim3");
  process.exit(2);
}
mkdirSync(out, { recursive: true });
console.log(packed(out, launch));
for (const one of binaries) {
  const [platform, binary] = one.split(/=(.*)/s);
  console.log(packed(out, (folder) => carry(folder, platform, binary)));
}
