// @ts-check

// What people read. Pure.

import { isInPlace } from "./model.mjs";

/** @typedef {import("../runtime/inspect/wire").WireModule} WireModule */
/** @typedef {import("../runtime/inspect/wire").WireEntry} WireEntry */
/** @typedef {import("../runtime/inspect/wire").WireProgram} WireProgram */
/** @typedef {import("./model.mjs").Model} Model */

/**
 * What a change of a module comes to, in a word, and as a class of the style sheet.
 * @param {Pick<WireModule, "change">} module
 * @returns {{ tone: "live" | "restart" | "bad" | "plain", word: string, sign: string }}
 */
export function statusOf({ change }) {
  if (isInPlace(change)) return { tone: "live", word: "reloads in place", sign: "●" };
  if (change.kind === "declined") return { tone: "bad", word: "declined", sign: "■" };
  if (change.kind === "plain") return { tone: "plain", word: "nobody reloads it", sign: "○" };
  return { tone: "restart", word: "needs a full reload", sign: "▲" };
}

/**
 * Small remarks on a module.
 * @param {WireModule} module
 * @returns {{ text: string, title: string }[]}
 */
export function badgesOf(module) {
  const all = [
    module.thread !== undefined && {
      text: `worker ${module.thread}`,
      title: "in a worker thread, which has modules of its own",
    },
    module.isRoot && { text: "root", title: "imported from outside: the entry point, or by a package" },
    module.isBoundary && { text: "boundary", title: "its importers get the newest version by import()" },
    module.isSynced && { text: "synced", title: "loaded by sync.require, sync.import or hmr" },
    module.acceptsItself && { text: "accepts itself", title: "import.meta.hot.accept()" },
    module.accepts.length > 0 && {
      text: `accepts ${module.accepts.length}`,
      title: module.accepts.join(", "),
    },
    module.isDeclined && { text: "declines", title: "import.meta.hot.decline()" },
    module.cycle !== undefined && {
      text: "in a cycle",
      title: "evaluated together with the cycle's members, where that is accepted",
    },
    module.format !== "module" && { text: { commonjs: "CommonJS", json: "JSON" }[module.format], title: "" },
    module.version > 0 && { text: `version ${module.version}`, title: "evaluated anew so often" },
  ];
  return all.flatMap((it) => it || []);
}

/**
 * Why a change of this module would, or would not, need a full reload.
 * @param {Model} model
 * @param {WireModule} module
 * @returns {{ verdict: string, why: string, advice: string }}
 */
export function explain(model, module) {
  const { kind, way } = module.change;
  const reload = model.program.hasRunner ? "restarts the program" : "needs a restart";
  const [first] = way;
  const above = way.at(-2);
  switch (kind) {
    case "accepted": {
      const { told } = model.wouldRun(module);
      const why = module.acceptsItself
        ? "It accepts itself."
        : told.length > 0
          ? `Accepted by ${list(told)}.`
          : "What imports it accepts itself.";
      return { verdict: "A change is applied in place.", why, advice: "" };
    }
    case "boundary":
      return {
        verdict: "A change is applied in place.",
        why: module.isBoundary
          ? "It is a boundary: its importers get the new version by their next import()."
          : "Every way to it crosses a boundary; the next import() of that loads it anew.",
        advice: "",
      };
    case "synced":
      return {
        verdict: "A change is applied in place.",
        why: module.isSynced
          ? "sync.require, sync.import or hmr keeps it up to date."
          : "A module that sync.require, sync.import or hmr keeps up to date uses it.",
        advice: "",
      };
    case "declined":
      return {
        verdict: `A change ${reload}.`,
        why:
          first === module.name ? "It declined updates." : `${first} would be evaluated anew, and declined.`,
        advice: `${first} calls import.meta.hot.decline().`,
      };
    case "fixed":
      return {
        verdict: `A change ${reload}.`,
        why: `${first} imports the boundary ${way[1]} statically, so that it can't get another version of it.`,
        advice: `In ${first}, import it where it is needed: await import(…, { with: { hot: "true" } }).`,
      };
    default:
      if (above === undefined) {
        return {
          verdict: `A change ${reload}.`,
          why: "It is where the program begins, or imported from outside: nobody is there to accept it.",
          advice: kind === "plain" ? "" : "It can accept itself: import.meta.hot?.accept().",
        };
      }
      return {
        verdict: `A change ${reload}.`,
        why: `On the way from ${first} to it nobody takes care of its changes.`,
        advice:
          kind === "plain"
            ? `Load it, or what is above it, by sync.require() of require("heatsync-rs").`
            : `It can accept itself, import.meta.hot?.accept(), or ${above} can accept it, import.meta.hot?.accept("…").`,
      };
  }
}

/**
 * @param {WireEntry} entry
 * @returns {{ tone: "live" | "restart" | "bad" | "plain", word: string }}
 */
export function outcomeOf({ type, evaluated, acceptedBy }) {
  switch (type) {
    case "accepted":
      return { tone: "live", word: evaluated.length + acceptedBy.length > 0 ? "live" : "next import()" };
    case "declined":
      return { tone: "restart", word: "declined" };
    case "unaccepted":
      return { tone: "restart", word: "full reload" };
    case "linkError":
      return { tone: "bad", word: "not updated" };
    case "evaluationError":
      return { tone: "bad", word: "threw" };
    case "fatalError":
      return { tone: "bad", word: "dispose failed" };
    case "handlerError":
      return { tone: "bad", word: "handler threw" };
    case "broken":
      return { tone: "bad", word: "not restarted" };
    case "crashed":
      return { tone: "bad", word: "crashed" };
    case "restarted":
      return { tone: "restart", word: "restart" };
    case "started":
      return { tone: "plain", word: "started" };
    default:
      return { tone: "plain", word: type };
  }
}

/** One sentence, for screen readers. @param {WireEntry} entry */
export function sentenceOf(entry) {
  const { word } = outcomeOf(entry);
  const { files, milliseconds, evaluated, error } = entry;
  return [
    files.length > 0 ? `${list(files)}: ${word}` : word,
    evaluated.length > 0 ? `${evaluated.length} evaluated` : "",
    milliseconds === undefined ? "" : `in ${duration(milliseconds)}`,
    error ? `${error.name}: ${error.message.split("\n")[0]}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/** @param {WireProgram["state"] | "lost"} state */
export const stateWord = (state) =>
  ({
    running: "running",
    restarting: "restarting",
    waiting: "crashed, waiting for a change",
    ended: "ended",
    lost: "no connection, trying again",
  })[state];

/** At most three of them. @param {string[]} names */
function list(names) {
  if (names.length <= 3) return names.join(", ");
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

/** @param {number} count @param {string} one @param {string} many */
export const some = (count, one, many = `${one}s`) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
