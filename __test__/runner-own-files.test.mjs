// The runner: whose file is it that is saved while the program starts?
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { beforeEach, mock, test } from "node:test";

const { OwnFiles } = createRequire(import.meta.url)("../runtime/runner/own-files.cjs");

/** @type {string[]} */
let quiet = [];
/** @type {any} */
let own;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  quiet = [];
  own = new OwnFiles((/** @type {string[]} */ files) => {
    quiet = files;
  });
});

/** The program starts, and the file is saved. @param {string} file @param {boolean} [isSame] */
function startsAnew(file, isSame = false) {
  own.begin();
  return !own.isOwn(file, isSame, false);
}

test("the program's: what is saved also in the start that is made when it was quiet", () => {
  assert.deepEqual(
    [1, 2, 3, 4].map(() => startsAnew("a.js")),
    [true, true, true, false],
  );
  assert.deepEqual(quiet, []);
  mock.timers.tick(500);
  assert.deepEqual(quiet, ["a.js"]);
  quiet = [];
  for (let start = 0; start < 3; start++) assert(!startsAnew("a.js"));
  mock.timers.tick(5000);
  assert.deepEqual(quiet, []);
});

test("what was loaded before starts the program after pauses that grow: somebody may work on it, whose last save is not lost", () => {
  const saves = () => {
    own.begin();
    return !own.isOwn("a.js", false, false, true);
  };
  const isQuietAfter = (/** @type {number} */ pause) => {
    mock.timers.tick(pause - 1);
    assert.deepEqual(quiet, []);
    mock.timers.tick(1);
    assert.deepEqual(quiet, ["a.js"]);
    own.note(["a.js"]);
    quiet = [];
  };
  for (let start = 0; start < 3; start++) assert(saves());
  assert(!saves());
  isQuietAfter(500);
  assert(!saves());
  mock.timers.tick(2500);
  // Who goes on typing makes no such pause.
  own.isOwn("a.js", false, false, true);
  isQuietAfter(3000);
  for (const pause of [6000, 12_000, 24_000, 30_000, 30_000]) {
    assert(!saves());
    // It is counted once a start.
    own.isOwn("a.js", false, false, true);
    isQuietAfter(pause);
  }
  // Saved when nothing starts, or not in a start at all, it is again as it was first.
  own.noteOther("a.js");
  own.begin();
  own.begin();
  for (let start = 0; start < 3; start++) assert(saves());
  assert(!saves());
  isQuietAfter(500);
  assert(!saves());
  isQuietAfter(3000);
});

test("the program's: what is saved without a pause, so that it is never quiet, and for as long as it goes on", () => {
  for (let start = 0; start < 4; start++) startsAnew("a.js");
  for (let count = 0; count < 30; count++) {
    mock.timers.tick(100);
    assert(own.goesOn("a.js"));
    assert(own.isOwn("a.js", false, false));
  }
  mock.timers.tick(1900);
  assert.deepEqual(quiet, []);
  assert(own.goesOn("a.js"));
  mock.timers.tick(100);
  assert(!own.goesOn("a.js"));
});

test("what was loaded before, and is saved without a pause: the last save starts the program once that has stopped", () => {
  for (let start = 0; start < 4; start++) {
    own.begin();
    own.isOwn("a.js", false, false, true);
  }
  mock.timers.tick(500);
  own.note(["a.js"]);
  own.begin();
  quiet = [];
  for (let count = 0; count < 10; count++) {
    mock.timers.tick(1000);
    assert(own.isOwn("a.js", false, false, true));
  }
  mock.timers.tick(2999);
  assert.deepEqual(quiet, []);
  mock.timers.tick(1);
  assert.deepEqual(quiet, ["a.js"]);
});

test("somebody else's: another start comes first, or it is not saved again", () => {
  for (let start = 0; start < 4; start++) startsAnew("a.js");
  // Because of another file.
  own.begin();
  mock.timers.tick(5000);
  assert.deepEqual(quiet, []);
  assert(startsAnew("a.js"));
  for (let start = 0; start < 3; start++) startsAnew("a.js");
  mock.timers.tick(500);
  assert.deepEqual(quiet, ["a.js"]);
  own.begin();
  assert(startsAnew("a.js"));
});

test("what holds what it held is perhaps generated: it waits at once", () => {
  assert(startsAnew("a.js"));
  assert(!startsAnew("a.js", true));
  mock.timers.tick(500);
  assert.deepEqual(quiet, ["a.js"]);
  quiet = [];
  assert(!startsAnew("a.js", true));
  mock.timers.tick(5000);
  assert.deepEqual(quiet, []);
  // Which says nothing of what is saved there next.
  for (let start = 0; start < 3; start++) startsAnew("a.js");
  mock.timers.tick(500);
  assert.deepEqual(quiet, ["a.js"]);
});

test("started for what it went on without, and goes without it once more: of the reason's words nothing is read", () => {
  own.begin();
  assert(!own.isLackedAgain("./local", ["app.js"]));
  own.note(["app.js"], "./local");
  own.begin();
  assert(!own.isLackedAgain(undefined, ["app.js"]));
  assert(!own.isLackedAgain("./local", ["other.js"]));
  assert(!own.isLackedAgain("./other", ["app.js"]));
  assert(own.isLackedAgain("./local", ["app.js"]));
  // Started by hand then, it may have it.
  own.begin();
  assert(!own.isLackedAgain("./local", ["app.js"]));
});
