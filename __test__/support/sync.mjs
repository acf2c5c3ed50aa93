// A project with one Heatsync instance of its own, in the test's process: what the project's files
// and the test see is the same package.

import fs from "node:fs";
import { createRequire } from "node:module";
import { project, until } from "./project.mjs";

/**
 * A project whose `sync.js` exports `sync`.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string | object>} [files]
 * @param {string} [options] source text of the options
 */
export function syncProject(t, files = {}, options = "") {
  /** @type {any} */
  let sync;
  // Before the folder goes: its removal is no change to be reported.
  t.after(() => sync?.dispose());
  const self = project(t, {
    "sync.js": `const Heatsync = require("heatsync-rs");\nexports.sync = new Heatsync(${options});\n`,
    ...files,
  });
  const require = createRequire(self.path("test.cjs"));
  sync = require("./sync.js").sync;
  /** @type {any[]} */
  const errors = [];
  sync.events.on("error", (/** @type {any} */ error) => errors.push(error));
  return {
    project: self,
    sync,
    require,
    errors,
    /** @param {any} id */
    load: (id) => sync.require(id, self.directory),
    /** @param {any} id @param {any} [attributes] */
    import: (id, attributes) => sync.import(id, attributes, self.directory),
    /**
     * Saves a file and waits until the instance says that `live` (the same file unless said
     * otherwise) has been reloaded.
     * @param {string} name @param {string | object} text @param {string} [live]
     */
    save: (name, text, live = name) => reloaded(sync, self.path(live), () => self.write(name, text)),
    /**
     * Two saves that change nothing but a comment. A save right after the first load may be evaluated
     * twice (sync-deep.test.mjs has that as a promise of its own); tests that count begin with this.
     * @param {string} name
     */
    async settle(name) {
      const text = fs.readFileSync(self.path(name), "utf8");
      for (const comment of ["// first", "// second"]) {
        await reloaded(sync, self.path(name), () => self.write(name, `${text}\n${comment}`));
      }
    },
    /** @param {string} name @param {string | object} text */
    async fail(name, text) {
      const before = errors.length;
      self.write(name, text);
      await until(() => errors.length > before, `an error for ${name}`);
      return errors[before];
    },
  };
}

/**
 * @param {any} sync
 * @param {string} file
 * @param {() => unknown} act makes the file reload
 */
export async function reloaded(sync, file, act) {
  let isLive = false;
  const listener = (/** @type {string} */ path) => {
    isLive ||= path === file;
  };
  sync.events.on("reload", listener);
  await act();
  await until(() => isLive, `a reload of ${file}`);
  sync.events.off("reload", listener);
}

/**
 * What a property looks like from outside; functions by their text.
 * @param {object} object
 * @returns {[PropertyKey, object][]} in their order
 */
export function shape(object) {
  return Reflect.ownKeys(object).map((key) => {
    const { configurable, get, set, value, ...rest } = /** @type {PropertyDescriptor} */ (
      Reflect.getOwnPropertyDescriptor(object, key)
    );
    const seen = typeof value === "function" ? String(value) : value;
    return [key, { ...rest, get: get && String(get), set: set && String(set), value: seen }];
  });
}
