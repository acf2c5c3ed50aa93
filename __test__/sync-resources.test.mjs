// What belongs to a version of a file, where an update gives up some of its files, or all: timers, listeners, and instances of classes.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const { TemporaryResources } = require("../runtime/sync/temporary.cjs");
const { ReloadableClasses } = require("../runtime/sync/reloadable-class.cjs");

/** Resources that log their end. */
function resources() {
  const temporary = new TemporaryResources();
  /** @type {string[]} */
  const ended = [];
  const add = (/** @type {string} */ file, /** @type {string} */ name) =>
    temporary.add(file, { clear: () => ended.push(name) });
  return { temporary, ended, add };
}

test("an update gives up one of its files: the resources of that go on, those of the other end", () => {
  const { temporary, ended, add } = resources();
  for (const file of ["a", "b"]) add(file, `${file}1`);
  const timers = temporary.retire(["a", "b"]);
  for (const file of ["a", "b"]) add(file, `${file}2`);
  timers.restore(["a"]);
  assert.deepEqual(ended, ["a2"]);
  timers.clear();
  assert.deepEqual(ended, ["a2", "b1"]);
  // The next version of either ends what is there.
  temporary.retire(["a", "b"]).clear();
  assert.deepEqual(ended, ["a2", "b1", "a1", "b2"]);
});

test("… and all of them afterwards: what was there goes on", () => {
  const { temporary, ended, add } = resources();
  for (const file of ["a", "b"]) add(file, `${file}1`);
  const timers = temporary.retire(["a", "b"]);
  for (const file of ["a", "b"]) add(file, `${file}2`);
  timers.restore(["a"]);
  timers.restore();
  assert.deepEqual(ended, ["a2", "b2"]);
  temporary.retire(["a", "b"]).clear();
  assert.deepEqual(ended, ["a2", "b2", "a1", "b1"]);
});

test("what has ended with the instance ends once", () => {
  const { temporary, ended, add } = resources();
  add("a", "a1");
  temporary.clear();
  temporary.retire(["a"]).clear();
  temporary.clear();
  assert.deepEqual(ended, ["a1"]);
});

/** Versions of a class, each with an instance. */
function versions() {
  const classes = new ReloadableClasses();
  const make = (/** @type {number} */ n) =>
    ({
      // @ts-expect-error: of no known type
      Room: class Room extends classes.Base {
        says() {
          return n;
        }
      },
    }).Room;
  return { classes, make };
}

test("after an update that was given up the instances get the methods of the next version", () => {
  const { classes, make } = versions();
  const [first, second, third] = [1, 2, 3].map(make);
  classes.reload(first, "a");
  const room = new first();
  const failed = classes.postpone(["a"]);
  classes.reload(second, "a");
  failed.drop();
  assert.equal(room.says(), 1);
  const update = classes.postpone(["a"]);
  classes.reload(third, "a");
  assert.equal(room.says(), 1);
  update.carryOut();
  assert.equal(room.says(), 3);
  // By itself, outside of an update, it is live at once.
  classes.reload(first, "a");
  assert.equal(room.says(), 1);
});

test("instances that the user has given another prototype are not moved, others are once a version", () => {
  const { classes, make } = versions();
  const [first, second, third] = [1, 2, 3].map(make);
  classes.reload(first, "a");
  const [room, own] = [new first(), new first()];
  const other = { says: () => "own" };
  Object.setPrototypeOf(own, other);
  for (const version of [second, third]) {
    classes.reload(version, "a");
    assert.equal(room.says(), version === second ? 2 : 3);
    assert.equal(Object.getPrototypeOf(room), version.prototype);
    assert.equal(Object.getPrototypeOf(own), other);
  }
});

test("cleared, it knows neither versions nor instances", () => {
  const { classes, make } = versions();
  const [first, second] = [1, 2].map(make);
  classes.reload(first, "a", true);
  const room = new first();
  classes.clear();
  classes.reload(second, "a", true);
  assert.equal(room.says(), 1);
  assert(!(room instanceof second));
  assert(!(new second() instanceof first));
  // Not even if that version is declared once more.
  classes.reload(first, "a");
  classes.reload(second, "a");
  assert.equal(room.says(), 1);
});
