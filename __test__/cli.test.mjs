// The `heatsync` command.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const packageJson = JSON.parse(fs.readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const command = fileURLToPath(new URL(`../${packageJson.bin.heatsync}`, import.meta.url));

/** @param {string[]} words @param {Record<string, string>} [env] */
function heatsync(words, env = {}) {
  return spawnSync(process.execPath, [command, ...words], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

test("heatsync --version", () => {
  const { status, stdout } = heatsync(["--version"]);
  assert.equal(stdout, `${packageJson.version}\n`);
  assert.equal(status, 0);
});

test("heatsync --help names the commands", () => {
  for (const words of [["--help"], []]) {
    const { status, stdout } = heatsync(words);
    assert.match(stdout, /heatsync doctor/);
    assert.equal(status, 0);
  }
});

test("an unknown word is quoted, with exit code 2", () => {
  for (const [words, message] of /** @type {[string[], RegExp][]} */ ([
    [["serve"], /"serve"/],
    [["doctor", "now"], /doctor takes no arguments, but got now/],
  ])) {
    const { status, stderr } = heatsync(words);
    assert.match(stderr, message);
    assert.equal(status, 2);
  }
});

test("heatsync doctor says how files are watched", () => {
  const { status, stdout } = heatsync(["doctor"], { HEATSYNC_MAX_WATCHES: "7" });
  assert.match(stdout, new RegExp(`Node.js +${process.version}, ABI ${process.versions.modules}`));
  assert.match(stdout, /addon +loaded/);
  assert.match(stdout, /watcher +\w+/);
  assert.match(stdout, /HEATSYNC_MAX_WATCHES +7/);
  assert.equal(status, 0);
});

test("heatsync doctor explains an addon that can't be loaded", () => {
  const { status, stdout } = heatsync(["doctor"], { HEATSYNC_NATIVE: "/nowhere/heatsync.node" });
  assert.match(stdout, /addon +not loaded/);
  assert.match(stdout, /\/nowhere\/heatsync\.node/);
  assert.equal(status, 1);
});
