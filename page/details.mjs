// @ts-check

// The chosen module: what a change of it comes to, and why; what it imports, and what imports it.

import { element } from "./dom.mjs";
import { isInPlace } from "./model.mjs";
import { badgesOf, explain, some, statusOf } from "./words.mjs";

/** @typedef {import("../runtime/inspect/wire").WireModule} WireModule */
/** @typedef {import("./model.mjs").Model} Model */

/** Entries of a list before the rest is folded away. */
const SHOWN = 12;

/**
 * @param {Model} model
 * @param {string | null} name
 * @param {(name: string) => void} choose
 * @returns {Node[]}
 */
export function details(model, name, choose) {
  const module = name === null ? undefined : model.modules.get(name);
  if (!module) {
    const text =
      name === null
        ? "Choose a module, in the list or in the graph, to see what a change of it comes to, and why."
        : `${name} is not loaded any more.`;
    return [element("p", { class: "muted" }, text)];
  }
  const { verdict, why, advice } = explain(model, module);
  const { tone, sign } = statusOf(module);
  const links = (/** @type {string[]} */ names) => moduleList(model, names, choose);
  return [
    element("p", { class: "module-name" }, ...breakable(module.name)),
    element(
      "ul",
      { class: "badges", "aria-label": "Properties" },
      ...badgesOf(module).map(({ text, title }) => element("li", { title }, text)),
    ),
    element(
      "div",
      { class: `verdict ${tone}` },
      element(
        "p",
        {},
        element("span", { class: `sign ${tone}`, "aria-hidden": "true" }, sign),
        ` ${verdict}`,
      ),
      element("p", {}, why),
      advice ? element("p", { class: "advice" }, advice) : null,
    ),
    ...wayOf(model, module, choose),
    ...runOf(model, module, links),
    ...part(
      "In a cycle with",
      model.cycleOf(module).flatMap((it) => (it === module ? [] : it.name)),
      links,
    ),
    ...part("Imports", module.imports, links),
    ...part("Imports by import()", module.dynamicImports, links),
    ...part(
      "Imported by",
      model.importersOf(module.name).map((it) => it.name),
      links,
    ),
  ];
}

/** @param {Model} model @param {WireModule} module @param {(name: string) => void} choose */
function wayOf(model, module, choose) {
  const { way } = module.change;
  if (way.length < 2) return [];
  const steps = way.map((name) => element("li", {}, moduleButton(model, name, choose)));
  return [element("h3", {}, "The way of a change, from the top"), element("ol", { class: "way" }, ...steps)];
}

/** @param {Model} model @param {WireModule} module @param {(names: string[]) => Node} links */
function runOf(model, module, links) {
  if (module.change.kind === "accepted") {
    const { evaluated, told } = model.wouldRun(module);
    return [...part("A change evaluates", evaluated, links), ...part("And tells", told, links)];
  }
  if (module.change.kind === "boundary") {
    return part("A change has loaded anew", model.wouldLoad(module), links);
  }
  return [];
}

/** @param {string} title @param {string[]} names @param {(names: string[]) => Node} links @returns {Node[]} */
function part(title, names, links) {
  return names.length > 0 ? [element("h3", {}, `${title} (${names.length})`), links(names)] : [];
}

/**
 * @param {Model} model
 * @param {string[]} names
 * @param {(name: string) => void} choose
 */
export function moduleList(model, names, choose) {
  const items = (/** @type {string[]} */ these) =>
    these.map((name) => element("li", {}, moduleButton(model, name, choose)));
  const list = element("ul", { class: "modules" }, ...items(names.slice(0, SHOWN)));
  const rest = names.slice(SHOWN);
  if (rest.length > 0) {
    const more = element(
      "button",
      { type: "button", class: "more", click: unfold },
      `${some(rest.length, "more", "more")} …`,
    );
    list.append(element("li", {}, more));
  }
  function unfold() {
    const these = items(rest);
    list.lastElementChild?.replaceWith(...these);
    these[0].querySelector("button")?.focus();
  }
  return list;
}

/** @param {Model} model @param {string} name @param {(name: string) => void} choose */
function moduleButton(model, name, choose) {
  const module = model.modules.get(name);
  if (!module) return element("span", { class: "module gone" }, ...breakable(name));
  const { tone, word, sign } = statusOf(module);
  return element(
    "button",
    { type: "button", class: "module", click: () => choose(name), title: word },
    element("span", { class: `sign ${tone}`, "aria-hidden": "true" }, sign),
    element("span", { class: "name" }, ...breakable(name)),
    isInPlace(module.change) ? null : element("span", { class: "visually-hidden" }, ` (${word})`),
  );
}

/** Long names break at slashes. @param {string} name */
export const breakable = (name) =>
  name.split(/(?<=\/)/).flatMap((part) => [part, document.createElement("wbr")]);
