// `watchFunction`: when it is asked, what becomes of its watchers, and what counts as a change.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import fs from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const { UserWatchers } = createRequire(import.meta.url)("../runtime/sync/user-watch.cjs");

/**
 * Watchers of one file, by a function whose watchers are `make()`'s.
 * @param {import("node:test").TestContext} t @param {(listener: () => void) => any} make @param {number} [debounce]
 */
function watching(t, make, debounce = 0) {
  const own = project(t, { "a.js": "1" });
  const file = own.path("a.js");
  /** @type {(() => void)[]} */
  const listeners = [];
  let changes = 0;
  const watch = (/** @type {string} */ _, /** @type {unknown} */ __, /** @type {() => void} */ listener) => {
    listeners.push(listener);
    return make(listener);
  };
  const watchers = new UserWatchers(watch, false, debounce, () => changes++);
  t.after(() => watchers.close());
  watchers.set(new Set([file]));
  return { own, file, watchers, listeners, changes: () => changes };
}

/** Later than what asks the same twice, one after the other. @param {string} file */
async function looks(file) {
  for (let look = 0; look < 10; look++) await fs.promises.stat(file);
}

test("after an atomic save the file is watched anew, the old watcher is closed, and what it may have missed is asked for", (t) => {
  let closed = 0;
  const { own, file, watchers, listeners, changes } = watching(t, () => ({ close: () => closed++ }));
  own.write("a.js", "2");
  watchers.renew([file]);
  assert.deepEqual([listeners.length, closed, changes()], [1, 0, 0]);
  own.writeAtomically("a.js", "3");
  watchers.renew([file]);
  assert.deepEqual([listeners.length, closed, changes()], [2, 1, 1]);
  watchers.renew([file]);
  assert.deepEqual([listeners.length, closed, changes()], [2, 1, 1]);
  watchers.close();
  assert.equal(closed, 2);
});

test("what is gone is not watched anew, and nor is what the function gives nothing to close for", (t) => {
  const files = /** @type {const} */ ([undefined, { close() {} }]);
  for (const watcher of files) {
    const { own, file, watchers, listeners, changes } = watching(t, () => watcher);
    if (watcher) own.delete("a.js");
    else own.writeAtomically("a.js", "2");
    watchers.renew([file]);
    assert.deepEqual([listeners.length, changes()], [1, 0]);
  }
});

test("what has ended by the time of the look that a watch begins with is no change", async (t) => {
  const ended = watching(t, () => ({ stop() {} }));
  ended.watchers.close();
  await looks(ended.file);
  assert.equal(ended.changes(), 0);
});

test("a change that waits keeps no process, and is none when the watching ends", async (t) => {
  const { watchers, listeners, changes } = watching(t, () => ({ close() {} }), 20);
  const timers = () => process.getActiveResourcesInfo().filter((it) => it === "Timeout").length;
  const before = timers();
  listeners[0]();
  assert.equal(timers(), before);
  watchers.close();
  // Of as many milliseconds, and later: it comes after that.
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(changes(), 0);
});

test("what the user's function has made, and can only be stopped, is", (t) => {
  let stops = 0;
  const { watchers } = watching(t, () => Object.assign(new EventEmitter(), { stop: () => stops++ }));
  watchers.close();
  assert.equal(stops, 1);
});
