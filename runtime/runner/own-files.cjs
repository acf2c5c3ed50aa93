// @ts-check
"use strict";

// Files that the program writes at its start, and loads: each start would be the reason for the next one. From outside that looks like
// somebody who saves while the program starts, several times in a row (a rebase does, a script), whose last save must not be lost.
// So the program is started once more when it has been quiet for a while, and only what is saved during that start, too, is the program's.
// Of what the program had loaded before nobody can be that sure: its last save always starts the program, after pauses that grow.

const { listed, notice, relative } = require("../report.cjs");

/** Stands for all names that the start before has not loaded: a temporary module has another one in each. */
const NEW = "";

/** Starts in a row for which one and the same file may be the reason at once. Who saves that fast is no person. */
const LATE_AT_MOST = 3;
/** Milliseconds without such a save after which nobody is at work any more. */
const QUIET = 500;
/** … if the program had loaded it long before: somebody who types, and whose editor saves, makes no such pause. */
const LONG_QUIET = 3000;
/** … at most: each time that it is saved in the start for that, too, the pause is twice as long. */
const LONGEST_QUIET = 30_000;
/** Milliseconds between two saves of what is the program's, all of which are its own. */
const GOES_ON = 2000;

/** @typedef {"same" | "often" | "again"} Doubt it holds what it held when the program was started because of it; it was saved once too often; also in the start for that */
/** @type {Doubt[]} */
const DOUBTS = ["same", "often", "again"];

class OwnFiles {
  #onQuiet;
  /** How many starts in a row a file was saved after the program began and before it was watched; so in the last one. @type {Map<string, number>} */
  #late = new Map();
  /** @type {Map<string, number>} */
  #lateBefore = new Map();
  /** What starts the program anew when it is quiet. @type {Map<string, Doubt>} */
  #doubted = new Map();
  /** When what is in doubt, or the program's, was saved first and last. @type {Map<string, { first: number, last: number }>} */
  #saves = new Map();
  /** Those because of which the program is to be started now. @type {Map<string, Doubt>} */
  #toTry = new Map();
  /** Those because of which, and of nothing else, it was. @type {Map<string, Doubt>} */
  #onTrial = new Map();
  /** How often in a row it was saved in that start, too. Nobody says whose it is. @type {Map<string, number>} */
  #trials = new Map();
  /** The program's. @type {Set<string>} */
  #own = new Set();
  /** Those that are held back in this start, and were told of. @type {Set<string>} */
  #told = new Set();
  /** What NEW stands for in this start. @type {Set<string>} */
  #news = new Set();
  /** What the program that runs was started for, since it had gone without it; what the next one is. */
  #lacked = "";
  #toHave = "";
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {(files: string[]) => void} onQuiet nobody knows whether the program has read these as they are */
  constructor(onQuiet) {
    this.#onQuiet = onQuiet;
  }

  /** The program starts, and will read all files as they are now. */
  begin() {
    this.close();
    this.#lateBefore = this.#late;
    this.#late = new Map();
    this.#onTrial = this.#toTry;
    this.#toTry = new Map();
    this.#lacked = this.#toHave;
    this.#toHave = "";
    for (const kept of [this.#own, this.#trials])
      for (const file of kept.keys()) if (!this.#lateBefore.has(file)) kept.delete(file);
    this.#saves.clear();
    this.#told.clear();
    this.#news.clear();
  }

  /**
   * It was saved while the program started: is that no reason to start it anew, or none for now?
   * @param {string} file
   * @param {boolean} isSame it holds what it held when the program was started because of it: so does what a program generates
   * @param {boolean} isNew this start has loaded it, and the one before has not
   * @param {boolean} [isWatched] the program had loaded it before: somebody who works on it may save it as often
   */
  isOwn(file, isSame, isNew, isWatched = false) {
    const isOwn = this.#isOwn(file, isSame, isWatched);
    if (!isNew) return isOwn;
    this.#news.add(file);
    return this.#isOwn(NEW, isSame, isWatched) || isOwn;
  }

  /** @param {string} file @param {boolean} isSame @param {boolean} isWatched */
  #isOwn(file, isSame, isWatched) {
    const times = (this.#lateBefore.get(file) ?? 0) + 1;
    this.#late.set(file, times);
    if (!isSame && times <= LATE_AT_MOST) return false;
    const tried = this.#onTrial.get(file);
    const { first, last } = this.#noteSave(file);
    if (this.#own.has(file) || (isSame && tried)) return true;
    const goesOn = !isSame && last - first > GOES_ON;
    if (!isWatched && (goesOn || tried === "often" || tried === "again")) this.#take(file);
    else if (goesOn || tried === "again") this.#holdBack(file, tried === "again");
    else if (isSame) this.#doubt(file, "same");
    else this.#doubt(file, tried === "often" || this.#trials.has(file) ? "again" : "often");
    return true;
  }

  /** @param {string} file */
  #noteSave(file) {
    const now = Date.now();
    const saves = this.#saves.get(file);
    const first = saves && now - saves.last < GOES_ON ? saves.first : now;
    const noted = { first, last: now };
    this.#saves.set(file, noted);
    return noted;
  }

  /** It is in doubt, or the program's, and is saved again and again without a pause. @param {string} file */
  goesOn(file) {
    const isHeld = (/** @type {string} */ key) => this.#own.has(key) || this.#doubted.has(key);
    const isRecent = (/** @type {string} */ key) =>
      Date.now() - (this.#saves.get(key)?.last ?? -Infinity) < GOES_ON;
    return this.#keysOf(file).some((key) => isHeld(key) && isRecent(key));
  }

  /** Does the program write it at each start? @param {string} file */
  isPrograms(file) {
    return this.#keysOf(file).some((key) => this.#own.has(key));
  }

  /** @param {string} file */
  #keysOf(file) {
    return this.#news.has(file) ? [file, NEW] : [file];
  }

  /** What the program may have saved itself, or has: what is its own is among these. */
  get suspects() {
    return this.#namesOf([...this.#lateBefore.keys(), ...this.#late.keys()]);
  }

  /** @param {string[]} keys */
  #namesOf(keys) {
    return [...new Set(keys.flatMap((key) => (key === NEW ? [...this.#news] : key)))];
  }

  /** In words. @param {string} key */
  #described(key) {
    return key === NEW ? `another module (now ${relative([...this.#news][0])})` : relative(key);
  }

  /** It was saved when nothing starts: by somebody, whose next save may come soon. @param {string} file */
  noteOther(file) {
    this.#trials.delete(file);
    if (this.#own.delete(file)) this.#late.delete(file);
  }

  /** @param {string} file */
  #take(file) {
    this.#own.add(file);
    this.#doubted.delete(file);
    const what = `${this.#described(file)} is written each time the program starts`;
    notice(`${what}: that is no reason to start it anew (Return is)`);
  }

  /** Somebody may work on it, whose last save must not be lost: it waits until that stops. @param {string} file @param {boolean} isEachStart */
  #holdBack(file, isEachStart) {
    const isTold = this.#told.has(file);
    this.#told.add(file);
    if (isEachStart && !isTold) this.#trials.set(file, (this.#trials.get(file) ?? 0) + 1);
    this.#doubt(file, "again");
    if (isTold) return;
    const what = `${this.#described(file)} is written ${isEachStart ? "each time the program starts" : "again and again"}`;
    const pause = `${this.#pauseFor(file) / 1000} s`;
    notice(`${what}: the program is started anew when that has stopped for ${pause} (Return does at once)`);
  }

  /** Milliseconds without a save. @param {string} file */
  #pauseFor(file) {
    if (this.#doubted.get(file) !== "again") return QUIET;
    return Math.min(LONGEST_QUIET, LONG_QUIET * 2 ** (this.#trials.get(file) ?? 0));
  }

  /** It is no reason now, but when it is quiet, unless it is the program's, or that is started for another one before. @param {string} file */
  wait(file) {
    if (!this.#own.has(file)) this.#doubt(file, "same");
  }

  /** @param {string} file @param {Doubt} doubt */
  #doubt(file, doubt) {
    const before = this.#doubted.get(file) ?? "same";
    const isLess = DOUBTS.indexOf(doubt) < DOUBTS.indexOf(before);
    this.#doubted.set(file, isLess ? before : doubt);
    clearTimeout(this.#timer);
    const pauses = [...this.#doubted.keys()].map((it) => this.#pauseFor(it));
    this.#timer = setTimeout(() => this.#try(), Math.max(...pauses));
  }

  #try() {
    if (this.#doubted.size === 0) return;
    this.#toTry = new Map(this.#doubted);
    this.#doubted.clear();
    this.#onQuiet(this.#namesOf([...this.#toTry.keys()]));
  }

  /**
   * Something has come that the program went on without: was it started for that very thing already, and has gone without it once
   * more? Then it takes that away itself, or did when it ended, and makes it anew.
   * @param {string | undefined} lacked that, in words; what was there, and could not be loaded until it was saved, is another matter:
   *   that is somebody's save
   * @param {string[]} files which went on without it
   */
  isLackedAgain(lacked, files) {
    const lack = lackOf(lacked, files);
    const isAgain = lack !== "" && lack === this.#lacked;
    const once = `${listed(files)} went on without ${lacked} once more`;
    if (isAgain) notice(`${once}: that is no reason to start the program anew`);
    return isAgain;
  }

  /**
   * What it is started because of. (It is not, while one of them is broken.)
   * @param {string[]} files
   * @param {string} [lacked] what they went on without
   */
  note(files, lacked) {
    this.#toHave = lackOf(lacked, files);
    const toTry = this.#namesOf([...this.#toTry.keys()]);
    if (files.length !== toTry.length || !files.every((file) => toTry.includes(file))) this.#toTry.clear();
  }

  /** Somebody saves something: that is another reason. */
  heard() {
    this.#toTry.clear();
  }

  close() {
    clearTimeout(this.#timer);
    this.#doubted.clear();
  }
}

/** What they lacked, if that is the reason. @param {string | undefined} lacked @param {string[]} files */
const lackOf = (lacked, files) => (lacked ? [lacked, ...files].join("\0") : "");

module.exports = { OwnFiles };
