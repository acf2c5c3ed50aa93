// @ts-check
"use strict";

// The text of a facade: the tiny native module that stands for a module of ours. It has a variable
// for every exported binding, and a host, whose methods it calls in this order: `start` with its own
// namespace and the ways to set a variable and all of them, `enter` if Node's evaluation is to evaluate the module,
// `next` for the value of each variable. What is written over and over has a setter of its own, which V8 puts into the writer's loop.

const { asInternal } = require("../native/internal-source.cjs");

/**
 * A package whose own variable it is, and what it is called there.
 * @typedef {{ clause: string, name: string }} From
 */
/**
 * @typedef {object} FacadeText
 * @property {string} host an expression
 * @property {string | null} self the specifier it knows itself by
 * @property {"" | "enter" | "wait" | "may wait"} enter evaluates the module; or waits for that, if it must
 * @property {{ names: string[], from: From | null, binding?: { cell: { isCounted: boolean } | null } }[]} variables
 * @property {string[]} [stars] specifiers of native modules whose names it exports, too
 */

const ENTER = {
  "": "",
  enter: "host.enter();",
  wait: "await host.enter();",
  "may wait": "const wait=host.enter();if(wait)await wait;",
};

/** @param {FacadeText} facade */
function facadeText({ host, self, enter, variables, stars = [] }) {
  const numbered = variables.map((variable, index) => ({ ...variable, index }));
  const own = numbered.filter(({ from }) => !from);
  const cases = own.map(({ index }) => `case ${index}:$${index}=v;break;`).join("");
  // One call for a save, and none that V8 optimizes in the middle of one.
  const all = own.map(({ index }) => `$${index}=v[${index}];`).join("");
  const counted = own.filter(({ binding }) => binding?.cell?.isCounted);
  const setters = counted.map(({ index }) => `case ${index}:return v=>{$${index}=v};`).join("");
  // What is evaluated at once is seen by nobody in its dead zone, for which a setter would look each time.
  const kind = (/** @type {typeof own[number]} */ it) =>
    enter === "" && counted.includes(it) ? "var" : "let";
  const declared = own.map((it) => `${kind(it)} $${it.index}=host.next(${it.index});`);
  const names = own.flatMap(({ names, index }) =>
    names.map((name) => `$${index} as ${JSON.stringify(name)}`),
  );
  // What is exported from elsewhere is imported, and would be evaluated before the module asks for it.
  const isEarly = enter !== "" && (stars.length > 0 || own.length < variables.length);
  return [
    isEarly ? enteredBefore(host, self, enter) : "",
    ...stars.map((specifier) => `export * from ${JSON.stringify(specifier)};`),
    self ? `import * as namespace from ${JSON.stringify(self)};` : "",
    `const host=${host};`,
    `host.start(${self ? "namespace" : "null"},(k,v)=>{switch(k){${cases}}},v=>{${all}}${setters && `,(k)=>{switch(k){${setters}}}`});`,
    isEarly ? "" : ENTER[enter],
    declared.join(""),
    `export{${names.join(",")}};`,
    ...variables.map(reexport),
  ].join("");
}

/**
 * Imports that evaluate the module before those behind them. What throws at once has V8 evaluate nothing more, but only from
 * a module without `await`: so one waits for what another has begun.
 * @param {string} host
 * @param {string | null} self
 * @param {FacadeText["enter"]} enter
 */
function enteredBefore(host, self, enter) {
  const url = (/** @type {string} */ source) =>
    JSON.stringify(`data:text/javascript,${encodeURIComponent(asInternal(source, self ?? undefined))}`);
  if (enter !== "may wait") return `import ${url(`const host=${host};${ENTER[enter]}`)};`;
  const begun = url(`const host=${host};export const wait=host.enter();`);
  return `import ${begun};import ${url(`import{wait}from ${begun};if(wait)await wait;`)};`;
}

/** Another module's variable, under its names here. @param {FacadeText["variables"][number]} variable */
function reexport({ names, from }) {
  if (!from) return "";
  const list = names.map((name) => `${JSON.stringify(from.name)} as ${JSON.stringify(name)}`);
  return `export{${list}}from ${from.clause};`;
}

module.exports = { facadeText, reexport };
