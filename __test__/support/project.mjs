// A project of a test's own: a temporary folder with files, the package linked into it, and the
// processes started in it. All of it is gone when the test ends.

import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** How long anything that is waited for may take. Only ever reached by a failing test. */
const PATIENCE = 20_000;

/**
 * Makes a project with `files` (name → text; an object is written as JSON).
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string | object>} [files]
 * @param {string} [name] what its folder's name begins with: a space is to be expected
 */
export function project(t, files = {}, name = "heatsync test ") {
  // The real path: what Node's loader and the watcher speak of (macOS: /var is a link).
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), name)));
  const self = new Project(directory);
  t.after(() => self.remove());
  fs.mkdirSync(path.join(directory, "node_modules"));
  fs.symlinkSync(root, path.join(directory, "node_modules", "heatsync-rs"), "junction");
  if (!files["package.json"]) self.write("package.json", { name: "project", private: true });
  for (const [name, text] of Object.entries(files)) self.write(name, text);
  return self;
}

export class Project {
  /** @type {Program[]} */
  #programs = [];

  /** @param {string} directory */
  constructor(directory) {
    this.directory = directory;
  }

  /** @param {...string} names */
  path(...names) {
    return path.join(this.directory, ...names);
  }

  /**
   * Saves in place, as most editors and `fs.writeFile` do.
   * @param {string} name
   * @param {string | object} text
   */
  write(name, text) {
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    fs.writeFileSync(this.path(name), typeof text === "string" ? text : JSON.stringify(text));
  }

  /**
   * Saves as vim, VS Code and JetBrains may: a temporary file, renamed over the old one.
   * @param {string} name
   * @param {string} text
   */
  writeAtomically(name, text) {
    const temporary = this.path(`${name}.tmp-${process.hrtime.bigint()}`);
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, this.path(name));
  }

  /** Until what is saved now is younger than what was seen so far: the clocks of file systems tick in milliseconds. */
  async olderThanNow() {
    const now = Date.now();
    const clock = this.path("node_modules/.clock");
    await until(() => {
      fs.writeFileSync(clock, "");
      return fs.statSync(clock).mtimeMs > now + 1;
    });
  }

  /** @param {string} target @param {string} name of a link to it */
  link(target, name) {
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    const type = fs.statSync(this.path(target)).isDirectory() ? "junction" : "file";
    fs.symlinkSync(this.path(target), this.path(name), type);
  }

  /** @param {string} name */
  delete(name) {
    fs.rmSync(this.path(name), { recursive: true });
  }

  /** @param {string} from @param {string} to */
  rename(from, to) {
    fs.mkdirSync(path.dirname(this.path(to)), { recursive: true });
    fs.renameSync(this.path(from), this.path(to));
  }

  /**
   * Runs `node [nodeArguments] entry` in the project.
   * @param {string} entry
   * @param {{ nodeArguments?: string[], arguments?: string[], env?: Record<string, string | undefined> }} [options]
   */
  run(entry, options = {}) {
    const program = new Program(this.directory, entry, options);
    this.#programs.push(program);
    return program;
  }

  async remove() {
    await Promise.all(this.#programs.map((program) => program.end()));
    fs.rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A running program; what it prints is read line by line. */
export class Program {
  stdout = "";
  stderr = "";
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {string} directory
   * @param {string} entry
   * @param {{ nodeArguments?: string[], arguments?: string[], env?: Record<string, string | undefined> }} options
   */
  constructor(directory, entry, options) {
    const args = [...(options.nodeArguments ?? []), entry, ...(options.arguments ?? [])];
    const env = { ...process.env, NODE_OPTIONS: "", FORCE_COLOR: undefined, NO_COLOR: "1", ...options.env };
    // Set by `node --test` for the files it runs; a program of ours is none.
    delete env.NODE_TEST_CONTEXT;
    this.child = spawn(process.execPath, args, {
      cwd: directory,
      env,
      stdio: ["pipe", "pipe", "pipe", "ipc"],
    });
    /** @type {Promise<{ code: number | null, signal: string | null }>} */
    this.exit = new Promise((resolve) => {
      this.child.on("close", (code, signal) => {
        this.hasEnded = true;
        resolve({ code, signal });
        this.#notify();
      });
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text) => {
      this.stdout += text;
      this.#notify();
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text) => {
      this.stderr += text;
      this.#notify();
    });
  }

  hasEnded = false;

  #notify() {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Complete lines of standard output so far. */
  get lines() {
    return this.stdout.split("\n").slice(0, -1);
  }

  /**
   * Waits until `condition` holds for what was printed.
   * @param {() => unknown} condition
   * @param {string} what
   */
  async waitFor(condition, what) {
    if (condition()) return;
    await new Promise((resolve, reject) => {
      const finish = (/** @type {Error | undefined} */ error) => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        if (error) reject(error);
        else resolve(undefined);
      };
      const story = () => `\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`;
      const listener = () => {
        if (condition()) finish(undefined);
        else if (this.hasEnded) finish(new Error(`ended while waiting for ${what}${story()}`));
      };
      const timer = setTimeout(() => finish(new Error(`no ${what} in ${PATIENCE} ms${story()}`)), PATIENCE);
      this.#listeners.add(listener);
    });
  }

  /**
   * The next line of standard output that matches, after those already returned.
   * @param {string | RegExp} wanted a whole line, or an expression
   * @returns {Promise<string>}
   */
  async line(wanted) {
    const fits = (/** @type {string} */ line) =>
      typeof wanted === "string" ? line === wanted : wanted.test(line);
    // Somebody else may wait for another line meanwhile, which comes later.
    const from = this.#position;
    const find = () => this.lines.findIndex((line, index) => index >= from && fits(line));
    await this.waitFor(() => find() >= 0, `line ${wanted}`);
    const index = find();
    this.#position = Math.max(this.#position, index + 1);
    return this.lines[index];
  }

  #position = 0;

  /** Its next message. @returns {Promise<any>} */
  answer() {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error(`ended: ${this.stderr.slice(-3000)}`));
      this.child.once("exit", ended);
      this.child.once("message", (answer) => {
        this.child.off("exit", ended);
        resolve(answer);
      });
    });
  }

  /**
   * The next line matching `/^name (json)$/`, its value parsed.
   * @param {string} name
   */
  async value(name) {
    const line = await this.line(new RegExp(`^${name} `));
    return JSON.parse(line.slice(name.length + 1));
  }

  /**
   * Sends a message until the next line like `/^name /` is `wanted`.
   * @param {string} wanted
   * @param {string} [message]
   */
  async answers(wanted, message = "ask") {
    const like = new RegExp(`^${wanted.split(" ")[0]} `);
    const end = performance.now() + PATIENCE;
    for (let line = ""; line !== wanted; line = await this.line(like)) {
      if (performance.now() > end) throw new Error(`${line}, not ${wanted}\n${this.stderr}`);
      this.child.send(message);
    }
  }

  /** @param {string | RegExp} wanted */
  async errorOutput(wanted) {
    const fits = () => (typeof wanted === "string" ? this.stderr.includes(wanted) : wanted.test(this.stderr));
    await this.waitFor(fits, `standard error ${wanted}`);
  }

  /** Ends the process, if it has not ended by itself. */
  async end() {
    if (!this.hasEnded) this.child.kill("SIGKILL");
    await this.exit;
  }
}

/**
 * Waits until `condition` gives something truthy, and returns that.
 * @template T
 * @param {() => T} condition
 * @param {string} [what]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(condition, what = String(condition)) {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const value = condition();
    if (value) return /** @type {NonNullable<T>} */ (value);
    if (performance.now() > end) throw new Error(`not within ${PATIENCE} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
