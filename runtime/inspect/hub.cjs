// @ts-check
"use strict";

// What the page shows, kept for pages that are opened later, and told to those that are open. No IO.

/** @typedef {import("./wire").NewEntry} NewEntry */
/** @typedef {import("./wire").WireEntry} WireEntry */
/** @typedef {import("./wire").WireModule} WireModule */
/** @typedef {import("./wire").WirePatch} WirePatch */
/** @typedef {import("./wire").WireProgram} WireProgram */
/** @typedef {import("./wire").WireState} WireState */
/** @typedef {(event: string, data: object) => void} Viewer */

/** Entries that are remembered. */
const REMEMBERED = 200;

class Hub {
  /** @type {WireProgram} */
  #program;
  /** @type {Map<string, WireModule>} */
  #modules = new Map();
  /** @type {WireEntry[]} */
  #entries = [];
  #ids = 0;
  /** @type {Set<Viewer>} */
  #viewers = new Set();
  /** Called with how many there are, when that changes. @type {(viewers: number) => void} */
  onViewers = () => {};

  /** @param {WireProgram} program */
  constructor(program) {
    this.#program = program;
  }

  /** @returns {WireState} */
  get state() {
    return { program: this.#program, modules: [...this.#modules.values()], entries: this.#entries };
  }

  get viewers() {
    return this.#viewers.size;
  }

  /** @param {Viewer} viewer @returns {() => void} ends it */
  subscribe(viewer) {
    viewer("state", this.state);
    this.#viewers.add(viewer);
    this.onViewers(this.viewers);
    return () => {
      if (this.#viewers.delete(viewer)) this.onViewers(this.viewers);
    };
  }

  /** @param {string} event @param {object} data */
  #tell(event, data) {
    for (const viewer of this.#viewers) viewer(event, data);
  }

  /** @param {Partial<WireProgram>} news */
  program(news) {
    this.#program = { ...this.#program, ...news };
    this.#tell("program", this.#program);
  }

  /** @param {WirePatch} patch */
  patch({ set, gone }) {
    for (const name of gone) this.#modules.delete(name);
    for (const module of set) this.#modules.set(module.name, module);
    this.#tell("patch", { set, gone });
  }

  /** The program begins anew. What was shown stays until it tells of its modules: its first patch takes the place of all. */
  forgetModules() {
    this.#isOld = true;
    this.#early.clear();
  }

  #isOld = false;
  /** What its workers told before that. @type {Set<string>} */
  #early = new Set();

  /** The first patch of a program, or one that adds to it. @param {WirePatch} patch */
  patchOfProgram(patch) {
    if (!this.#isOld) return this.patch(patch);
    if (patch.isOfWorker) {
      for (const { name } of patch.set) this.#early.add(name);
      return this.patch(patch);
    }
    this.#isOld = false;
    const names = new Set([...this.#early, ...patch.set.map(({ name }) => name)]);
    const gone = [...this.#modules.keys()].filter((name) => !names.has(name));
    this.patch({ set: patch.set, gone });
  }

  /** @param {NewEntry} news */
  entry(news) {
    const lists = { files: [], evaluated: [], acceptedBy: [], pruned: [], way: [] };
    const entry = { at: Date.now(), ...lists, ...news, id: ++this.#ids };
    this.#entries.push(entry);
    if (this.#entries.length > REMEMBERED) this.#entries.shift();
    this.#tell("entry", entry);
  }
}

module.exports = { Hub };
