import assert from "node:assert/strict";
// Programs written for hot-hook: run with this package under that name, or, for comparison, with hot-hook itself
// (HEATSYNC_HOT_HOOK=<a folder in whose node_modules it is installed>).

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { project, until } from "./project.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Answers messages: "get" imports the program's boundaries and prints what they say. */
export const main = (/** @type {string} */ imports, /** @type {string} */ get, before = "") => `
import { hot } from "hot-hook";
${imports}
${before}
process.on("message", async (message) => {
  try {
    if (message === "get") console.log("got", ${get});
    if (message === "dump") console.log("dump", JSON.stringify(await hot.dump()));
  } catch (error) {
    console.log("threw", error.message.split("\\n")[0]);
  }
});
console.log("ready");
`;

export class BoundaryProgram {
  /** What happened: lines of the program, messages to its parent. @type {string[]} */
  #log = [];
  #seen = 0;
  #at = 0;

  /**
   * @param {import("node:test").TestContext} t
   * @param {{ files: Record<string, string | object>, entry?: string, nodeArguments?: string[], env?: Record<string, string>, isHotHook?: boolean }} options
   */
  constructor(
    t,
    { files, entry = "main.js", nodeArguments = ["--import", "hot-hook/register"], env, isHotHook },
  ) {
    // hot-hook runs no dispose handler where a path has a space.
    const name = isHotHook ? "hot-hook-" : undefined;
    const self = project(t, { "package.json": { type: "module" }, ...files }, name);
    this.self = self;
    this.isHotHook = isHotHook ?? false;
    const installed = isHotHook
      ? path.join(String(process.env.HEATSYNC_HOT_HOOK), "node_modules/hot-hook")
      : root;
    fs.symlinkSync(installed, self.path("node_modules", "hot-hook"), "junction");
    this.program = self.run(entry, { nodeArguments, env });
    this.program.child.on("message", (/** @type {any} */ { type, path: file, paths, shouldBeReloadable }) => {
      if (!String(type).startsWith("hot-hook:")) return;
      const names = [file ?? paths].flat().map((name) => path.relative(self.directory, name));
      // Of a module that declined hot-hook names all that it would have invalidated.
      const list = type === "hot-hook:full-reload" ? names[0] : names.join(" ");
      this.#log.push(`${type.slice(9)} ${list}${shouldBeReloadable ? " (should be reloadable)" : ""}`);
    });
  }

  #collect() {
    const { lines } = this.program;
    this.#log.push(...lines.slice(this.#seen));
    this.#seen = lines.length;
  }

  /** @param {RegExp} what @param {number} from */
  async #until(what, from) {
    const found = () => {
      this.#collect();
      return this.#log.slice(from).some((line) => what.test(line)) || this.program.hasEnded;
    };
    await until(found, String(what)).catch((error) => {
      throw new Error(`${error.message}\n${this.#log.join("\n")}\n${this.program.stderr}`);
    });
    if (this.program.hasEnded && !this.#log.slice(from).some((line) => what.test(line))) {
      throw new Error(`ended, waiting for ${what}\n${this.#log.join("\n")}\n${this.program.stderr}`);
    }
  }

  ready() {
    return this.#until(/^ready/, 0);
  }

  /** Sends a message, and waits for the answer. @param {string} [message] */
  async ask(message = "get") {
    const from = this.#log.length;
    this.program.child.send(message);
    await this.#until(/^(got|threw|dump)/, from);
    return this.#log.at(-1);
  }

  /** Saves, and waits for the program to tell its parent. @param {Record<string, string>} files */
  async save(files) {
    const from = this.#log.length;
    const write = () => {
      for (const [name, text] of Object.entries(files)) this.self.write(name, text);
    };
    write();
    // hot-hook watches a file some time after it was imported.
    const again = this.isHotHook && setInterval(write, 1000);
    try {
      await this.#until(/^(invalidated|full-reload)/, from);
    } finally {
      if (again) clearInterval(again);
    }
    // What runs because of it is printed before the answer to a message.
    if (this.program.child.connected) await this.ask("dump");
  }

  /** Asks until the answer is this. @param {RegExp} expected */
  async answers(expected) {
    const end = performance.now() + 20_000;
    for (;;) {
      const answer = String(await this.ask());
      if (expected.test(answer)) return;
      const all = `${this.#log.join("\n")}\n${this.program.stderr}`;
      assert.ok(performance.now() < end, `${answer} is not ${expected}\n${all}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Saves what is refused. @param {Record<string, string>} files @param {RegExp} report on standard error */
  async refused(files, report) {
    const from = this.program.stderr.length;
    for (const [name, text] of Object.entries(files)) this.self.write(name, text);
    await until(() => report.test(this.program.stderr.slice(from)), String(report)).catch((error) => {
      throw new Error(`${error.message}\n${this.program.stdout}\n${this.program.stderr}`);
    });
    return this.program.stderr.slice(from);
  }

  /** @param {string} entry of the log */
  hasHeard(entry) {
    return this.#log.includes(entry);
  }

  /** What happened since the last call. */
  log() {
    this.#collect();
    const news = this.#log.slice(this.#at).filter((line) => !/^(dump|ready)/.test(line));
    this.#at = this.#log.length;
    return news;
  }
}
