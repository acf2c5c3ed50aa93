// @ts-check
"use strict";

// The hooks of `module.register` and `--loader`, on their own thread: Node 20's only way. They make the
// text of facades; where it is evaluated, the runtime is loaded and does the rest.

const fs = require("node:fs");
const Module = require("node:module");
const startup = require("../startup.cjs");

startup.openHead();
startup.openBundle(true);
/** @type {typeof import("../../native/load.cjs")} */
const addon = startup.load("../native/load.cjs");
/** @type {typeof import("../boundaries/native-boundary.cjs")} */
const { standIn } = startup.load("boundaries/native-boundary.cjs");
/** @type {typeof import("../commonjs/named-anew.cjs")} */
const { importedAnew } = startup.load("commonjs/named-anew.cjs");
/** @type {typeof import("../file-state.cjs")} */
const { stateOf } = startup.load("file-state.cjs");
/** @type {typeof import("../flags.cjs")} */
const { conditions, defaultsToModule, refusal } = startup.load("flags.cjs");
/** @type {typeof import("./hooks/chain.cjs")} */
const chain = startup.load("esm/hooks/chain.cjs");
/** @type {typeof import("./namespace/facade-text.cjs")} */
const { facadeText } = startup.load("esm/namespace/facade-text.cjs");
/** @type {typeof import("./native/internal-source.cjs")} */
const { asInternal } = startup.load("esm/native/internal-source.cjs");
/** @type {typeof import("../typescript.cjs")} */
const { importedModule, projectFile, resolveUntold } = startup.load("typescript.cjs");
/** @type {typeof import("../typescript-file.cjs")} */
const { isTypeScript } = startup.load("typescript-file.cjs");
/** @type {typeof import("./graph/project-file.cjs")} */
const { AS_IT_IS, AS_IT_IS_KEY, markOf, options, projectCommonJs, projectModule } = startup.load(
  "esm/graph/project-file.cjs",
);
/** @type {typeof import("./hooks/kept-by-node.cjs")} */
const { insteadOfKept } = startup.load("esm/hooks/kept-by-node.cjs");
/** @type {typeof import("./hooks/served-plainly.cjs")} */
const { isServedPlainly, isTextOf } = startup.load("esm/hooks/served-plainly.cjs");
/** @type {typeof import("./hooks/survey.cjs")} */
const { survey } = startup.load("esm/hooks/survey.cjs");

/** In stacks, a frame of ours. */
const loader = new addon.EsmLoader(conditions);
/** Options for the thread of the program. @type {{ silent?: boolean, teardown?: boolean, ignore?: string[] }} */
const forProgram = {};

/** Are whole graphs looked at? */
let isDeep = false;

/** May there be other loaders? */
let hasOthers = chain.hasOthers;
/** By a program's thread, which knows what was preloaded; by `--loader` nobody does. */
let isToldOfOthers = false;
/** @type {any} */
let askChain = null;
/** Newer ones can ask the chain in the program's thread. */
const mustFindOut = !("registerHooks" in Module);

/**
 * For what Node imports. One for each thread that has registered us, and how much it was told: to look whether a port has something takes
 * longer, and is in the way of each save. `told`: since it has looked last, who imports what, and calls it how. A program may do so for each
 * request, and what nobody has looked at is kept.
 * @typedef {{ port: MessagePort, tally: Int32Array, looked: number, told: Map<string, string> }} Thread
 */
/** @type {Thread[]} */
const threads = [];
/** For files of the project that are left to Node. @type {import("node:worker_threads").MessagePort[]} */
const losers = [];

/** @typedef {import("node:worker_threads").MessagePort} MessagePort */
/** @param {import("../../loader").LoaderOptions & { others?: boolean, tell?: MessagePort, tally?: Int32Array, lose?: MessagePort }} [data] */
function initialize({ silent = false, teardown = false, ignore, others, tell, tally, lose } = {}) {
  if (others !== undefined) {
    hasOthers = others || (isToldOfOthers && hasOthers);
    isToldOfOthers = true;
  }
  if (tell && tally) threads.push({ port: tell, tally, looked: 0, told: new Map() });
  if (lose) losers.push(lose);
  if (teardown) forProgram.teardown = true;
  if (silent) forProgram.silent = true;
  if (!ignore) return;
  options.ignore = ignore;
  forProgram.ignore = [ignore.source, ignore.flags];
}

/** @type {import("node:module").LoadHook} */
async function load(url, context, nextLoad) {
  const boundary = standIn(url);
  if (boundary) return boundary;
  // The program's thread has found something wrong: Node is to find it before it evaluates anything.
  if (url.endsWith(AS_IT_IS) && !markOf(url)) isDeep = true;
  // What Node links to say what is wrong: of TypeScript, what we make of it.
  const copied = markOf(url) && projectFile(url);
  if (copied && !hasOthers) return importedModule(copied);
  if (url.endsWith(AS_IT_IS)) return told(nextLoad(url.slice(0, -(markOf(url) || AS_IT_IS).length), context));
  if (AS_IT_IS_KEY in context) return told(nextLoad(url, context));
  const file = projectModule(loader, url, context);
  const compiled = file ? null : projectCommonJs(loader, url);
  if (!file && !compiled) return told(nextLoad(url, context));
  const state = file && hasOthers ? stateOf(file) : "";
  // Ours may be in the chain more than once, to come first.
  const asked = hasOthers ? { ...context, [AS_IT_IS_KEY]: true } : context;
  const loaded = await loadedByOthers(url, asked, nextLoad);
  // Node's CommonJS loader compiles it, by the handler of its extension.
  if (!file) return { format: "commonjs", source: undefined, shortCircuit: true };
  // Another loader serves something else than the file: it is native.
  if (loaded.format !== "module" || (loaded.source != null && !isTextOf(file, loaded.source)))
    return lost(file, state, loaded);
  const others = { resolve: askChain, load: nextLoad };
  const isPlain = isTypeScript(file) || !mustFindOut || !hasOthers;
  if (!isPlain && !(await isServedPlainly(loader, file, url, others))) return lost(file, state, loaded);
  // What is wrong with TypeScript is said where it is evaluated: Node has no words for it.
  const found =
    survey(loader, file, url, isDeep) ?? (isTypeScript(file) && { variables: [], stars: [], mayWait: false });
  if (!found) return loaded;
  const { variables, stars } = found;
  const names = variables.map((variable) => variable.names);
  const given = [url, names, forProgram].map((value) => JSON.stringify(value)).join();
  const host = `process.getBuiltinModule("module").createRequire(${JSON.stringify(__filename)})("./hooks/enter.cjs")(${given})`;
  const source = facadeText({ host, self: url, enter: "may wait", variables, stars });
  facades.add(url);
  return { format: "module", source: asInternal(source, url), shortCircuit: true };
}

/**
 * A save of it will change nothing, which the program's threads are to say.
 * @template T
 * @param {string} file
 * @param {string} state of it before it was loaded: it may be saved before they hear of it
 * @param {T} loaded
 */
function lost(file, state, loaded) {
  for (const thread of losers) thread.postMessage([file, state]);
  return loaded;
}

/** What Node has been given facades for. @type {Set<string>} */
const facades = new Set();

/**
 * What is wrong is Node's to say, or another loader's; the error's stack is a text when it leaves this thread.
 * @template T
 * @param {T | Promise<T>} answer
 */
async function told(answer) {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Error) || typeof error.stack !== "string") throw error;
    const lines = error.stack.split("\n").filter((line) => !startup.isOwnLine(line));
    error.stack = lines.join("\n");
    throw error;
  }
}

/** @type {import("node:module").LoadHook} */
async function loadedByOthers(url, context, nextLoad) {
  try {
    const loaded = await told(nextLoad(url, context));
    return loaded.format === "module-typescript" ? { ...loaded, format: "module" } : loaded;
  } catch (error) {
    // Nobody else compiles TypeScript.
    if (/** @type {any} */ (error).code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
    return { format: "module", source: undefined };
  }
}

/** @type {import("node:module").ResolveHook} */
async function resolve(specifier, context, nextResolve) {
  const mark = markOf(context.parentURL);
  if (mark) {
    const parentURL = /** @type {string} */ (context.parentURL).slice(0, -mark.length);
    const resolved = await resolve(specifier, { ...context, parentURL }, nextResolve);
    return projectModule(loader, resolved.url, resolved)
      ? { ...resolved, url: resolved.url + mark }
      : resolved;
  }
  const url =
    resolveUntold(specifier, context) ?? (hasOthers ? null : importedAnew(loader, specifier, context));
  if (url) return given(specifier, context, { url, shortCircuit: true });
  // A facade imports itself; what links lead to, and what other loaders put around a module, is another one.
  if (specifier === context.parentURL && facades.has(specifier))
    return { url: specifier, shortCircuit: true };
  const resolved = await told(nextResolve(specifier, context));
  // Of a call that has ended, whose context is nobody's any more.
  askChain = nextResolve;
  return given(specifier, context, resolved);
}

/**
 * The program's threads are told who imports what.
 * @param {string} specifier
 * @param {import("node:module").ResolveHookContext} context
 * @param {import("node:module").ResolveFnOutput} resolved
 */
function given(specifier, context, resolved) {
  const { parentURL: from } = context;
  if (threads.length > 0 && from !== resolved.url && isOfProject(resolved.url)) {
    for (const thread of threads) tellOf(thread, from, specifier, resolved.url);
  }
  // With `--experimental-default-type=module` Node asks here for what CommonJS requires, too.
  const isImported = !hasOthers && !defaultsToModule;
  return (isImported && insteadOfKept(loader, specifier, context, resolved.url)) || resolved;
}

/** @param {Thread} thread @param {string | undefined} from @param {string} specifier @param {string} url */
function tellOf(thread, from, specifier, url) {
  const { port, tally, told } = thread;
  const looked = Atomics.load(tally, 1);
  if (looked !== thread.looked) told.clear();
  thread.looked = looked;
  const key = `${from ?? ""} ${url}`;
  if (told.get(key) === specifier) return;
  told.set(key, specifier);
  port.postMessage({ from, specifier, url });
  Atomics.add(tally, 0, 1);
}

/** @param {string} url */
const isOfProject = (url) => url.startsWith("file:") && !url.includes("/node_modules/");

// By `--loader` nothing of ours has said it in the program's thread.
if (refusal) fs.writeSync(2, `[heatsync] ${refusal}\n`);

// Written out: Node reads the names in the text.
module.exports = { initialize, load, resolve };
if (refusal) Object.assign(module.exports, { initialize: undefined, load: undefined, resolve: undefined });

//# sourceURL=node:heatsync-rs/esm/loader.cjs
