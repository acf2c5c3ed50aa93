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

/** It has been saved in four starts, and waits. @param {string} [file] @param {boolean} [isWatched] */
function savedTooOften(file = "a.js", isWatched = false) {
  for (let start = 0; start < 4; start++) {
    own.begin();
    own.isOwn(file, false, false, isWatched);
  }
}

/** The pause is over, and the program is about to be started for these. @param {string[]} files @param {number} [pause] */
function isStartedFor(files, pause = 500) {
  quiet = [];
  mock.timers.tick(pause);
  assert.deepEqual(quiet, files);
  own.note(files);
}

/** It is the program's. @param {string} [file] */
function taken(file = "a.js") {
  savedTooOften(file);
  isStartedFor([file]);
  assert(!startsAnew(file));
  assert(own.isPrograms(file));
}

test("what was the program's, and is not saved in a start, counts anew", () => {
  taken();
  own.begin();
  assert(own.isPrograms("a.js"));
  own.begin();
  assert(!own.isPrograms("a.js"));
  savedTooOften();
  isStartedFor(["a.js"]);
});

test("what was the program's, and is saved when nothing starts, counts anew", () => {
  taken();
  own.noteOther("a.js");
  assert(!own.isPrograms("a.js"));
  assert(!own.goesOn("a.js"));
  for (let start = 0; start < 3; start++) assert(startsAnew("a.js"));
  assert(!startsAnew("a.js"));
  isStartedFor(["a.js"]);
});

/** Somebody may work on it: it waits for six seconds. */
function triedAgain() {
  savedTooOften("a.js", true);
  isStartedFor(["a.js"]);
  own.begin();
  own.isOwn("a.js", false, false, true);
  isStartedFor(["a.js"], 3000);
  own.begin();
  own.isOwn("a.js", false, false, true);
  mock.timers.tick(5999);
}

test("the pauses that grow go on after a start for another reason", () => {
  triedAgain();
  own.begin();
  quiet = [];
  own.isOwn("a.js", false, false, true);
  mock.timers.tick(5999);
  assert.deepEqual(quiet, []);
  isStartedFor(["a.js"], 1);
});

test("the pauses are short again after a save when nothing starts", () => {
  triedAgain();
  own.noteOther("a.js");
  own.begin();
  own.isOwn("a.js", false, false, true);
  isStartedFor(["a.js"]);
});

test("the pauses are short again after a start in which it was not saved", () => {
  triedAgain();
  own.begin();
  own.begin();
  savedTooOften("a.js", true);
  isStartedFor(["a.js"]);
});

test("saved in the start after a long pause, too, before it was watched: the program's", () => {
  triedAgain();
  isStartedFor(["a.js"], 1);
  own.begin();
  assert(own.isOwn("a.js", false, false, false));
  assert(own.isPrograms("a.js"));
});

test("saves of several starts are no saves without a pause", () => {
  savedTooOften();
  for (let start = 0; start < 4; start++) {
    mock.timers.tick(400);
    own.begin();
    mock.timers.tick(400);
    assert(own.isOwn("a.js", false, false));
  }
  assert(!own.isPrograms("a.js"));
  isStartedFor(["a.js"]);
});

test("nor are those of one start with a pause between them, where it did not parse when it was quiet", () => {
  savedTooOften();
  isStartedFor(["a.js"]);
  mock.timers.tick(2000);
  assert(own.isOwn("a.js", false, false));
  assert(!own.isPrograms("a.js"));
  isStartedFor(["a.js"]);
});

test("what holds what it held is not the program's, however long it is saved so without a pause", () => {
  own.begin();
  for (let count = 0; count < 8; count++) {
    assert(own.isOwn("a.js", true, false));
    mock.timers.tick(400);
  }
  assert(!own.isPrograms("a.js"));
  isStartedFor(["a.js"], 100);
});

test("a temporary module has another name in each start: they count as one, and only those of this start are named", () => {
  let made = "";
  const makes = (/** @type {number} */ n) => {
    made = `made-${n}.js`;
    own.begin();
    return own.isOwn(made, false, true);
  };
  for (let n = 0; n < 3; n++) assert(!makes(n));
  assert(makes(3));
  assert(own.goesOn("made-3.js"));
  isStartedFor(["made-3.js"]);
  assert(makes(4));
  assert(own.isPrograms("made-4.js"));
  assert(!own.isPrograms("made-3.js"));
  assert.deepEqual(own.suspects, ["made-3.js", "made-4.js"]);
});

test("what may be saved by the program: in this start, and in the one before", () => {
  startsAnew("a.js");
  startsAnew("b.js");
  assert.deepEqual(own.suspects, ["a.js", "b.js"]);
  own.begin();
  assert.deepEqual(own.suspects, ["b.js"]);
});

test("what is the program's starts nothing when it holds what it held, either", () => {
  taken();
  quiet = [];
  own.wait("a.js");
  mock.timers.tick(60_000);
  assert.deepEqual(quiet, []);
});

test("of several that wait the longest pause holds; undone, it is none the shorter", () => {
  savedTooOften("a.js", true);
  isStartedFor(["a.js"]);
  own.begin();
  own.isOwn("a.js", false, false, true);
  own.wait("b.js");
  own.wait("a.js");
  mock.timers.tick(2999);
  assert.deepEqual(quiet, ["a.js"]);
  isStartedFor(["a.js", "b.js"], 1);
});

test("it is told of once a start", () => {
  savedTooOften("a.js", true);
  for (const pause of [500, 3000]) {
    isStartedFor(["a.js"], pause);
    own.begin();
    if (pause === 500) own.isOwn("a.js", false, false, true);
  }
  const write = mock.method(process.stderr, "write", () => true);
  for (let count = 0; count < 3; count++) own.isOwn("a.js", false, false, true);
  const texts = write.mock.calls.map((call) => call.arguments[0]);
  write.mock.restore();
  assert.equal(texts.length, 1, texts.join(""));
  assert.match(texts[0], /a\.js is written each time .* when that has stopped for 6 s/);
});

test("nothing is quiet when what has waited is the program's by now", () => {
  savedTooOften();
  quiet = ["nothing yet"];
  for (let count = 0; count < 8; count++) {
    mock.timers.tick(300);
    own.isOwn("a.js", false, false);
  }
  assert(own.isPrograms("a.js"));
  mock.timers.tick(60_000);
  assert.deepEqual(quiet, ["nothing yet"]);
});

test("what was quiet, and another start has come before it, waits no more", () => {
  savedTooOften();
  own.begin();
  own.wait("b.js");
  isStartedFor(["b.js"]);
  assert(!own.goesOn("b.js"));
  own.wait("c.js");
  isStartedFor(["c.js"]);
});

for (const [reason, tell] of /** @type {const} */ ([
  ["because of other files", () => own.note(["c.js", "d.js"])],
  ["because of one of them", () => own.note(["a.js"])],
  ["because of more than these", () => own.note(["a.js", "b.js", "c.js"])],
  ["after another save", () => own.heard()],
])) {
  test(`started ${reason} when it was quiet: what is saved then is not the program's`, () => {
    for (let start = 0; start < 4; start++) {
      own.begin();
      for (const file of ["a.js", "b.js"]) own.isOwn(file, false, false);
    }
    quiet = [];
    mock.timers.tick(500);
    assert.deepEqual(quiet, ["a.js", "b.js"]);
    tell();
    assert(!startsAnew("a.js"));
    assert(!own.isPrograms("a.js"));
    isStartedFor(["a.js"]);
  });
}

test("closed, it keeps no process", () => {
  mock.timers.reset();
  const timers = () => process.getActiveResourcesInfo().filter((it) => it === "Timeout").length;
  const before = timers();
  own.begin();
  own.wait("a.js");
  assert.equal(timers(), before + 1);
  own.close();
  assert.equal(timers(), before);
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
  // What goes without nothing is no such reason, whatever it was started for.
  own.begin();
  assert(!own.isLackedAgain(undefined, ["app.js"]));
  // Started by hand then, it may have it.
  own.begin();
  assert(!own.isLackedAgain("./local", ["app.js"]));
});
