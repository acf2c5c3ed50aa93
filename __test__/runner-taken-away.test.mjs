// The runner: files that the program makes, loads and takes away again, and those that somebody else does, and puts back.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { afterEach, beforeEach, mock, test } from "node:test";

const { TakenAway } = createRequire(import.meta.url)("../runtime/runner/taken-away.cjs");

/** @type {string[][]} */
let stays = [];
/** @type {any} */
let away;
/** @type {import("node:test").Mock<any>} */
let write;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  write = mock.method(process.stderr, "write", () => true);
  stays = [];
  away = new TakenAway((/** @type {string[]} */ files) => stays.push(files));
  away.begin(Date.now());
});
afterEach(() => write.mock.restore());

const told = () => write.mock.calls.map((call) => call.arguments[0]);

/** The program has loaded it, it goes and comes back: is that a reason only later? @param {string} [file] */
function comesBack(file = "/a.js") {
  away.loaded(file, true);
  away.note(file, true);
  away.note(file, false);
  return away.isHeldBack(file);
}

/** The program is started. @param {string[]} files because of these */
function starts(...files) {
  away.startsFor(files);
  away.begin(Date.now());
}

/** It has been started for its return three times. @param {string} [file] */
function returnsThreeTimes(file = "/a.js") {
  for (let n = 0; n < 3; n++) {
    assert(!comesBack(file));
    starts(file);
  }
}

/** After that pause it starts the program. @param {number} pause @param {string[]} files */
function staysFor(pause, ...files) {
  stays = [];
  mock.timers.tick(pause - 1);
  assert.deepEqual(stays, []);
  mock.timers.tick(1);
  assert.deepEqual(stays, [files]);
}

test("what goes and comes back too often is a reason after pauses that grow", () => {
  returnsThreeTimes();
  for (const pause of [3000, 6000, 12_000, 24_000, 30_000, 30_000]) {
    assert(comesBack());
    assert.match(
      told().at(-1),
      new RegExp(`a\\.js goes each time .* once it has been there for ${pause / 1000} s`),
    );
    staysFor(pause, "/a.js");
    starts("/a.js");
  }
  assert.equal(told().length, 6);
});

test("it goes once more, or is saved, before the pause is over: that counts from the last save, and is told of once", () => {
  returnsThreeTimes();
  assert(comesBack());
  mock.timers.tick(2000);
  away.note("/a.js", false);
  assert(away.isHeldBack("/a.js"));
  assert.equal(told().length, 1);
  staysFor(3000, "/a.js");
});

test("what is held back, and has gone again, starts nothing; it is watched", () => {
  returnsThreeTimes("/a.js");
  returnsThreeTimes("/b.js");
  assert(comesBack("/a.js"));
  assert.deepEqual([...away.gone], ["/a.js"]);
  assert(comesBack("/b.js"));
  away.note("/a.js", true);
  staysFor(3000, "/b.js");
});

test("nothing starts when all that was held back has gone again", () => {
  returnsThreeTimes();
  assert(comesBack());
  away.note("/a.js", true);
  mock.timers.tick(60_000);
  assert.deepEqual(stays, []);
});

test("another start comes before the pause is over: it has what was held back", () => {
  returnsThreeTimes();
  assert(comesBack());
  starts("/other.js");
  assert.deepEqual([...away.gone], []);
  mock.timers.tick(60_000);
  assert.deepEqual(stays, []);
  // It is loaded again, and what comes is another one.
  assert(!away.isHeldBack("/a.js"));
  returnsThreeTimes("/b.js");
  assert(comesBack("/b.js"));
  staysFor(3000, "/b.js");
});

test("what has not come back in this start is a reason at once, however often it has", () => {
  returnsThreeTimes();
  assert(comesBack());
  starts("/a.js");
  // The program has loaded it, and somebody saves it.
  away.loaded("/a.js", true);
  away.note("/a.js", false);
  assert(!away.isHeldBack("/a.js"));
  // It has gone, and that is a reason.
  away.note("/a.js", true);
  assert(!away.isHeldBack("/a.js"));
});

test("it has come back, and gone once more: that is no return", () => {
  returnsThreeTimes();
  assert(comesBack());
  away.note("/a.js", true);
  assert(!away.isHeldBack("/a.js"));
});

test("where the program has run for half a minute before it goes, it is a reason at once", () => {
  returnsThreeTimes();
  mock.timers.tick(30_000);
  assert(comesBack());
  starts("/a.js");
  mock.timers.tick(30_001);
  assert(!comesBack());
  starts("/a.js");
  assert(!comesBack());
});

test("it is back after half a minute: it has gone soon all the same", () => {
  returnsThreeTimes();
  away.loaded("/a.js", true);
  away.note("/a.js", true);
  mock.timers.tick(30_001);
  away.note("/a.js", false);
  assert(away.isHeldBack("/a.js"));
});

test("starts for other files between them: less than three returns are forgotten, three are not", () => {
  for (let n = 0; n < 5; n++) {
    assert(!comesBack("/a.js"));
    starts("/a.js");
    assert(!comesBack("/a.js"));
    starts("/a.js");
    starts("/other.js");
  }
  returnsThreeTimes("/a.js");
  starts("/other.js");
  assert(comesBack("/a.js"));
});

test("that it has gone is no other reason", () => {
  for (let n = 0; n < 3; n++) {
    away.loaded("/a.js", true);
    away.note("/a.js", true);
    starts("/a.js");
    away.note("/a.js", false);
    assert(!away.isHeldBack("/a.js"));
    starts("/a.js");
  }
  away.loaded("/a.js", true);
  away.note("/a.js", true);
  starts("/a.js");
  away.note("/a.js", false);
  assert(away.isHeldBack("/a.js"));
});

test("nor is it where another one has gone: the first return of one counts for none of the others", () => {
  away.loaded("/b.js", true);
  for (let n = 0; n < 2; n++) {
    assert(!comesBack("/a.js"));
    starts("/a.js");
  }
  away.loaded("/b.js", true);
  away.note("/b.js", true);
  starts("/b.js");
  assert(!comesBack("/a.js"));
  starts("/a.js");
  assert(comesBack("/a.js"));
});

test("saves of what is there are no returns", () => {
  for (let n = 0; n < 5; n++) {
    away.loaded("/a.js", true);
    away.note("/a.js", false);
    starts("/a.js");
  }
  assert(!comesBack("/a.js"));
});

test("what has come since the program began, and goes, is not waited for", () => {
  away.loaded("/made.js", false);
  assert(away.hasCome("/made.js"));
  assert(!away.hasCome("/other.js"));
  away.note("/made.js", true);
  away.note("/other.js", true);
  assert.deepEqual([...away.gone], []);
  away.loaded("/old.js", true);
  assert(!away.hasCome("/old.js"));
  away.note("/old.js", true);
  assert.deepEqual([...away.gone], ["/old.js"]);
  away.note("/old.js", false);
  assert.deepEqual([...away.gone], []);
  // Of former starts nothing is known.
  starts();
  assert(!away.hasCome("/made.js"));
});

test("how often it has come back is forgotten with its name", () => {
  returnsThreeTimes("/first.js");
  assert(comesBack("/first.js"));
  for (let n = 0; n < 1000; n++) {
    away.loaded(`/chunk-${n}.js`, true);
    away.note(`/chunk-${n}.js`, true);
  }
  starts("/chunk-0.js");
  assert(!comesBack("/first.js"));
});

test("the program asks for a new start, for lack of a file: once where nobody knows who has taken it away", () => {
  away.loaded("/old.js", true);
  away.loaded("/made.js", false);
  assert(!away.isLeftAlone("/old.js"));
  assert(away.isLeftAlone("/made.js"));
  assert(!away.isLeftAlone("/unseen-1.js"));
  starts("/unseen-1.js");
  assert(away.isLeftAlone("/unseen-2.js"));
  assert(away.isLeftAlone("/unseen-3.js"));
  assert.equal(told().length, 1);
  assert.match(told()[0], /unseen-2\.js is not there any more, as soon as the program has loaded it/);
  // It does in each start from then on.
  starts("/app.js");
  starts("/app.js");
  assert(away.isLeftAlone("/unseen-4.js"));
  assert.equal(told().length, 1);
});

test("… and once more where a start lies between them", () => {
  assert(!away.isLeftAlone("/unseen-1.js"));
  starts("/unseen-1.js");
  starts("/app.js");
  assert(!away.isLeftAlone("/unseen-2.js"));
  assert.deepEqual(told(), []);
});

test("closed, it keeps no process", () => {
  mock.timers.reset();
  returnsThreeTimes();
  const timers = () => process.getActiveResourcesInfo().filter((it) => it === "Timeout").length;
  const before = timers();
  assert(comesBack());
  assert.equal(timers(), before + 1);
  away.close();
  assert.equal(timers(), before);
});
