// @ts-check
"use strict";

// The other loaders in the chain. Our graph loads modules by itself, without asking them, as long as
// there are none; as soon as there may be some, they are asked.

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { OWN } = require("../../commonjs/plain-loader.cjs");
const { inPlaceOf } = require("../../intrinsics.cjs");
const { AS_IT_IS_KEY } = require("../graph/project-file.cjs");
const { flags, isUnderRunner, mocksModules } = require("../../flags.cjs");

/**
 * @typedef {{ url: string, format?: string | null, importAttributes?: Record<string, string> }} Resolved
 * @typedef {{ format?: string | null, source?: string | ArrayBuffer | NodeJS.TypedArray | null }} Loaded
 */

const { registerHooks } = Module;
/** As they are registered: these serve nothing. */
const OWN_HOOKS = new Set(["./modules-hooks.mjs", "./boundary-hooks.mjs"]);
const CONDITIONS = ["node", "import", "module-sync", "node-addons"];
/** What the capturing hooks are asked for: `require` of an ES module takes data:, but no scheme of ours. */
const CAPTURE = "data:text/javascript,//heatsync-rs:";
const NAMES = new Set(["heatsync-rs", "heatsync-rs/register", "heatsync-rs/loader"]);
const OURS = ["index.js", "index.mjs", "runtime/esm/register.cjs", "runtime/esm/loader.cjs"].map((name) =>
  path.join(__dirname, "../../..", name),
);

let hasOthers = mayHaveOthers();
let isAsking = false;
/** Node's own `nextResolve` and `nextLoad`, of the chain as it is now. @type {{ resolve: Function, load: Function } | null} */
let captured = null;

/** Was anything preloaded before us that may have registered hooks? */
function mayHaveOthers() {
  const all = [...flags()];
  const valuesOf = (/** @type {string} */ purpose) =>
    all.flatMap(([p, value]) => (p === purpose ? [value] : []));
  if (valuesOf("loader").some((value) => !isOurs(value))) return true;
  // The runner registers ahead of everything.
  if (isUnderRunner) return false;
  const preloaded = [...valuesOf("require"), ...valuesOf("import")];
  const place = preloaded.findIndex(isOurs);
  const before = place < 0 ? preloaded : preloaded.slice(0, place);
  return before.length > 0 && !require("./harmless-preloads.cjs").areHarmless(before, fileOf);
}

/** @param {string} specifier as on the command line */
function isOurs(specifier) {
  if (isOursBelow(specifier)) return true;
  try {
    return OURS.includes(fileOf(specifier));
  } catch {
    return false;
  }
}

/** What is preloaded by it; throws where it leads nowhere. @param {string} specifier as on the command line */
function fileOf(specifier) {
  const from = Module.createRequire(path.join(process.cwd(), "noop.js"));
  return from.resolve(
    specifier.startsWith("file:") ? require("node:url").fileURLToPath(specifier) : specifier,
  );
}

/**
 * Is it a name of this package, which is below the working directory? So nearly always, and asking Node's resolver takes
 * as long as all else that is done here.
 * @param {string} specifier
 */
function isOursBelow(specifier) {
  if (!NAMES.has(specifier)) return false;
  try {
    const place = path.join(process.cwd(), "node_modules", "heatsync-rs", "package.json");
    return fs.realpathSync(place) === path.join(__dirname, "..", "..", "package.json");
  } catch {
    return false;
  }
}

/**
 * Notices what is registered from now on.
 * @param {() => void} onOther
 */
function watchForOthers(onOther) {
  for (const name of /** @type {const} */ (["register", "registerHooks"])) {
    const register = /** @type {any} */ (Module)[name];
    if (typeof register !== "function") continue;
    /** @this {unknown} @param {any[]} args */
    const noticed = function (...args) {
      const result = Reflect.apply(register, this, args);
      if (args[0]?.[OWN] === true || OWN_HOOKS.has(args[0])) return result;
      hasOthers = true;
      captured = null;
      onOther();
      if (name === "registerHooks") noticeReleases(result);
      return result;
    };
    /** @type {any} */ (Module)[name] = inPlaceOf(noticed, register);
  }
  Module.syncBuiltinESMExports();
  if (mocksModules) watchForMocks(onOther);
}

/**
 * The hooks of `mock.module()` are registered within Node; what it sets next is seen.
 * @param {() => void} onOther
 */
function watchForMocks(onOther) {
  const { mock } = require("node:test");
  /** @type {unknown} */
  let exports;
  Object.defineProperty(mock, "_mockExports", {
    __proto__: null,
    configurable: true,
    get: () => exports,
    set(value) {
      exports = value;
      hasOthers = true;
      captured = null;
      onOther();
    },
  });
}

let noticesReleases = false;

/**
 * Hooks that are taken away are not to be asked any more. The objects are frozen, so it is noticed of all, Node's own included
 * (`mock.module` of node:test).
 * @param {import("node:module").ModuleHooks} hooks
 */
function noticeReleases(hooks) {
  if (noticesReleases) return;
  noticesReleases = true;
  const prototype = Object.getPrototypeOf(hooks);
  const { deregister } = prototype;
  if (typeof deregister !== "function") return;
  const noticed = {
    /** @this {unknown} */
    deregister() {
      captured = null;
      return Reflect.apply(deregister, this, []);
    },
  };
  prototype.deregister = noticed.deregister;
}

/** Where Node has hooks in this thread. */
function capture() {
  /** @type {any} */
  const next = {};
  // Another one each time: Node loads none twice.
  const captureUrl = `${CAPTURE}${++captures}`;
  const asking = {
    // Nobody else's: they serve nothing.
    [OWN]: true,
    /** @type {import("node:module").ResolveHookSync} */
    resolve(specifier, context, nextResolve) {
      if (specifier !== captureUrl) return nextResolve(specifier, context);
      next.resolve = nextResolve;
      return { url: captureUrl, format: "module", shortCircuit: true };
    },
    /** @type {import("node:module").LoadHookSync} */
    load(url, context, nextLoad) {
      if (url !== captureUrl) return nextLoad(url, context);
      next.load = nextLoad;
      return { format: "module", source: "", shortCircuit: true };
    },
  };
  const hooks = registerHooks(asking);
  noticeReleases(hooks);
  try {
    const { compileNatively } = require("../native/bridge.cjs");
    compileNatively(
      `import ${JSON.stringify(captureUrl)}`,
      path.join(process.cwd(), `.heatsync-chain-${captures}.mjs`),
    );
  } finally {
    hooks.deregister();
  }
  return next;
}
let captures = 0;

/** @returns {{ resolve: Function, load: Function }} */
function current() {
  captured ??= capture();
  return /** @type {NonNullable<typeof captured>} */ (captured);
}

/** @template T @param {() => T} question */
function ask(question) {
  const before = isAsking;
  isAsking = true;
  try {
    return question();
  } finally {
    isAsking = before;
  }
}

/**
 * What the whole chain resolves `specifier` to.
 * @param {string} specifier
 * @param {string} parentURL
 * @param {Record<string, string>} importAttributes
 * @returns {Resolved}
 */
function resolve(specifier, parentURL, importAttributes) {
  const { resolve } = current();
  return ask(() => resolve(specifier, { parentURL, importAttributes, conditions: conditions() }));
}

/**
 * What the whole chain but for us makes of `url`.
 * @param {string} url
 * @param {string | null | undefined} format
 * @param {Record<string, string>} [importAttributes]
 * @returns {Loaded}
 */
function load(url, format, importAttributes = {}) {
  const { load } = current();
  // Ours may be among the hooks of another thread, too.
  const context = { format, importAttributes, conditions: conditions(), [AS_IT_IS_KEY]: true };
  return ask(() => load(url, context));
}

const ALIAS = "data:text/javascript,//heatsync-rs alias:";
/** Node 22's synchronous loading accepts no scheme but these, whatever hooks resolve it to. */
const needsAlias = process.versions.node.startsWith("22.");

/**
 * What a bridge writes for a specifier that another loader may know.
 * @param {string} specifier
 */
function aliasOf(specifier) {
  const scheme = /^([a-z][\w+.-]*):/i.exec(specifier)?.[1];
  if (!needsAlias || !scheme || /^(file|node|data|https?)$/.test(scheme)) return specifier;
  return ALIAS + encodeURIComponent(specifier);
}

/** @type {import("node:module").ResolveHookSync} */
function resolveAlias(specifier, context, nextResolve) {
  if (!specifier.startsWith(ALIAS)) return nextResolve(specifier, context);
  return nextResolve(decodeURIComponent(specifier.slice(ALIAS.length)), context);
}

const conditions = () => [...CONDITIONS, ...require("../../flags.cjs").conditions];

module.exports = {
  /** May there be other loaders? */
  get hasOthers() {
    return hasOthers;
  },
  /** Is it us who ask? Then our own hooks stand aside. */
  get isAsking() {
    return isAsking;
  },
  aliasOf,
  load,
  resolve,
  resolveAlias: needsAlias ? resolveAlias : undefined,
  watchForOthers,
};
