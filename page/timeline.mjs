// @ts-check

// What happened, the newest first.

import { breakable, moduleList } from "./details.mjs";
import { element } from "./dom.mjs";
import { duration, outcomeOf, some } from "./words.mjs";

/** @typedef {import("../runtime/inspect/wire").WireEntry} WireEntry */
/** @typedef {import("../runtime/inspect/wire").WireError} WireError */
/** @typedef {import("./model.mjs").Model} Model */

export class Timeline {
  #root;
  #choose;
  /** @type {Map<number, HTMLElement>} */
  #items = new Map();

  /** @param {HTMLElement} root @param {(name: string) => void} choose */
  constructor(root, choose) {
    this.#root = root;
    this.#choose = choose;
  }

  /** Entries do not change, so that what was unfolded stays. @param {Model} model */
  show(model) {
    const ids = new Set(model.entries.map(({ id }) => id));
    for (const [id, item] of this.#items) {
      if (ids.has(id)) continue;
      item.remove();
      this.#items.delete(id);
    }
    for (const entry of model.entries) {
      if (this.#items.has(entry.id)) continue;
      const item = this.#item(model, entry);
      this.#items.set(entry.id, item);
      this.#root.prepend(item);
    }
  }

  /** The program is another one. */
  clear() {
    this.#items.clear();
    this.#root.replaceChildren();
  }

  /** @param {Model} model @param {WireEntry} entry */
  #item(model, entry) {
    const { tone, word } = outcomeOf(entry);
    const { files, milliseconds, at } = entry;
    const links = (/** @type {string[]} */ names) => moduleList(model, names, this.#choose);
    const when = new Date(at);
    const parts = partsOf(entry, links);
    const head = [
      element("span", { class: `chip ${tone}` }, word),
      element("span", { class: "files" }, ...titleOf(files)),
      milliseconds === undefined ? null : element("span", { class: "took" }, duration(milliseconds)),
      element("time", { datetime: when.toISOString() }, when.toLocaleTimeString("en-GB")),
    ];
    if (parts.length === 0)
      return element("li", { class: "entry" }, element("div", { class: "head" }, ...head));
    const isOpen = entry.error !== undefined || entry.type === "unaccepted" || entry.type === "declined";
    return element(
      "li",
      { class: "entry" },
      element("details", { open: isOpen }, element("summary", { class: "head" }, ...head), ...parts),
    );
  }
}

/** @param {string[]} files */
function titleOf(files) {
  if (files.length === 0) return [];
  const [first, ...more] = files;
  return [...breakable(first), more.length > 0 ? ` and ${some(more.length, "more", "more")}` : ""];
}

/** @param {WireEntry} entry @param {(names: string[]) => Node} links */
function partsOf({ type, files, evaluated, acceptedBy, pruned, way, reason, error }, links) {
  const list = (/** @type {string} */ title, /** @type {string[]} */ names) =>
    names.length > 0 ? [element("h3", {}, `${title} (${names.length})`), links(names)] : [];
  const wayTitle = type === "declined" ? "Declined by" : "The way of the change, from the top";
  return [
    ...(error ? errorOf(error) : []),
    ...(reason ? [element("p", {}, reason)] : []),
    ...list(wayTitle, way),
    ...(files.length > 1 ? list("Changed", files) : []),
    ...list("Evaluated", evaluated),
    ...list("Accepted by", acceptedBy),
    ...list("Not imported any more", pruned),
  ];
}

/** @param {WireError} error @returns {Node[]} */
function errorOf({ name, message, file, line, column, frame, help, stack }) {
  const place = file && [file, line, column].filter((it) => it !== undefined).join(":");
  return [
    element("p", { class: "error" }, element("strong", {}, `${name}: `), message),
    ...(place ? [element("p", { class: "place" }, ...breakable(place))] : []),
    ...(frame ? [element("pre", { tabindex: 0, "aria-label": "Code" }, frame)] : []),
    ...(help ? [element("p", {}, help)] : []),
    ...(stack.length > 0
      ? [element("pre", { tabindex: 0, class: "stack", "aria-label": "Stack" }, stack.join("\n"))]
      : []),
  ];
}
