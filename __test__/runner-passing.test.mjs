// The runner: what the program makes, loads and takes away at each start is the reason for one more start at most, however late the
// runner is to look. It is held up on purpose here, by a preload of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

const hot = (/** @type {number} */ v) => `console.log("live", ${v}); import.meta.hot.accept();`;
const PROGRAM = `import fs from "node:fs"; import { createRequire } from "node:module"; import "./hot.mjs";
  setTimeout(console.log, 2100, "quiet"); setInterval(() => {}, 1000);
  const made = fs.realpathSync(".") + "/bundled-made.cjs";
  const make = () => fs.writeFileSync(made, "module.exports = 1;");
  const loadAndTakeAway = () => { createRequire(import.meta.url)(made); fs.unlinkSync(made); };
  const { waitFor } = createRequire(import.meta.url)("./wait.cjs");\n`;
const BUSY_AT_START = `const child = require("node:child_process"); const { spawn } = child;
  child.spawn = (...given) => {
    child.spawn = spawn;
    const started = spawn(...given);
    waitFor("gone on");
    return started;
  };`;
const FILES = {
  "hot.mjs": hot(1),
  // Another process is waited for: not for ever, or nobody would end this one.
  "wait.cjs": `const fs = require("node:fs");
    exports.waitFor = (file) => {
      for (let n = 0; n < 3000 && !fs.existsSync(file); n++) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    };`,
};

/**
 * @param {import("node:test").TestContext} t
 * @param {string} program
 * @param {string} heldUp what holds up the runner
 */
async function startsOnceMore(t, program, heldUp) {
  const preload = `if (process.argv[1] && !process.argv[1].endsWith("main.mjs")) {
    const fs = require("node:fs"); const { waitFor } = require("./wait.cjs");\n${heldUp} }`;
  const files = { ...FILES, "main.mjs": PROGRAM + program, "held-up.cjs": preload };
  const { project, start } = runnerProject(t, files);
  const runner = start(["main.mjs"], { env: { NODE_OPTIONS: "--require ./held-up.cjs" } });
  await runner.line("quiet");
  project.write("hot.mjs", hot(2));
  await runner.line("live 2");
  assert(runner.stderr.split("restarting: ").length <= 2, runner.stderr);
}

test("the program asks for its start before the runner watches anything", (t) =>
  startsOnceMore(
    t,
    `const { send } = process;
    process.send = (message, ...rest) => {
      const isSent = send.call(process, message, ...rest);
      if (message.type === "hot-hook:full-reload") fs.writeFileSync("gone on", "");
      return isSent;
    };
    make(); loadAndTakeAway();`,
    BUSY_AT_START,
  ));

test("the runner sees it come in the second start, and asks the program, which has taken it away by then", (t) =>
  startsOnceMore(
    t,
    // It ends slowly: what it has loaded is watched by then.
    `const isFirst = !fs.existsSync("gone on"); process.on("SIGTERM", () => setTimeout(process.exit, 500));
    make(); if (!isFirst) waitFor("asked"); loadAndTakeAway(); fs.writeFileSync(isFirst ? "gone on" : "taken", "");`,
    `${BUSY_AT_START} const { Socket } = require("node:net"); const { write } = Socket.prototype;
    Socket.prototype.write = function (text, ...rest) {
      const isWritten = write.call(this, text, ...rest);
      if (typeof text === "string" && text.includes('"type":"question"') && text.includes("bundled-made.cjs")) {
        fs.writeFileSync("asked", "");
        waitFor("taken");
      }
      return isWritten;
    };`,
  ));
