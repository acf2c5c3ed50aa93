// @ts-check
"use strict";

// What the runner watches: the files the program has loaded, what they import statically, and files that are no
// modules (`.env`). The engine does the watching, in the runner's process, so that it goes on when the program crashed or
// hangs.

const path = require("node:path");
const native = require("../../native/load.cjs");
const { isFile } = require("../file-state.cjs");
const { anywhere } = require("../globs.cjs");
const { takeNews } = require("../session/news.cjs");
const { isSyntax, notice } = require("../report.cjs");
const { Broken, Seen } = require("./as-they-were.cjs");
const { Configs, configsAround, isManifest } = require("./configs.cjs");
const { LEFT_OUT } = require("./left-out.cjs");
const { TAKES_A_RESTART } = require("./link.cjs");
const { TICK, isYounger, textOf } = require("./on-disk.cjs");
const { OwnFiles } = require("./own-files.cjs");
const { TakenAway } = require("./taken-away.cjs");
const { Taught } = require("./taught.cjs");
const { isTypeScript } = require("../typescript-file.cjs");
const { watchOptions } = require("../watch-options.cjs");

/**
 * @typedef {import("../../native/addon").JsProblem} Problem
 * @typedef {{ files: string[], problems: Problem[], isPlain: boolean, isAsked?: boolean }} Change isPlain: of files that are no modules;
 *   isAsked: the program has asked for a new start itself
 */

/** Milliseconds without a further report after which what was reported is watched: the program's start comes first. */
const QUIET = 30;
/** Milliseconds the first report waits at most. */
const AT_MOST = 300;
/** Milliseconds in which a program may write files that it does not load then, as it does at each start. Few people save five starts in a row so fast. */
const START = 2000;

class Files {
  #onChange;
  #isRunning;
  /** A file that is not there, and imports all others: one boundary, however many files there are. */
  #root;
  #entry;
  #session;
  /** @type {Set<string>} */
  #linked = new Set();
  #taught = new Taught();
  /** The program may have module hooks, which make something else of whatever they like. */
  #isHooked = false;
  /** What this run of the program has loaded, and when it said so. @type {Map<string, number>} */
  #reported = new Map();
  /** What the one before had. @type {Map<string, number>} */
  #before = new Map();
  #since = 0;
  #startedAt = 0;
  /** When the program had crashed, and what was in files then that may be its own. */
  #ended = { at: 0, texts: /** @type {Map<string, string | null>} */ (new Map()) };
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #triggers = 0;
  /** The trigger that is set while a crashed program waits. */
  #awaiting = 0;
  /** What files that are no modules held: saved unchanged, they have not changed. @type {Map<string, string | null>} */
  #texts = new Map();
  #seen = new Seen();
  #configs = new Configs();
  #broken = new Broken();
  /** What was saved after the program began and before it was watched may be the program's. */
  #own = new OwnFiles((files) => {
    const isAsked = files.some((file) => this.#asked.has(file));
    this.#onChange({ files, problems: this.problems(files), isPlain: false, isAsked });
  });
  #takenAway = new TakenAway((files) => {
    this.#onChange({ files, problems: this.problems(files), isPlain: false });
  });
  /** Because of these the program has asked for a new start, and was not given it. @type {Set<string>} */
  #asked = new Set();
  #isOpen = true;

  /**
   * @param {string} entry
   * @param {string} cwd
   * @param {(change: Change) => void} onChange
   * @param {() => boolean} isRunning the program says itself what is wrong with a tsconfig, and what it has loaded
   */
  constructor(entry, cwd, onChange, isRunning) {
    this.#onChange = onChange;
    this.#isRunning = isRunning;
    this.#entry = entry;
    this.#root = path.join(cwd, ".heatsync-runner");
    const tell = (/** @type {string} */ text) => {
      const [, file] = TAKES_A_RESTART.exec(text) ?? [];
      if (file) {
        if (!this.#seen.hasRead(file)) onChange({ files: [file], problems: [], isPlain: true });
      } else if (!isRunning() || !/ is not taken, /.test(text)) notice(text);
    };
    this.#session = new native.Session(watchOptions(), () => this.#wake(), tell);
    this.#session.addBoundaries([this.#root], true, true);
  }

  /**
   * Calls back when a file that matches changes, comes or goes.
   * @param {string} root what relative patterns are relative to
   * @param {string[]} patterns files, folders, globs
   * @param {number} startedAt by the clock of files: what is younger has changed
   * @param {string[]} [ignored]
   * @returns {number} to take it back by
   */
  watchPlain(root, patterns, startedAt, ignored = LEFT_OUT) {
    this.#session.addTrigger(
      ++this.#triggers,
      this.#root,
      root,
      patterns,
      anywhere(ignored),
      startedAt - TICK,
    );
    // An answer of the engine's thread: from here on it watches.
    native.watchStatus();
    for (const file of patterns.map((pattern) => path.resolve(root, pattern)).filter(isFile)) {
      const text = textOf(file);
      // The engine has found those that are younger.
      if (!isYounger(file, startedAt)) this.#texts.set(file, text);
    }
    return this.#triggers;
  }

  /**
   * A run of the program begins: what it loads takes the place of what the last one had loaded.
   * @param {number} startedAt by the clock of files
   */
  begin(startedAt) {
    this.#startedAt = startedAt;
    this.#seen.begin(startedAt);
    this.#own.begin();
    this.#takenAway.begin(startedAt);
    this.#asked.clear();
    this.#isHooked = false;
    this.#before = this.#reported;
    this.#reported = new Map([[this.#entry, 0]]);
    if (this.#awaiting) this.#session.removeTrigger(this.#awaiting);
    this.#awaiting = 0;
    this.#schedule();
  }

  /**
   * @param {string[]} files what the program says it has loaded
   * @param {string[] | null} taught those of them of which a require hook makes something else; null: it has not come to say so
   * @param {boolean} isHooked there may be module hooks
   */
  add(files, taught, isHooked) {
    this.#isHooked = isHooked;
    this.#taught.note(files, taught);
    for (const file of files) if (!this.#reported.has(file)) this.#reported.set(file, Date.now());
    for (const file of files) {
      const isNew = isYounger(file, this.#startedAt);
      // The program may have been started because of it within the tick of a file system's clock.
      if (isNew !== undefined) this.#takenAway.loaded(file, !isNew || this.#seen.hasRead(file));
    }
    this.#schedule();
  }

  #schedule() {
    const now = performance.now();
    if (!this.#timer) this.#since = now;
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET, this.#since + AT_MOST - now));
    this.#timer = setTimeout(() => this.settle(), wait);
  }

  /**
   * Watches what has been reported. A file that was saved after the program began and before it is watched counts as changed:
   * nobody knows which text the program has read.
   * @param {{ crash?: import("./link.cjs").Crash, keep?: boolean }} [options] crash: what would mend it is watched, too; keep: what
   *   was watched before stays
   */
  settle({ crash, keep = false } = {}) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const missing = keep ? this.#missing(crash) : [];
    const before = keep ? this.#linked : [];
    const wanted = new Set([...this.#reported.keys(), ...missing, ...this.#takenAway.gone, ...before]);
    const fresh = [...wanted].filter((file) => !this.#linked.has(file));
    if (fresh.length > 0 || wanted.size !== this.#linked.size) {
      // Read before they are watched: the engine compares when the watch begins.
      for (const file of fresh) this.#session.loading(file, false);
      this.#linked = wanted;
      this.#session.link([[this.#root, [...wanted]]]);
    }
    const early = this.#configs.fresh(fresh).filter((file) => isYounger(file, this.#startedAt));
    const manifests = early.filter(isManifest);
    const isReconfigured = early.length > manifests.length;
    const isLate = (/** @type {string} */ file) =>
      isYounger(file, this.#startedAt) || (isReconfigured && isTypeScript(file));
    const late = [...fresh.filter(isLate), ...manifests.filter((file) => !fresh.includes(file))].filter(
      (file) => !this.#seen.hasRead(file) && !this.#isOwn(file),
    );
    if (keep) this.#awaitPlain(crash?.unread);
    if (late.length > 0) this.#changed({ files: late, problems: this.problems(late), isPlain: false });
  }

  /** What would mend a program that has ended. @param {import("./link.cjs").Crash} [crash] undefined: it may have caught the error that says so */
  #missing(crash) {
    return crash
      ? [...crash.missing, ...native.installation(...crash.lacked)]
      : this.#session.lacking([...this.#reported.keys()]);
  }

  /**
   * What has crashed may be mended by its package.json or its tsconfig, by whatever they say, also by one that is yet to come.
   * @param {string[]} [unread] what it was to read, and is not there
   */
  #awaitPlain(unread = []) {
    if (this.#awaiting) return;
    const folder = path.dirname(this.#root);
    const files = new Set([...configsAround(this.#entry, folder), ...unread]);
    this.#awaiting = this.watchPlain(folder, [...files], this.#startedAt);
  }

  /**
   * Was it watched for the program's last run, and saved in this one before that has told of it, or, if it has crashed, before it had?
   * @param {string} file
   */
  #isEarly(file) {
    const { at, texts } = this.#ended;
    // The clock of files is a few milliseconds behind, and what is saved just after the end is never to be lost.
    if (!this.#isRunning() && texts.has(file)) return texts.get(file) === textOf(file);
    const until = this.#isRunning() ? (this.#reported.get(file) ?? Infinity) : at;
    return isYounger(file, this.#startedAt) && !isYounger(file, until);
  }

  /** The program has crashed. */
  ended() {
    const texts = new Map(this.#own.suspects.map((file) => [file, textOf(file)]));
    this.#ended = { at: Date.now(), texts };
  }

  /** Has the program that has crashed saved it itself? @param {string} file */
  isOfCrashed(file) {
    return this.#isEarly(file) && this.#isOwn(file);
  }

  /** Has the program just begun, or was it saved before that has crashed? @param {string} file no module */
  #isOfStart(file) {
    return this.#isRunning() ? this.#isOfBeginning(file) : this.#isEarly(file);
  }

  /** Has the program that runs just begun, or does it go on with what it has written since it has? @param {string} file */
  #isOfBeginning(file) {
    return Date.now() - this.#startedAt < START || this.#own.goesOn(file);
  }

  /** Is it no reason to start the program anew, or none for now? @param {string} file that is watched */
  #isHeldBack(file) {
    if (this.#isRunning() && this.#takenAway.isHeldBack(file)) return true;
    if (this.#isEarly(file)) return this.#isOwn(file);
    if (!this.#isRunning()) return false;
    // It takes it away, too, however late.
    if (this.#own.isPrograms(file) && this.#takenAway.hasCome(file) && !isFile(file)) return true;
    if (this.#seen.isAsItWas(file)) {
      // Undone, most likely, and the program has read it so: it is looked at once nobody saves anything.
      this.#own.wait(file);
      return true;
    }
    if (this.#isOfBeginning(file)) {
      // Of what is there somebody may have made it just now, and may save it once more.
      const isTemporary = this.#isNew(file) && !isFile(file);
      return this.#own.isOwn(file, false, isTemporary, true);
    }
    this.#own.noteOther(file);
    return false;
  }

  /**
   * The program asks for a new start. Has it saved all of these itself, as it does at each?
   * @param {string[]} files
   */
  areOwn(files) {
    if (!this.#isRunning()) return false;
    const isSaved = (/** @type {string} */ file) =>
      isYounger(file, this.#startedAt) && !this.#seen.isAsItWas(file) && this.#isOfBeginning(file);
    const own = files.filter((file) => isSaved(file) && this.#own.isOwn(file, false, false, true));
    if (own.length === 0 || own.length < files.length) return false;
    for (const file of own) this.#asked.add(file);
    return true;
  }

  /** The program asks for a new start since these are not there any more. Has it taken them away itself? @param {string[]} files */
  areTakenAway(files) {
    return this.#isRunning() && files.every((file) => this.#takenAway.isLeftAlone(file));
  }

  /**
   * We have seen these change, and they are not there any more. Were they gone by the time the program said that it has loaded them? It was started
   * because such a one went, say, and has made it anew, under our eyes this time.
   * @param {string[]} files
   */
  arePassing(files) {
    return files.every((file) => this.#reported.has(file) && this.#takenAway.isPassing(file));
  }

  /** Because of these the program is about to be started anew. @param {string[]} files @param {string} [lacked] what they went on without */
  note(files, lacked) {
    for (const file of files) this.#takenAway.note(file, this.#seen.note(file) === null);
    this.#takenAway.startsFor(files);
    this.#own.note(files, lacked);
    native.holdConfigs();
  }

  /** It was saved while the program started: by the program itself? @param {string} file */
  #isOwn(file) {
    return this.#own.isOwn(file, this.#seen.isAsItWas(file), this.#isNew(file));
  }

  /** Has it come in this start, and has the program loaded it, and not in the one before? @param {string} file */
  #isNew(file) {
    return this.#reported.has(file) && !this.#before.has(file) && this.#takenAway.hasCome(file);
  }

  /** @param {string | undefined} lacked @param {string[]} files */
  isLackedAgain(lacked, files) {
    return this.#own.isLackedAgain(lacked, files);
  }

  #wake() {
    // The triggers first: asking for the update is what the engine counts on (engine/examination.rs).
    this.#takeTriggers();
    this.#takeUpdate();
  }

  #takeTriggers() {
    const triggered = this.#session.takeTriggers().flatMap((it) => it.files);
    const files = triggered.filter((file) => {
      // The program runs it, whoever else names it: the update says what is wrong, and undone it is no news.
      const isReported = this.#reported.has(file) && !this.#taught.has(file);
      const problems = this.#isHooked ? [] : this.problems([file], isReported ? [file] : []);
      if (problems.some(isSyntax)) return false;
      const text = textOf(file);
      const isNews = this.#texts.get(file) !== text;
      this.#texts.set(file, text);
      if (!isNews || this.#isOfStart(file)) return isNews && !this.#isOwn(file);
      this.#own.noteOther(file);
      return true;
    });
    if (files.length > 0) this.#changed({ files, problems: [], isPlain: true });
  }

  /** @param {Change} change */
  #changed(change) {
    this.#own.heard();
    this.#onChange(change);
  }

  #takeUpdate() {
    const { update } = takeNews(this.#session);
    if (!update) return;
    const modules = update.groups.flatMap((group) => group.modules);
    for (const { file, changed, missing } of modules) if (changed) this.#takenAway.note(file, missing);
    // For what does not parse nothing is started anew: undone, it is what the program has loaded.
    const found = [...update.problems, ...this.#problemsOfJson(modules)];
    const problems = found.filter(({ file }) => !file || !this.#taught.has(file));
    const broken = new Set(problems.filter(isSyntax).map(({ file }) => file));
    const hasMore = this.#session.finishUpdate(
      update.id,
      update.groups.map(({ modules: members }) => !members.some(({ file }) => broken.has(file))),
    );
    if (hasMore) setImmediate(() => this.#isOpen && this.#wake());
    // The program may have heard of a save before us, and have asked for its new start. What a tsconfig has changed looks
    // as it did.
    const isNews = (/** @type {import("../../native/addon").JsModule} */ { file, reconfigured }) =>
      reconfigured || !this.#seen.hasRead(file);
    const files = modules
      .filter((module) => module.changed && module.file !== this.#root && isNews(module))
      .map(({ file }) => file)
      .filter((file) => !this.#broken.isToldOf(file, broken.has(file)))
      .filter((file) => !this.#isHeldBack(file));
    if (files.length > 0) this.#changed({ files, problems, isPlain: false });
  }

  /** The engine leaves it to who evaluates it. @param {import("../../native/addon").JsModule[]} modules */
  #problemsOfJson(modules) {
    const json = modules.filter(({ changed, format, missing }) => changed && format === "json" && !missing);
    return json.flatMap(({ file }) => this.#session.problems(file));
  }

  /**
   * What is wrong with files that the program has loaded; others need not be a program's.
   * @param {string[]} files
   * @param {string[]} [loaded] those of them of which the program has just said so, and of which no require hook makes something else
   * @returns {Problem[]}
   */
  problems(files, loaded = []) {
    const isWatched = (/** @type {string} */ file) => this.#linked.has(file) && !this.#taught.has(file);
    const judged = files.filter((file) => loaded.includes(file) || isWatched(file));
    return judged.flatMap((file) => this.#session.problems(file));
  }

  /** What is wrong with files of a program that does not answer, and may have told nothing of them. @param {string[]} files */
  problemsUnanswered(files) {
    const unsaid = files.filter((file) => this.#taught.isUnsaid(file));
    return this.problems(files, unsaid);
  }

  close() {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#own.close();
    this.#takenAway.close();
    this.#session.close();
  }
}

module.exports = { Files };
