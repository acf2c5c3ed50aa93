// @ts-check

// The modules as a tree of folders: what the drawing shows, for the keyboard and for screen readers (WAI-ARIA's tree pattern).

import { element } from "./dom.mjs";
import { rowsOf } from "./folders.mjs";
import { badgesOf, statusOf } from "./words.mjs";

/** @typedef {import("./folders.mjs").Row} Row */
/** @typedef {import("./model.mjs").Model} Model */

export class Tree {
  #root;
  #choose;
  /** @type {Row[]} */
  #rows = [];
  /** @type {Map<string, { element: HTMLElement, state: string }>} */
  #elements = new Map();
  /** @type {Set<string>} */
  #closed = new Set();
  #view = { query: "", onlyRestarts: false };
  /** What Tab leads to. */
  #current = "";
  /** @type {string | null} */
  #chosen = null;
  /** @type {Model | null} */
  #model = null;
  #typed = "";
  #typedAt = 0;

  /** @param {HTMLElement} root @param {(name: string) => void} choose */
  constructor(root, choose) {
    this.#root = root;
    this.#choose = choose;
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("click", (event) => {
      const key = /** @type {HTMLElement} */ (event.target).closest("[data-key]")?.getAttribute("data-key");
      const row = this.#rows.find((it) => it.key === key);
      if (row) this.#activate(row);
    });
  }

  /** @param {Model} model */
  show(model) {
    this.#model = model;
    this.#render();
  }

  /** @param {Partial<{ query: string, onlyRestarts: boolean }>} view @returns {number} modules that fit */
  filter(view) {
    Object.assign(this.#view, view);
    this.#render();
    return this.#rows.filter(({ module }) => module).length;
  }

  /** @param {string | null} name */
  chosen(name) {
    this.#chosen = name;
    if (name !== null) {
      this.#current = name;
      this.#open(name);
    }
    this.#render();
    const { element: row } = this.#elements.get(name ?? "") ?? {};
    row?.scrollIntoView({ block: "nearest" });
  }

  /** Its folders. @param {string} name */
  #open(name) {
    for (const key of this.#closed) if (name.startsWith(key)) this.#closed.delete(key);
  }

  /** Of what was found. */
  focusFirst() {
    this.#go(0);
  }

  focus() {
    this.#elements.get(this.#current)?.element.focus();
  }

  #render() {
    if (!this.#model) return;
    this.#rows = rowsOf(this.#model.modules.values(), { ...this.#view, closed: this.#closed });
    if (!this.#rows.some(({ key }) => key === this.#current)) this.#current = this.#rows[0]?.key ?? "";
    const elements = new Map();
    for (const row of this.#rows) {
      const known = this.#elements.get(row.key);
      const state = this.#stateOf(row);
      if (known?.state === state) elements.set(row.key, known);
      else elements.set(row.key, { element: this.#fill(known?.element, row), state });
    }
    this.#elements = elements;
    const wanted = this.#rows.map(({ key }) => elements.get(key).element);
    const { children } = this.#root;
    const isSame = children.length === wanted.length && wanted.every((it, place) => children[place] === it);
    if (isSame) return;
    const hadFocus = this.#root.contains(document.activeElement);
    this.#root.replaceChildren(...wanted);
    if (hadFocus) this.focus();
  }

  /** What decides how a row looks. @param {Row} row */
  #stateOf(row) {
    return JSON.stringify([row, row.key === this.#current, row.key === this.#chosen]);
  }

  /** @param {HTMLElement | undefined} known an element that has the focus keeps it @param {Row} row */
  #fill(known, row) {
    const { key, label, level, position, siblings, module, isOpen, inside, restarts } = row;
    const made = known ?? element("div", { role: "treeitem", "data-key": key });
    made.className = `row level-${Math.min(level, 12)} ${module ? "" : "folder"}`;
    const attributes = {
      "aria-level": level,
      "aria-posinset": position,
      "aria-setsize": siblings,
      "aria-selected": key === this.#chosen,
      tabindex: key === this.#current ? 0 : -1,
    };
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    if (module) {
      const { tone, word, sign } = statusOf(module);
      const badges = badgesOf(module).map(({ text }) => text);
      made.title = [module.name, word, ...badges].join("\n");
      made.replaceChildren(
        element("span", { class: `sign ${tone}`, "aria-hidden": "true" }, sign),
        element("span", { class: "name" }, label),
        element("span", { class: "visually-hidden" }, `, ${[word, ...badges].join(", ")}`),
        ...marks(module).map((mark) => element("span", { class: "mark", "aria-hidden": "true" }, mark)),
      );
    } else {
      made.setAttribute("aria-expanded", String(isOpen));
      const count = restarts > 0 ? `${inside}, ${restarts} need a full reload` : `${inside}`;
      made.replaceChildren(
        element("span", { class: "twist", "aria-hidden": "true" }, isOpen ? "▾" : "▸"),
        element("span", { class: "name" }, label),
        element("span", { class: "visually-hidden" }, ` folder, modules: ${count}`),
        element("span", { class: "mark", "aria-hidden": "true" }, String(inside)),
      );
    }
    return made;
  }

  /** @param {Row} row */
  #activate(row) {
    this.#current = row.key;
    if (row.module) this.#choose(row.key);
    else this.#toggle(row);
    this.focus();
  }

  /** @param {Row} row */
  #toggle(row) {
    if (row.isOpen) this.#closed.add(row.key);
    else this.#closed.delete(row.key);
    this.#render();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.#rows.findIndex(({ key }) => key === this.#current);
    const row = this.#rows[at];
    if (!row) return;
    const isClosed = !row.module && !row.isOpen;
    const isOpen = !row.module && row.isOpen;
    switch (event.key) {
      case "ArrowDown":
        this.#go(at + 1);
        break;
      case "ArrowUp":
        this.#go(at - 1);
        break;
      case "Home":
        this.#go(0);
        break;
      case "End":
        this.#go(this.#rows.length - 1);
        break;
      case "ArrowRight":
        if (isClosed) this.#toggle(row);
        else if (isOpen) this.#go(at + 1);
        break;
      case "ArrowLeft":
        if (isOpen) this.#toggle(row);
        else this.#go(this.#rows.findLastIndex((it, place) => place < at && it.level < row.level));
        break;
      case "Enter":
      case " ":
        this.#activate(row);
        break;
      default:
        if (event.key.length !== 1 || event.key === "/") return;
        this.#typeAhead(event.key, at);
    }
    event.preventDefault();
  }

  /** @param {number} place */
  #go(place) {
    const row = this.#rows[place];
    if (!row) return;
    this.#current = row.key;
    this.#render();
    this.focus();
  }

  /** @param {string} letter @param {number} at */
  #typeAhead(letter, at) {
    const now = performance.now();
    this.#typed = (now - this.#typedAt < 700 ? this.#typed : "") + letter.toLowerCase();
    this.#typedAt = now;
    // One letter: the next that begins with it. More: this one may be it already.
    const from = this.#typed.length > 1 ? at : at + 1;
    const order = [...this.#rows.keys()].map((_, step) => (from + step) % this.#rows.length);
    const found = order.find((place) => this.#rows[place].label.toLowerCase().startsWith(this.#typed));
    if (found !== undefined) this.#go(found);
  }
}

/** @param {import("../runtime/inspect/wire").WireModule} module */
function marks({ isRoot, isBoundary, isSynced, cycle, version }) {
  const all = [
    isRoot && "root",
    isBoundary && "boundary",
    isSynced && "synced",
    cycle !== undefined && "cycle",
    version > 0 && `v${version}`,
  ];
  return all.flatMap((it) => it || []);
}
