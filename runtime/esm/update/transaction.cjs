// @ts-check
"use strict";

// New versions of modules, all or nothing. A Module Record keeps its identity; what changes is its
// version: the record, the cells, the environment, how far its evaluation is. Everything new is
// loaded and linked, then put aside: until a module's turn comes the program runs, and imports, the
// old version. A version that fails is put back as if it had never been.

const { noteLeading } = require("./at-fault.cjs");
const { bindImports } = require("../commonjs/bound-imports.cjs");
const { CommonJsModule } = require("../commonjs/commonjs-module.cjs");
const { replaced } = require("../evaluate/evaluate.cjs");
const { evaluateTogether } = require("../evaluate/evaluate-together.cjs");
const { ExpectedRequires } = require("../commonjs/expected-requires.cjs");
const { giveUpFresh } = require("./fresh-modules.cjs");
const { Hot } = require("../hot/hot.cjs");
const { withdrawGiven } = require("../graph/being-linked.cjs");
const { forgetDynamic, importersOf, setImporter } = require("../graph/importers.cjs");
const { inheritAll } = require("../namespace/inherited-facade.cjs");
const { unlink } = require("../link/linking-order.cjs");
const { HotModule, SourceTextModule } = require("../graph/module-record.cjs");
const { peek } = require("./peek.cjs");
const { facadeKept, facadeOf, shareNames, versionOf } = require("./staged-version.cjs");
const { interrupt, resume } = require("./waiting.cjs");
const { noteExchange } = require("../namespace/version-namespace.cjs");

/** @typedef {import("../graph/graph.cjs").Graph} Graph */
/** @typedef {import("../graph/module-record.cjs").Module} Module */
/** @typedef {import("./staged-version.cjs").Staged} Staged */
/** @typedef {import("./staged-version.cjs").Version} Version */

class Transaction {
  #graph;
  /** @type {Map<Module, Staged>} */
  #staged = new Map();
  /** Modules that only the new versions know, not yet in the graph. @type {Map<string, Module>} */
  #fresh = new Map();
  /** Importers that could not be bound anew yet. @type {Set<Module>} */
  #late = new Set();
  /** Importers that nothing new leads to: what they see changes at once, when all has ended. @type {Set<Module>} */
  #leftBehind = new Set();
  /** What they import was replaced: should they be put back, their old version has to be bound to that. @type {Set<Module>} */
  #unbound = new Set();
  /** Linked with what other groups have replaced, or put back, since. @type {Set<Module>} */
  #outdated = new Set();
  /** CommonJS of the graph whose text is new. @type {Set<Module>} */
  #edited = new Set();
  expected;
  /** Evaluated, and then their importers' business. @type {Set<Module>} */
  handedOn = new Set();
  /** What can't be read, and why. @type {Map<Module, unknown>} */
  broken = new Map();
  /** What only old versions lead to, as far as is planned: that it can't be bound to new ones is nobody's concern. @type {Set<Module>} */
  unreached = new Set();
  /** Of these, what was still to be evaluated when the update began: it will see what is new. @type {Set<Module>} */
  unsettled = new Set();
  /** Something of the update was given up before anything of that was evaluated: the rest is planned without it. */
  isInPart = false;
  /** What versions that were given up have imported by import(). @type {Set<Module>} */
  importedInVain = new Set();

  /** @param {Graph} graph */
  constructor(graph) {
    this.#graph = graph;
    this.expected = new ExpectedRequires(graph);
  }

  /** @param {Module} module */
  has(module) {
    return this.#staged.has(module);
  }

  /** A version that has taken its place already. @param {Module} module @param {Version} old the one before */
  add(module, old) {
    this.#staged.set(module, { old, next: versionOf(module), isInstalled: true });
  }

  get members() {
    return [...this.#staged.keys()];
  }

  get fresh() {
    return [...this.#fresh.values()];
  }

  /** Do only the new versions know it? @param {Module} module */
  isFresh(module) {
    for (const fresh of this.#fresh.values()) if (fresh === module) return true;
    return false;
  }

  /** @param {Module} module @returns {Version} what the program still runs */
  oldOf(module) {
    return this.#staged.get(module)?.old ?? module;
  }

  /** What the new version is, before and after its turn. @param {Module} module @returns {Version} */
  newOf(module) {
    const staged = this.#staged.get(module);
    return staged?.next && !staged.isInstalled ? staged.next : module;
  }

  /**
   * Gives a module its file's present content, and loads what that requests. When it throws, it is
   * as if it had not been asked to.
   * @param {Module} module
   * @param {boolean} [isChanged] false: evaluated anew because of what it imports
   */
  read(module, isChanged = true) {
    if (this.#staged.has(module)) return;
    const old = versionOf(module);
    const fresh = new Map(this.#fresh);
    try {
      this.#graph.read(module, fresh, isChanged);
    } catch (error) {
      Object.assign(module, old);
      this.#giveUp([...fresh.values()].filter((other) => !this.isFresh(other)));
      throw error;
    }
    this.#staged.set(module, { old, next: null, isInstalled: false });
    this.#fresh = fresh;
    if (isChanged) this.#edited.add(module);
  }

  /** What a new version will require, or await, that is not among what the old one has. @param {Module} module */
  expectedOf(module) {
    if (!(module instanceof HotModule)) return [];
    const isNew = this.#edited.has(module) || this.isFresh(module);
    return isNew ? this.expected.of(module, this.newOf(module)) : [];
  }

  /**
   * Links new versions, and looks whether those that stay find what they import. When it throws,
   * these modules are as before.
   * @param {Module[]} modules
   * @param {(importer: Module) => boolean} [isIdle] its new version is not to be evaluated
   */
  link(modules, isIdle = () => false) {
    const members = new Set(modules);
    const others = new Set(this.fresh.filter(({ status }) => status === "linked"));
    try {
      const linked = new Set([...modules, ...this.fresh]);
      const isNew = modules.some(({ status }) => status === "unlinked");
      this.#graph.link(modules, linked);
      for (const importer of importersOf(members)) {
        if (!isIdle(importer) && !this.unreached.has(importer))
          peek(this.#graph, importer, members, this.#staged);
      }
      if (isNew) this.#noteOutdated(members);
    } catch (error) {
      noteLeading(error, (module) => this.isFresh(module));
      // Those that were linked with another group are that one's.
      for (const module of this.fresh) if (!others.has(module)) unlink(module);
      this.rollback(modules);
      throw error;
    }
  }

  /** Puts what is linked aside: the program goes on as it was. Then lets its first steps come to their end. */
  async suspend() {
    for (const [module, staged] of this.#staged) {
      if (staged.next) continue;
      staged.next = versionOf(module);
      Object.assign(module, staged.old);
    }
    // The program may import() them too: there is one of each.
    for (const [key, module] of this.#fresh) this.#graph.modules.set(key, module);
    // The first step of an async generator ends a microtask after it ran.
    for (let tick = 0; tick < 3; tick++) await null;
  }

  /**
   * It is about to be these modules' turn: they are bound to what there is now, should that not be what they were
   * linked with. Throws when an import leads nowhere any more.
   * @param {Module[]} modules
   */
  bindAgain(modules) {
    const outdated = modules.filter((module) => this.#outdated.delete(module));
    if (outdated.length === 0) return;
    const aside = modules.flatMap((module) => {
      const staged = this.#staged.get(module);
      return staged?.next && !staged.isInstalled ? [{ module, staged, next: staged.next }] : [];
    });
    for (const { module, next } of aside) Object.assign(module, next);
    try {
      for (const module of outdated) {
        this.#graph.check(module);
        // Others ask for what they import when they are evaluated.
        if (module.isCyclic) environmentOf(module)?.rebind();
      }
    } finally {
      for (const { module, staged } of aside) {
        staged.next = versionOf(module);
        Object.assign(module, staged.old);
      }
    }
  }

  /**
   * It is these modules' turn.
   * @param {Module[]} modules a module, the members of a cycle, or whatever is evaluated at once
   * @param {(module: Module) => Record<string, unknown> | null} [handedOf] what the old version hands on
   */
  async evaluate(modules, handedOf) {
    this.install(modules, handedOf);
    // One that imports another of them by `import * as` sees that it is evaluated, and not what it was before.
    if (modules.length > 1) this.#graph.show(new Set(modules));
    await evaluateTogether(modules);
  }

  /**
   * Who imports or requires these from now on gets the new versions, evaluated at that moment.
   * @param {Module[]} modules
   * @param {(module: Module) => Record<string, unknown> | null} [handedOf]
   */
  install(modules, handedOf) {
    for (const module of modules) {
      const staged = this.#staged.get(module);
      if (!staged?.next || staged.isInstalled) continue;
      staged.isInstalled = true;
      if (staged.old.status === "evaluating-async") interrupt(module, staged.old, (it) => this.oldOf(it));
      if (module instanceof CommonJsModule) {
        shareNames(module, /** @type {Staged & { next: Version }} */ (staged));
        staged.putBack = this.#graph.commonJs?.children.takeOut(module, staged.old.instance);
      }
      Object.assign(module, staged.next, { facade: facadeOf(module, staged) });
      if (!handedOf || !(module instanceof HotModule)) continue;
      module.handed = handedOf(module);
      if (module.hot) Hot.receive(module.hot, module.handed ?? {});
    }
  }

  /** Whoever imports these modules sees what they are now; who waits for its own turn keeps what it has. @param {Module[]} modules */
  publish(modules) {
    const members = new Set(modules);
    this.#graph.show(members);
    noteExchange();
    for (const module of modules) bindImports(module, this.#graph, (importer) => this.#hadItsTurn(importer));
    for (const importer of importersOf(members)) {
      if (this.#staged.has(importer)) this.#unbound.add(importer);
      if (!this.#hadItsTurn(importer)) continue;
      if (this.#isLeftBehind(importer)) this.#leftBehind.add(importer);
      else this.#bind(importer);
    }
    for (const importer of this.#leftBehind) {
      if (this.#isLeftBehind(importer)) continue;
      this.#leftBehind.delete(importer);
      if (this.#hadItsTurn(importer)) this.#bind(importer);
    }
  }

  /** @param {Module} importer */
  #bind(importer) {
    try {
      this.#graph.check(importer);
    } catch {
      // A name that comes through a module whose turn is still to come.
      if (!this.unreached.has(importer)) this.#late.add(importer);
      return;
    }
    this.#late.delete(importer);
    environmentOf(importer)?.rebind();
  }

  /** Old code that may be running still, while what is new awaits: it goes on with what it has, all of it. @param {Module} importer */
  #isLeftBehind(importer) {
    return this.unreached.has(importer) && !this.unsettled.has(importer) && !this.#staged.has(importer);
  }

  /** It was linked with new versions, of which some may be put aside still. @param {Module} module */
  #hadItsTurn(module) {
    const staged = this.#staged.get(module);
    if (staged) return staged.isInstalled;
    return module.status !== "linked" || !this.isFresh(module);
  }

  /** As if they had never been. @param {Module[]} modules @param {unknown} [error] why */
  rollback(modules, error) {
    /** @type {Module[]} */
    const seen = [];
    /** @type {[Module, Module[]][]} */
    const waiting = [];
    for (const module of modules) {
      const staged = this.#staged.get(module);
      if (!staged) continue;
      this.#staged.delete(module);
      const next = staged.next ?? versionOf(module);
      next.environment?.abandon();
      // Who waits for it, by import(), waits in vain.
      if (error !== undefined) next.topLevelCapability?.reject(error);
      next.asyncParentModules.length = 0;
      staged.putBack?.();
      if (staged.isInstalled) Object.assign(module, staged.old, { facade: facadeKept(module, staged) });
      else if (!staged.next) Object.assign(module, staged.old);
      setImporter(module, staged.old.requested, next.requested);
      // What CommonJS has required is seen to otherwise.
      const forgotten = module instanceof SourceTextModule ? this.importedInVain : undefined;
      if (module instanceof HotModule) forgetDynamic(module, next.dynamicImports, forgotten);
      if (staged.isInstalled && module.status === "evaluating-async") waiting.push([module, next.requested]);
      if (staged.isInstalled) seen.push(module);
      else if (module instanceof SourceTextModule) this.#graph.readInVain(module.file);
      staged.old.environment?.resume?.();
    }
    this.#bindOld(modules);
    if (seen.length > 0) this.publish(seen);
    this.#noteOutdated(new Set(modules));
    const unwanted = this.fresh.filter((module) => !this.#isWanted(module));
    withdrawGiven(this.#graph, [...modules, ...unwanted], (it) => this.#staged.has(it) || this.isFresh(it));
    this.#giveUp(unwanted);
    if (waiting.length > 0) resume(waiting, (it) => this.oldOf(it));
  }

  /** To what went live while they were to be replaced; where that lacks a name, they keep the one before. @param {Module[]} modules put back */
  #bindOld(modules) {
    for (const module of modules) {
      if (!this.#unbound.delete(module)) continue;
      try {
        this.#graph.check(module);
      } catch {
        continue;
      }
      environmentOf(module)?.rebind();
    }
  }

  /** Whoever had to wait for a turn that was still to come sees what there is now. */
  settle() {
    for (const importer of this.#late) {
      this.#graph.check(importer);
      environmentOf(importer)?.rebind();
    }
    this.#late.clear();
    for (const importer of this.#leftBehind) if (this.#hadItsTurn(importer)) this.#bind(importer);
    this.#leftBehind.clear();
  }

  /** For good. */
  commit() {
    for (const [module, { old }] of this.#staged) {
      old.environment?.dispose();
      replaced(/** @type {any} */ (old));
      setImporter(module, module.requested, old.requested);
      if (module instanceof CommonJsModule) this.#graph.commonJs?.keep(module, old.instance);
      // Nobody has asked for the new one: what the old one said goes on counting until it is pruned.
      if (isLeft(module)) /** @type {HotModule} */ (module).hot = old.hot;
      if (module instanceof HotModule) forgetDynamic(module, old.dynamicImports);
    }
    inheritAll(this.#fresh.values());
  }

  /**
   * All has ended. An Error that was made by what was evaluated has this in its stack, as the receiver of a call, until somebody reads
   * that (V8): old versions are not to live as long as it does.
   */
  letGo() {
    for (const kept of [
      this.#staged,
      this.#fresh,
      this.#late,
      this.#leftBehind,
      this.#unbound,
      this.#outdated,
      this.#edited,
    ])
      kept.clear();
    for (const kept of [this.broken, this.unreached, this.unsettled, this.importedInVain]) kept.clear();
  }

  /** These are replaced, or put back: who was linked before, and waits for its turn, is bound again then. @param {Set<Module>} modules */
  #noteOutdated(modules) {
    const mayPassOn = (/** @type {SourceTextModule} */ importer) =>
      importer.reexports || this.#staged.has(importer);
    for (const importer of importersOf(modules, mayPassOn)) {
      if (!this.#hadItsTurn(importer)) this.#outdated.add(importer);
    }
  }

  /** Does a version that is not given up import it? @param {Module} module */
  #isWanted(module, seen = new Set()) {
    if (seen.has(module)) return false;
    seen.add(module);
    /** @type {boolean} */
    const wanted = [...module.importers].some((importer) =>
      this.isFresh(importer) ? this.#isWanted(importer, seen) : this.#staged.has(importer),
    );
    return wanted;
  }

  /** @param {Module[]} modules fresh ones that nobody wants */
  #giveUp(modules) {
    for (const module of modules) {
      // It imported names that what is put back may lack: there is nothing to bind any more.
      this.#late.delete(module);
      this.#leftBehind.delete(module);
    }
    giveUpFresh(this.#graph, this.#fresh, modules, this.importedInVain);
  }
}

/** A CommonJS module whose new version nobody has required. @param {Module} module */
const isLeft = (module) => module instanceof CommonJsModule && !module.instance;

/** @param {Module} module @returns {import("../evaluate/environment.cjs").Environment | null} */
function environmentOf(module) {
  return module instanceof SourceTextModule ? module.environment : null;
}

module.exports = { Transaction };
