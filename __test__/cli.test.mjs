// The `heatsync` command.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import Module, { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { project, until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

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

test("whoever imports the command starts it, as pm2 does in a project of ES modules", () => {
  const text = `process.argv.splice(1, Infinity, ${JSON.stringify(command)}, "--version"); import(${JSON.stringify(pathToFileURL(command).href)});`;
  const { status, stdout } = spawnSync(process.execPath, ["--eval", text], { encoding: "utf8" });
  assert.equal(stdout, `${packageJson.version}\n`);
  assert.equal(status, 0);
});

test("heatsync --help names the commands", () => {
  for (const words of [["--help"], [], ["inspect", "--help"], ["doctor", "-h"]]) {
    const { status, stdout } = heatsync(words);
    assert.match(stdout, /heatsync doctor/);
    assert.equal(status, 0);
  }
});

test("an unknown word is quoted, with exit code 2", () => {
  for (const [words, message] of /** @type {[string[], RegExp][]} */ ([
    [["serve"], /there is no file "serve"/],
    [["--grace=soon", "app.js"], /--grace takes milliseconds.*"soon"/],
    [["--grace=", "app.js"], /--grace takes milliseconds.*""/],
    [["--grace=-1", "app.js"], /--grace takes milliseconds.*"-1"/],
    [["--signal=SIGNO", "app.js"], /there is no signal "SIGNO"/],
    [["--page-port=", "app.js"], /--page-port takes a port, not ""/],
    [["--clear-screen=yes", "app.js"], /--clear-screen takes no value, but got "yes"/],
    [["--no-spare=true", "app.js"], /--no-spare takes no value, but got "true"/],
    [["--no-spare=1", "app.js"], /--no-spare takes no value/],
    [["--restart"], /--restart needs a value/],
    [["--restart=", "app.js"], /--restart takes a glob, not ""/],
    [["--restart=[a", "app.js"], /--restart: the glob "\[a" is not a valid glob: unclosed/],
    [["--clear-screen"], /no script/],
    [["--title"], /no script/],
    [["--"], /no script/],
    [["--eval", "1"], /--eval does not go together/],
    [["--watch-path=src", "app.js"], /--watch-path=src does not go together/],
    [["-"], /standard input/],
    [["doctor", "now"], /doctor takes no arguments, but got now/],
  ])) {
    const { status, stderr } = heatsync(words);
    assert.match(stderr, message);
    assert.equal(status, 2);
  }
});

test("an option Node does not know is refused by Node, with Node's exit code", () => {
  const { status, stderr } = heatsync(["--frobnicate", command]);
  assert.match(stderr, /bad option: --frobnicate/);
  assert.equal(status, 9);
});

test("hot-runner is the same command, with its own options wherever they stand", () => {
  const hotRunner = fileURLToPath(new URL(`../${packageJson.bin["hot-runner"]}`, import.meta.url));
  const script = fileURLToPath(new URL("support/arguments.mjs", import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [hotRunner, "--node-args=--no-warnings --title='a b'", script, "--script-args", "x 'y z'", "--own"],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), {
    argv: ["x", "y z", "--own"],
    execArgv: ["--enable-source-maps", "--no-warnings", "--title=a b"],
  });
  // A quote that is alone is itself; the flag of hot-hook's runner takes a value, too.
  const alone = spawnSync(
    process.execPath,
    [hotRunner, "--clear-screen=false", script, `--script-args=it's`, `--script-args='--name=John "J" Doe'`],
    { encoding: "utf8" },
  );
  assert.equal(alone.status, 0, alone.stderr);
  assert.deepEqual(JSON.parse(alone.stdout).argv, ["it's", '--name=John "J" Doe']);
  const help = spawnSync(process.execPath, [hotRunner, "--help"], { encoding: "utf8" });
  assert.match(help.stdout, /^hot-runner .*\n[\s\S]*--node-args/);
});

test("Node's options before the script are Node's, what comes after is the script's", () => {
  const script = fileURLToPath(new URL("support/arguments.mjs", import.meta.url));
  const { stdout } = heatsync([
    "--title",
    "a b",
    "-C",
    "dev",
    "--no-warnings",
    script,
    "--no-spare",
    "-C",
    "--help",
  ]);
  assert.deepEqual(JSON.parse(stdout), {
    argv: ["--no-spare", "-C", "--help"],
    execArgv: ["--title", "a b", "-C", "dev", "--no-warnings"],
  });
});

test("what follows -- is the script and its arguments, whatever they look like", () => {
  const script = fileURLToPath(new URL("support/arguments.mjs", import.meta.url));
  const hotRunner = fileURLToPath(new URL(`../${packageJson.bin["hot-runner"]}`, import.meta.url));
  for (const [program, ...words] of [
    [command, "--", script, "--no-spare", "--", "-x"],
    [command, script, "--no-spare", "--", "-x"],
    [hotRunner, script, "--no-spare", "--", "--script-args=a", "-x"],
  ]) {
    const { stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
    const own = program === command ? ["--no-spare", "--", "-x"] : ["--script-args=a", "-x"];
    assert.deepEqual(JSON.parse(stdout || stderr).argv, own);
  }
});

test("a file at standard input is the program's, as it is: nobody types there", (t) => {
  const self = project(t, {
    "app.js": `const fs = require("node:fs"); console.log(fs.fstatSync(0).isFile(), fs.readFileSync(0, "utf8"));`,
    "input.txt": "rs\n",
  });
  const input = fs.openSync(self.path("input.txt"), "r");
  t.after(() => fs.closeSync(input));
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "app.js"], {
    cwd: self.directory,
    encoding: "utf8",
    stdio: [input, "pipe", "pipe"],
  });
  assert.equal(stdout, "true rs\n\n", stderr);
  assert.equal(status, 0);
});

test("options of the page and of the screen, in any order", () => {
  const { parse } = createRequire(import.meta.url)("../runtime/cli/arguments.cjs");
  for (const words of [
    ["--page-port=4000", "--page-source", "--page"],
    ["--page", "--page-source", "--page-port", "4000"],
  ]) {
    const { options } = parse([...words, "--clear-screen", "--no-clear-screen", "app.js"]);
    assert.deepEqual(options.inspect, { port: 4000, source: true });
    assert.equal(options.clearScreen, false);
  }
  for (const isClear of [true, false]) {
    const words = [isClear ? "--no-clear-screen" : "--clear-screen", `--clear-screen=${isClear}`, "app.js"];
    assert.equal(parse(words).options.clearScreen, isClear);
  }
  assert.equal(parse(["--grace=forever", "app.js"]).options.gracePeriod, Infinity);
  assert.equal(parse(["--signal=sigint", "app.js"]).options.signal, "SIGINT");
});

test("heatsync doctor says how files are watched", () => {
  const { status, stdout } = heatsync(["doctor"], { HEATSYNC_MAX_WATCHES: "7" });
  assert.match(stdout, new RegExp(`Node.js +${process.version}, ABI ${process.versions.modules}`));
  assert.match(stdout, /addon +loaded/);
  assert.match(stdout, /watcher +\w+/);
  assert.match(stdout, /HEATSYNC_MAX_WATCHES +7/);
  assert.match(stdout, /file system +\S/);
  assert.match(stdout, new RegExp(`heatsync-rs +${packageJson.version}`));
  if (process.platform === "linux") assert.match(stdout, /fs\.inotify\.max_user_watches +\d+/);
  assert.match(stdout, /ES module hooks +in /);
  assert.match(stdout, /spare process +\w/);
  assert.equal(status, 0);
});

test("heatsync doctor says what would be slow, or is not to be had", () => {
  const { status, stdout } = heatsync(["doctor"], { HEATSYNC_POLL: "1", NODE_OPTIONS: "--inspect-port=0" });
  assert.match(stdout, /^! HEATSYNC_POLL is set: all files are polled/m);
  assert.match(stdout, /^! NODE_OPTIONS has --inspect: no spare process/m);
  const hasThread = !("registerHooks" in Module);
  assert.equal(/^! Node\.js v\S+ runs hooks in a thread of their own/m.test(stdout), hasThread);
  assert.equal(status, 0);
});

test("heatsync doctor: nothing is polled where HEATSYNC_POLL is 0", () => {
  const { stdout } = heatsync(["doctor"], { HEATSYNC_POLL: "0" });
  assert.match(stdout, /^HEATSYNC_POLL +0$/m);
  assert.doesNotMatch(stdout, /^! HEATSYNC_POLL/m);
});

test("heatsync doctor in a folder that is gone", { skip: process.platform === "win32" }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heatsync gone "));
  const program = `process.chdir(${JSON.stringify(folder)}); require("node:fs").rmdirSync(${JSON.stringify(folder)});
    process.argv.splice(1, Infinity, ${JSON.stringify(command)}, "doctor"); require(${JSON.stringify(command)});`;
  const { status, stdout } = spawnSync(process.execPath, ["--eval", program], { encoding: "utf8" });
  assert.match(stdout, /addon +loaded/);
  assert.match(stdout, /^! The working directory is not there any more/m);
  assert.equal(status, 0);
});

test("heatsync app.js in a folder that is gone: one line", { skip: process.platform === "win32" }, () => {
  const script = `const folder = fs.mkdtempSync(os.tmpdir() + "/heatsync-gone-"); process.chdir(folder); fs.rmdirSync(folder);
    process.argv.splice(1, Infinity, ${JSON.stringify(command)}, "app.js"); require(${JSON.stringify(command)});`;
  const { status, stderr } = spawnSync(process.execPath, ["--eval", script], { encoding: "utf8" });
  assert.equal(stderr, "heatsync: the current folder has been removed: nothing can be started there\n");
  assert.equal(status, 1);
});

test("heatsync doctor explains an addon that can't be loaded", () => {
  const { status, stdout } = heatsync(["doctor"], { HEATSYNC_NATIVE: "/nowhere/heatsync.node" });
  assert.match(stdout, /addon +not loaded/);
  assert.match(stdout, /^! [^!]*^ +- \/nowhere\/heatsync\.node/m);
  assert.equal(status, 1);
});

test("Ctrl-Z stops the program, too, and fg lets it go on", {
  skip: process.platform === "win32",
}, async (t) => {
  const { start } = runnerProject(t, {
    "app.js": `console.log("pid", process.pid); setInterval(() => {}, 1000);`,
  });
  const runner = start(["app.js"]);
  const [, pid] = (await runner.line(/^pid /)).split(" ");
  const own = /** @type {number} */ (runner.child.pid);
  const areStopped = () => [own, Number(pid)].map((it) => stateOf(it).startsWith("T")).join();
  try {
    runner.child.kill("SIGTSTP");
    await until(() => areStopped() === "true,true", "both to stand still");
    runner.child.kill("SIGCONT");
    await until(() => areStopped() === "false,false", "both to go on");
  } finally {
    for (const it of [own, Number(pid)]) process.kill(it, "SIGCONT");
  }
});

/** @param {number} pid */
const stateOf = (pid) =>
  spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
