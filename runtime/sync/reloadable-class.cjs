// @ts-check
"use strict";

// Classes whose living instances get the methods of the class's next version.

const KEY = Symbol("HEATSYNC_KEY_SPECIFIER");

/** @typedef {abstract new (...args: any) => any} Class */

class ReloadableClasses {
  /** Which instances a version of a class made. @type {WeakMap<Function, Set<WeakRef<object>>>} */
  #instances = new WeakMap();
  /** The versions of a class that still have instances or may make some. @type {Map<string, Set<WeakRef<Function>>>} */
  #versions = new Map();
  /** Prototypes of all versions of a class, where instances of one are to be those of all. @type {Map<string, WeakSet<object>>} */
  #related = new Map();
  /** @type {FinalizationRegistry<{ set: Set<WeakRef<object>>, ref: WeakRef<object> }>} */
  #collected = new FinalizationRegistry(({ set, ref }) => set.delete(ref));

  constructor() {
    const classes = this;
    /** @type {Class} */
    this.Base = class ReloadableClass {
      constructor() {
        classes.#add(new.target, this);
      }
    };
  }

  /**
   * @param {Function} cls
   * @param {object} instance
   */
  #add(cls, instance) {
    const set = this.#instances.get(cls) ?? new Set();
    this.#instances.set(cls, set);
    const ref = new WeakRef(instance);
    set.add(ref);
    this.#collected.register(instance, { set, ref });
  }

  /** Files that are being evaluated, and what they have asked for. @type {Set<{ files: Set<string>, moves: { file: string, move: () => void }[] }>} */
  #postponed = new Set();

  /**
   * Instances move when the files that declare their classes are live, or not at all.
   * @param {string[]} files
   */
  postpone(files) {
    const entry = { files: new Set(files), moves: /** @type {{ file: string, move: () => void }[]} */ ([]) };
    this.#postponed.add(entry);
    return {
      carryOut: () => {
        this.#postponed.delete(entry);
        for (const { move } of entry.moves) move();
      },
      /** Not of these. @param {string[]} given files that are given up */
      leave: (given) => {
        entry.moves = entry.moves.filter(({ file }) => !given.includes(file));
      },
      drop: () => void this.#postponed.delete(entry),
    };
  }

  /**
   * Runs `move` when `file` is live: now, or at the end of the update that evaluates it.
   * @param {string} file
   * @param {() => void} move
   */
  whenLive(file, move) {
    for (const entry of this.#postponed) {
      if (entry.files.has(file)) {
        entry.moves.push({ file, move });
        return;
      }
    }
    move();
  }

  /**
   * `cls` is the newest version of the class `file` calls by that name: every instance of the
   * versions before becomes one of it.
   * @param {unknown} cls
   * @param {string} file
   * @param {boolean} [keepsInstanceof] an instance of one version is one of every version
   */
  reload(cls, file, keepsInstanceof = false) {
    if (typeof cls !== "function" || typeof cls.prototype !== "object") {
      throw new Error(
        `sync.reloadClassMethods takes a class (or a function that returns one), not ${typeof cls}`,
      );
    }
    const key = `${file}:${/** @type {any} */ (cls)[KEY] ?? cls.name}`;
    if (!(cls.prototype instanceof /** @type {any} */ (this.Base))) {
      throw new Error(
        `sync.reloadClassMethods: the class ${key} needs to extend sync.ReloadableClass of the same instance`,
      );
    }
    this.whenLive(file, () => this.#replace(key, cls, keepsInstanceof));
  }

  /**
   * @param {string} key
   * @param {Function} cls
   * @param {boolean} keepsInstanceof
   */
  #replace(key, cls, keepsInstanceof) {
    const versions = this.#versions.get(key) ?? new Set();
    this.#versions.set(key, versions);
    let isKnown = false;
    for (const version of versions) {
      const old = version.deref();
      if (old === cls) isKnown = true;
      else if (old) this.#move(old, cls);
      // A version without a class left has no instances left either: they hold it.
      else versions.delete(version);
    }
    if (!isKnown) versions.add(new WeakRef(cls));
    if (!keepsInstanceof) return;
    const related = this.#related.get(key) ?? new WeakSet();
    this.#related.set(key, related);
    for (const version of versions) {
      const old = version.deref();
      if (old) relate(old, related);
    }
  }

  /**
   * @param {Function} from
   * @param {Function} to
   */
  #move(from, to) {
    for (const ref of this.#instances.get(from) ?? []) {
      const instance = ref.deref();
      // One whose prototype the user has changed since is not ours any more.
      if (!instance || Object.getPrototypeOf(instance) !== from.prototype) continue;
      Object.setPrototypeOf(instance, to.prototype);
      this.#add(to, instance);
    }
    this.#instances.delete(from);
  }

  clear() {
    this.#versions.clear();
    this.#related.clear();
    this.#instances = new WeakMap();
  }
}

/**
 * Makes `instanceof` ask for any of the related prototypes (InstanceofOperator, ECMA-262 13.10.2).
 * @param {Function} cls
 * @param {WeakSet<object>} related
 */
function relate(cls, related) {
  related.add(cls.prototype);
  // What the class says itself counts.
  if (Object.hasOwn(cls, Symbol.hasInstance)) return;
  Object.defineProperty(cls, Symbol.hasInstance, {
    __proto__: null,
    configurable: true,
    writable: true,
    /** @this {unknown} @param {unknown} value */
    value(value) {
      // A class that extends this one has inherited it.
      if (this !== cls) return Reflect.apply(Function.prototype[Symbol.hasInstance], this, [value]);
      if (Object(value) !== value) return false;
      for (let of = Object.getPrototypeOf(value); of; of = Object.getPrototypeOf(of)) {
        if (related.has(of)) return true;
      }
      return false;
    },
  });
}

module.exports = { KEY, ReloadableClasses };
