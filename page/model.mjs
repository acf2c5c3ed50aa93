// @ts-check

// What the program has told, and what follows from it. Pure: no DOM, so that tests need no browser.

/** @typedef {import("../runtime/inspect/wire").WireModule} WireModule */
/** @typedef {import("../runtime/inspect/wire").WirePatch} WirePatch */
/** @typedef {import("../runtime/inspect/wire").WireState} WireState */
/** @typedef {import("../runtime/inspect/wire").WireEntry} WireEntry */
/** @typedef {import("../runtime/inspect/wire").Change} Change */
/** @typedef {import("../runtime/inspect/wire").WireProgram} WireProgram */

/** Entries that are kept. */
const KEPT = 200;

const IN_PLACE = new Set(["accepted", "boundary", "synced"]);

/** Is a change applied without a restart? @param {Change} change */
export const isInPlace = ({ kind }) => IN_PLACE.has(kind);

export class Model {
  /** @type {WireProgram} */
  program;
  /** @type {Map<string, WireModule>} */
  modules = new Map();
  /** Newest last. @type {WireEntry[]} */
  entries;
  /** Who imports it, in whatever way. @type {Map<string, string[]>} */
  importers = new Map();

  /** @param {WireState} state */
  constructor({ program, modules, entries }) {
    this.program = program;
    this.entries = entries;
    this.patch({ set: modules, gone: [] });
  }

  /** @param {WirePatch} patch */
  patch({ set, gone }) {
    for (const name of gone) this.modules.delete(name);
    for (const module of set) this.modules.set(module.name, module);
    this.importers = new Map();
    for (const module of this.modules.values()) {
      for (const name of importsOf(module)) {
        const list = this.importers.get(name);
        if (list) list.push(module.name);
        else this.importers.set(name, [module.name]);
      }
    }
  }

  /** @param {WireEntry} entry */
  entry(entry) {
    this.entries.push(entry);
    if (this.entries.length > KEPT) this.entries.shift();
  }

  /** @param {string} name @returns {WireModule[]} */
  importersOf(name) {
    return this.#known(this.importers.get(name) ?? []);
  }

  /** @param {Iterable<string>} names */
  #known(names) {
    return [...names].flatMap((name) => this.modules.get(name) ?? []);
  }

  /** The members of the import cycle it is in, itself included. @param {WireModule} module */
  cycleOf({ cycle }) {
    return cycle === undefined ? [] : [...this.modules.values()].filter((it) => it.cycle === cycle);
  }

  /** Itself, all it leads to, and all that leads to it. @param {string} name @returns {Set<string>} */
  around(name) {
    const down = this.#reached(name, (module) => importsOf(module));
    const up = this.#reached(name, (module) => this.importers.get(module.name) ?? []);
    return new Set([...down, ...up]);
  }

  /** @param {string} name @param {(module: WireModule) => Iterable<string>} next */
  #reached(name, next) {
    const reached = new Set([name]);
    for (const at of reached) {
      const module = this.modules.get(at);
      for (const other of module ? next(module) : []) if (this.modules.has(other)) reached.add(other);
    }
    return reached;
  }

  /**
   * What a change would evaluate, and who would be told, by `accept` handlers: the rules of src/graph/hot.rs for one
   * change.
   * @param {WireModule} module
   * @returns {{ evaluated: string[], told: string[] }}
   */
  wouldRun(module) {
    const together = this.#walk(module, isSameCycle);
    // What would be refused walks within the cycle as it does elsewhere.
    return this.#isRefused(together.evaluated)
      ? this.#walk(module, (importer, at) => importer.name === at.name)
      : together;
  }

  /**
   * @param {WireModule} module
   * @param {typeof isSameCycle} isWithin is the importer evaluated with it?
   */
  #walk(module, isWithin) {
    const evaluated = new Set([module.name]);
    const told = new Set();
    for (const name of evaluated) {
      const at = this.modules.get(name);
      if (!at) continue;
      for (const member of this.cycleOf(at)) if (isWithin(member, at)) evaluated.add(member.name);
      if (at.acceptsItself) continue;
      for (const importer of this.importersOf(name)) {
        if (isWithin(importer, at)) continue;
        if (importer.accepts.includes(name)) told.add(importer.name);
        else evaluated.add(importer.name);
      }
    }
    return { evaluated: [...evaluated], told: [...told].filter((name) => !evaluated.has(name)) };
  }

  /** @param {string[]} evaluated */
  #isRefused(evaluated) {
    return this.#known(evaluated).some((module) => {
      if (module.acceptsItself) return false;
      const cycle = [module, ...this.cycleOf(module)];
      const isEnd = () =>
        cycle.every((it) => !it.isRoot && this.importersOf(it.name).every((other) => isSameCycle(other, it)));
      return module.isRoot || module.isDeclined || isEnd();
    });
  }

  /** The modules above that the next import() of a boundary loads anew with it. @param {WireModule} module */
  wouldLoad(module) {
    const up = this.#reached(module.name, ({ name }) =>
      this.importersOf(name).flatMap((it) => (it.change.kind === "boundary" ? it.name : [])),
    );
    return [...up];
  }

  counts() {
    const all = [...this.modules.values()];
    return {
      modules: all.length,
      inPlace: all.filter(({ change }) => isInPlace(change)).length,
      boundaries: all.filter(({ isBoundary }) => isBoundary).length,
      cycles: new Set(all.flatMap(({ cycle }) => cycle ?? [])).size,
    };
  }
}

/** @param {WireModule} module @returns {Set<string>} */
export const importsOf = ({ imports, dynamicImports }) => new Set([...imports, ...dynamicImports]);

/** @param {WireModule} a @param {WireModule} b */
const isSameCycle = (a, b) => a.name === b.name || (a.cycle !== undefined && a.cycle === b.cycle);

/**
 * What to call modules where there is little room: the last part of the name, and as many before it as it takes to be the
 * only one of that name.
 * @param {Iterable<string>} names
 * @returns {Map<string, string>}
 */
export function shortNames(names) {
  /** @type {Map<string, string>} */
  const found = new Map();
  let open = [...names].map((name) => ({ name, parts: name.split("/") }));
  for (let length = 1; open.length > 0; length++) {
    const short = open.map(({ parts }) => parts.slice(-length).join("/"));
    /** @type {Map<string, number>} */
    const times = new Map();
    for (const it of short) times.set(it, (times.get(it) ?? 0) + 1);
    open = open.filter(({ name, parts }, place) => {
      if (times.get(short[place]) !== 1 && length < parts.length) return true;
      found.set(name, short[place]);
      return false;
    });
  }
  return found;
}
