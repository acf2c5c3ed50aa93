// An example as its user has it: a copy of its folder, started, edited on disk, asked over HTTP, ended.

import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Project } from "../../../__test__/support/project.mjs";

const examples = path.resolve(import.meta.dirname, "..");
/** How long anything that is waited for may take. Only ever reached by a failing test. */
const PATIENCE = 30_000;

/**
 * @param {import("node:test").TestContext} t
 * @param {string} name of the example
 */
export function copy(t, name) {
  // Below this folder, so that its packages are found as they are from the example.
  const directory = fs.mkdtempSync(path.join(examples, ".run-"));
  fs.cpSync(path.join(examples, name), directory, { recursive: true });
  const project = new Project(directory);
  t.after(() => project.remove());
  return project;
}

/** A program that says where it listens. */
export class Server {
  /**
   * @param {Project} project
   * @param {string[]} command for Node.js
   * @param {Record<string, string>} [env]
   */
  constructor(project, command, env = {}) {
    this.project = project;
    const [entry, ...args] = command;
    this.program = project.run(entry, { arguments: args, env: { PORT: "0", ...env } });
  }

  async ready() {
    const line = await this.program.line(/^listening on http/);
    this.origin = line.replace("listening on ", "").trim();
    return this;
  }

  /** @param {string} [url] */
  async get(url = "/") {
    const response = await fetch(new URL(url, this.origin), { headers: { connection: "close" } });
    return response.text();
  }

  /**
   * Replaces text in a file of the example.
   * @param {string} file
   * @param {string} before
   * @param {string} after
   */
  edit(file, before, after) {
    const text = fs.readFileSync(this.project.path(file), "utf8");
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    this.project.writeAtomically(file, text.replace(before, after));
  }

  /**
   * Asks until the answer is `wanted`. Every answer on the way must be one, of the old version.
   * @param {string} wanted
   * @param {string} [url]
   * @param {string} [old]
   */
  async answers(wanted, url = "/", old = undefined) {
    const end = Date.now() + PATIENCE;
    let answer = "";
    while (Date.now() < end) {
      try {
        answer = await this.get(url);
      } catch (error) {
        // Between an application that was closed and the next one nobody listens.
        if (old !== undefined) throw error;
      }
      if (answer === wanted) return;
      if (old !== undefined && answer !== old) throw new Error(`neither old nor new: ${answer}`);
      await sleep(5);
    }
    throw new Error(
      `${JSON.stringify(answer)}, not ${JSON.stringify(wanted)}\n${this.program.stdout}\n${this.program.stderr}`,
    );
  }

  /** Waits for the report of an update. @param {string} file */
  async updated(file) {
    const report = `${file}: `;
    const isThere = () =>
      this.program.stderr.split("\n").some((line) => line.includes(report) && line.includes(" evaluated"));
    await this.program.waitFor(isThere, `update of ${file}`);
  }

  /** By SIGTERM, as whoever deploys it would. */
  async stop() {
    this.program.child.kill();
    return this.program.exit;
  }
}
