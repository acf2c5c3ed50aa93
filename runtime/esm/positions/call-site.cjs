// @ts-check
"use strict";

// A call site in a module of ours, as it would be in the module's source.

const { apply, ownDescriptor, weakMapGet } = require("../../intrinsics.cjs");
const { hasPositions, isOurs, newestPlace, sourceName, sourcePlace, sourceText } = require("./positions.cjs");

/** @typedef {NodeJS.CallSite} CallSite */

/**
 * @param {CallSite} site
 * @param {boolean} isExact will the program itself ask it? Node asks for its text alone, or for line and column
 * @returns {CallSite}
 */
function movedSite(site, isExact) {
  const url = site.getFileName();
  if (site.isEval()) return evalSite(site);
  if (!url) return builtinSite(site);
  if (!hasPositions(url)) return site;
  // V8 puts static initializers at the very beginning of the text, which is a line of ours.
  const compiled = lineOf(site);
  const line = compiled ?? 1;
  const column = compiled === null ? 1 : (site.getColumnNumber() ?? 1);
  const hash = () => /** @type {any} */ (site).getScriptHash();
  const source = sourcePlace(url, line, column, hash);
  const name = site.getFunctionName();
  const written = nameInSource(name, url, hash);
  const type = site.getTypeName();
  const ofType = type && withoutCalls(type);
  const isThere = source.line === site.getLineNumber() && source.column === site.getColumnNumber();
  // V8 shows a class itself by its name (its type is "Function").
  const isNamed = name === written && type === ofType && (type !== "Function" || !calls.test(`${site}`));
  if (isThere && isNamed && !isExact) return site;
  const place = `${source.line}:${source.column}`;
  let text = isThere ? `${site}` : `${site}`.replace(/(:\d+:\d+)?(\)?)$/, `:${place}$2`);
  if (name !== written) {
    const script = site.getScriptNameOrSourceURL();
    const isWithoutType = name?.includes(".") && !site.isToplevel() && !site.isConstructor();
    const shown = written && ofType && isWithoutType ? ofMethod(ofType, written) : written;
    text = shown ? text.replace(/** @type {string} */ (name), () => shown) : `${script}:${place}`;
    if (!written && site.isAsync()) text = `async ${text}`;
  }
  return copyOf(site, {
    ...(type === ofType ? null : { getTypeName: ofType }),
    getFunctionName: written,
    getLineNumber: source.line,
    getColumnNumber: source.column,
    toString: withoutCalls(text),
    ...(isExact && isOurs(url) ? inText(site, url, source, hash) : null),
  });
}

/**
 * The line in what we have compiled; null: a line of ours. Where the text has a `//# sourceURL=` of its own V8 leaves
 * `lineOffset` aside (`CallSiteInfo::GetLineNumber` in its src/objects/call-site-info.cc).
 * @param {any} site
 * @param {"getLineNumber" | "getEnclosingLineNumber"} [which]
 * @returns {number | null}
 */
function lineOf(site, which = "getLineNumber") {
  const line = site[which]();
  const url = site.getFileName();
  return line !== null && url !== site.getScriptNameOrSourceURL() && isOurs(url) ? line - 1 || null : line;
}

/**
 * What V8 knows by the text it has compiled.
 * @param {any} site
 * @param {string} url
 * @param {{ line: number, column: number }} source
 * @param {() => string} hash
 */
function inText(site, url, source, hash) {
  const enclosing = () => {
    const line = lineOf(site, "getEnclosingLineNumber");
    // The body of a module is a function of ours, on the line before its first.
    if (line === null) return { line: 1, column: 1 };
    return sourcePlace(url, line, site.getEnclosingColumnNumber(), hash);
  };
  const text = () => sourceText(url);
  return {
    getPosition: () => text()?.offsetOf(source.line, source.column) ?? site.getPosition(),
    getScriptHash: () => text()?.hash() ?? hash(),
    getEnclosingLineNumber: () => enclosing().line,
    getEnclosingColumnNumber: () => enclosing().column,
  };
}

/** What the body of a member of a cycle stands in. V8 puts the names of these calls before what it finds for a function in it. */
const calls = /(?<![\w$])(?:(?:\$|_\$|\$_|\$hs(?:\d+_)?)h\.(?:tdz|body|late)(?:\.|(?![\w$])))+/;

/** @param {string} name */
const withoutCalls = (name) => (name.includes("$") ? name.replace(calls, "") : name);

/** V8 leaves the type out where the name has parts, as all have within calls of ours, or begins with it. @param {string} type @param {string} name */
const ofMethod = (type, name) => (name.includes(".") || name.startsWith(type) ? name : `${type}.${name}`);

/** The `next` of a generator is named after the function that has made it. @param {CallSite} site */
function builtinSite(site) {
  const type = site.getTypeName();
  const ofType = type && withoutCalls(type);
  if (type === ofType) return site;
  const name = ofType || "Generator";
  const text = `${site}`.replace(`${type}.`, () => `${name}.`);
  return copyOf(site, { getTypeName: name, toString: text });
}

/**
 * What V8 calls a function after what it was assigned to, where we have put that there:
 * `$d={default:…}`, `$c.a = …`; or what it is an argument of.
 * @param {string | null} name
 * @param {string} url
 * @param {() => string} [hash] of the text; else it is the newest
 * @returns {string | null}
 */
function nameInSource(name, url, hash) {
  const inferred = name && withoutCalls(name);
  if (inferred !== name) return inferred ? nameInSource(inferred, url, hash) : null;
  const [, kind, rest] = /^[$_\w]*\$(?:hs\d*_?)?([dc])\.(.+)$/.exec(name ?? "") ?? [];
  if (kind) return (kind === "c" ? rest : rest.replace(/^default(\.|$)/, "")) || null;
  // All that stands for an import is of letters that are no ASCII.
  return name && /[^\0-\x7f]/.test(name) ? sourceName(url, name, hash) : name;
}

/**
 * Code that eval() made: V8 says where that was without regard to `lineOffset`.
 * @param {CallSite} site
 */
function evalSite(site) {
  const origin = site.getEvalOrigin();
  const [, url, line, column] = /\((file:.*?):(\d+):(\d+)\)/.exec(origin ?? "") ?? [];
  if (!origin || !isOurs(url)) return site;
  const source = newestPlace(url, Number(line) - 1, Number(column));
  const place = `(${url}:${source.line}:${source.column})`;
  const moved = (/** @type {string} */ text) => text.replace(`(${url}:${line}:${column})`, () => place);
  return copyOf(site, { getEvalOrigin: moved(origin), toString: moved(`${site}`) });
}

/** What a copy answers otherwise. @type {WeakMap<object, { site: any, changed: Record<string, unknown> }>} */
const copies = new WeakMap();

/** By V8's prototype, of which each realm has one. @type {WeakMap<object, object>} */
const prototypes = new WeakMap();

/**
 * V8's methods work on V8's call sites only.
 * @param {CallSite} site
 * @param {Record<string, unknown>} changed by the method's name; of a function, what it returns
 * @returns {CallSite}
 */
function copyOf(site, changed) {
  const known = copies.get(site);
  const copy = Object.create(prototypeFor(Object.getPrototypeOf(known?.site ?? site)));
  copies.set(copy, { site: known?.site ?? site, changed: { ...known?.changed, ...changed } });
  return copy;
}

/** One that has V8's methods as its own, and is a CallSite for whoever asks. @param {any} of */
function prototypeFor(of) {
  const known = prototypes.get(of);
  if (known) return known;
  const prototype = Object.create(of);
  for (const name of Object.getOwnPropertyNames(of)) {
    const property = /** @type {PropertyDescriptor} */ (ownDescriptor(of, name));
    const { value } = property;
    if (name === "constructor" || typeof value !== "function") {
      Object.defineProperty(prototype, name, property);
      continue;
    }
    const method = {
      /** @this {object} */
      [name]() {
        const copy = weakMapGet(copies, this);
        if (!copy || !(name in copy.changed)) return apply(value, copy?.site ?? this, []);
        const answer = copy.changed[name];
        return typeof answer === "function" ? answer() : answer;
      },
    }[name];
    Object.defineProperty(prototype, name, { __proto__: null, ...property, value: method });
  }
  prototypes.set(of, prototype);
  return prototype;
}

module.exports = { copyOf, lineOf, movedSite, nameInSource };
