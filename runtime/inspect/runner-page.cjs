// @ts-check
"use strict";

// The page in the runner: it stays when the program is started anew.

const { Hub } = require("./hub.cjs");
const { nameOf } = require("./name.cjs");
const { PageServer } = require("./server.cjs");

/** @typedef {import("./wire").FromAgent} FromAgent */
/** @typedef {import("./wire").PageSettings} PageSettings */
/** @typedef {import("../runner/app-process.cjs").AppProcess} AppProcess */
/** @typedef {import("../../native/addon").JsProblem} Problem */

class RunnerPage {
  #hub;
  #server;
  #directory;
  /** Once it is served. */
  url = "";
  /** @type {AppProcess | undefined} */
  #app;

  /** @param {{ script: string, directory: string }} program @param {PageSettings} settings */
  constructor({ script, directory }, { source }) {
    this.#directory = directory;
    this.#hub = new Hub({
      ...{ script, directory, pid: 0, node: process.version, state: "running" },
      ...{ hasRunner: true, showsSource: source },
    });
    this.#server = new PageServer(this.#hub);
    this.#hub.onViewers = (viewers) => this.#app?.say({ type: "page", viewers });
  }

  /** @param {number} port */
  async listen(port) {
    this.url = await this.#server.listen(port);
  }

  /** @param {AppProcess} app @param {number} [milliseconds] since the restart began */
  started(app, milliseconds) {
    this.#app = app;
    this.#hub.forgetModules();
    this.#hub.program({ pid: app.child.pid ?? 0, state: "running" });
    this.#hub.entry({ type: "started", milliseconds });
  }

  /** What the program says. @param {FromAgent} message */
  heard(message) {
    if (message.what === "entry") this.#hub.entry(message.entry);
    else if (message.what === "patch") this.#hub.patchOfProgram(message.patch);
    // Its agent has begun.
    else this.#app?.say({ type: "page", viewers: this.#hub.viewers });
  }

  /** @param {string} reason @param {string[]} files */
  restarting(reason, files) {
    this.#hub.program({ state: "restarting" });
    this.#hub.entry({ type: "restarted", reason, files: files.map((file) => this.#name(file)) });
  }

  /** What does not parse does not restart the program. @param {Problem} problem */
  broken({ file = "", line, column, message, frame, help }) {
    const { showsSource } = this.#hub.state.program;
    const name = this.#name(file);
    const place = { file: name, line, column, ...(help && { help }), ...(showsSource && frame && { frame }) };
    const error = { name: "SyntaxError", message: message.split("\n")[0], stack: [], ...place };
    this.#hub.entry({ type: "broken", files: [name], error });
  }

  /** @param {string} file */
  #name(file) {
    return nameOf(file, "", this.#directory);
  }

  /** @param {string} reason */
  crashed(reason) {
    this.#hub.program({ state: "waiting" });
    this.#hub.entry({ type: "crashed", reason });
  }

  close() {
    this.#server.close();
  }
}

module.exports = { RunnerPage };
