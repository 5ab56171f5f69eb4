#!/usr/bin/env node
// Starts the program that came with the package for this platform.
"use strict";

const { spawnSync } = require("child_process");

const platform = `stanch-${process.platform}-${process.arch}`;
const name = process.platform === "win32" ? "stanch.exe" : "stanch";

let program;
try {
  program = require.resolve(`${platform}/${name}`);
} catch {
  console.error(`stanch: the package ${platform} is not installed, so nothing was checked.`);
  console.error("  It is an optional dependency: install again without --omit=optional.");
  process.exit(2);
}

const run = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (run.error) {
  console.error(`stanch: ${program} could not be started: ${run.error.message}`);
  process.exit(2);
}
if (run.signal) {
  process.kill(process.pid, run.signal);
}
process.exit(run.status ?? 2);
