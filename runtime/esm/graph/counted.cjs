// @ts-check
"use strict";

// What a function of a module writes over and over (`n++`, or anything in a loop). Each write is pushed to each importer, so many
// importers make a loop over it slow: eight, three to four times as slow. From so many on they read it where it is: `n` is `n.$l0`
// (src/transform/live.rs). In a cycle one does: it would look each time whether its variable is in the dead zone still.

const { defineGetter } = require("../../intrinsics.cjs");
const { Cell } = require("./cell.cjs");

/** @typedef {import("./module-record.cjs").SourceTextModule} SourceTextModule */
/** @typedef {import("./module-record.cjs").ResolvedBinding} ResolvedBinding */

/** Pushes to two cost the writer nothing that can be told (docs/steady-notes.md). */
const MANY = 3;

/**
 * Is an import to be read where it is? By what is imported now: who comes later, or is left, is pushed to or reads as it was made.
 * @param {SourceTextModule} importer
 * @param {ResolvedBinding} binding
 */
const isReadInPlace = ({ isCyclic }, { module, cell }) =>
  cell?.isCounted === true && (isCyclic || module.importers.size >= MANY);

/** What the transform calls it: names of ours begin with what the text has nowhere, as that of the host does. @param {SourceTextModule} module @param {number} number */
const readerName = ({ record }, number) => `${record.parameters[0].slice(0, -1)}l${number}`;

/** Of a Module Environment Record: an object that has the binding as its property, in the binding's place. */
class ReaderCell extends Cell {
  #cell;
  #name;

  /** @param {Cell} cell @param {string} name */
  constructor(cell, name) {
    super();
    this.#cell = cell;
    this.#name = name;
  }

  /** @override */
  get isInitialized() {
    return this.#cell.isInitialized;
  }

  /** What is read. */
  get source() {
    return this.#cell;
  }

  /**
   * The object's shape is its own, and the getter the body's: V8 makes one load of both. (Two objects that have a property of one name
   * with different getters are dictionaries, which it reads slowly.)
   * @override
   */
  get() {
    const Reader = class {};
    const cell = this.#cell;
    defineGetter(Reader.prototype, this.#name, cell.read ?? (() => cell.get(this.#name)));
    return new Reader();
  }

  /** Its value is for ever: there is none before the binding has one. @override */
  get isLive() {
    return !this.isInitialized;
  }

  /** @override @param {(value: any) => void} subscriber */
  subscribe(subscriber) {
    if (this.isInitialized) return () => {};
    const leave = this.#cell.subscribe(() => {
      leave();
      subscriber(this.get());
    });
    return leave;
  }
}

module.exports = { ReaderCell, isReadInPlace, readerName };
