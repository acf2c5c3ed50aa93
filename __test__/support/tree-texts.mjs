// The files of a version of a tree (tree-versions.mjs): what each module says, and a root that reads all of them.

/** @typedef {import("./tree-versions.mjs").Unit} Unit */

/** The folder whose package.json says "commonjs". */
const COMMONJS = 4;
/** Folders whose names have to be written otherwise in a URL. @type {Record<number, string>} */
const STRANGE = { 1: "f 1", 2: "f#2%", 3: "fé3" };

/** @param {Unit} it */
function nameOf({ id, kind, folder, form }) {
  const name = (form !== undefined && STRANGE[folder]) || `f${folder}`;
  return kind === "index" ? `${name}/m${id}/index.js` : `${name}/m${id}.${kind}`;
}

/** @param {Unit} it */
const isEsModule = ({ kind, folder }) =>
  kind === "mjs" ? true : ["ts", "js", "index"].includes(kind) && folder !== COMMONJS;

/** CommonJS that is TypeScript imports, too, which is compiled to require(). @param {Unit} it */
export const importsOf = (it) => it.kind === "ts" || isEsModule(it);

/** @param {string} path */
const inUrl = (path) => encodeURI(path).replaceAll("#", "%23");

/** @param {Unit[]} tree @param {number} id */
const unitOf = (tree, id) => /** @type {Unit} */ (tree.find((other) => other.id === id));

/** Whether one asks for another by a name of package.json, which that folder has its own of. @param {Unit} from @param {Unit} to */
const isNamedBy = (from, to) =>
  from.named !== undefined && from.folder !== COMMONJS && (from.named >> (to.id % 8)) % 2 === 1;

/** What package.json calls the modules. @param {Unit[]} tree */
function namesOf(tree) {
  const targets = tree.map((it) => [`m${it.id}`, `./src/${inUrl(nameOf(it))}`]);
  const named = (/** @type {string} */ start) =>
    Object.fromEntries(targets.map(([name, target]) => [`${start}${name}`, target]));
  return `${JSON.stringify({ name: "tree", type: "module", imports: named("#"), exports: named("./") }, undefined, 2)}\n`;
}

/** How a module calls another. @param {Unit} from @param {Unit} to @param {boolean} isUrl */
function requestOf(from, to, isUrl = isEsModule(from)) {
  if (isNamedBy(from, to)) return JSON.stringify(`${(from.id + to.id) % 2 ? "#" : "tree/"}m${to.id}`);
  const path = `${from.kind === "index" ? "../.." : ".."}/${nameOf(to)}`;
  if (isUrl) return JSON.stringify(inUrl(path));
  return JSON.stringify(importsOf(from) ? path : path.replace(/(\/index)?\.js$|\.json$/, ""));
}

/** What one has of another: the statement, and how its `sum` and `me` are called. @param {Unit} it @param {Unit} other @param {number} at */
function loaded(it, other, at) {
  const [local, from] = [`m${other.id}`, requestOf(it, other)];
  const way = it.form === undefined ? 0 : (it.form >> at) % 2;
  const parts = { sum: `${local}_sum`, me: `${local}_me` };
  const whole = { sum: `${local}.sum`, me: `${local}.me` };
  if (!importsOf(it)) {
    if (way === 0 || other.kind === "json")
      return { statement: `const ${local} = require(${from});`, ...whole };
    return { statement: `const { sum: ${parts.sum}, me: ${parts.me} } = require(${from});`, ...parts };
  }
  if (other.kind === "json") {
    return { statement: `import ${local} from ${from} with { type: "json" };`, ...whole };
  }
  if (way === 0) return { statement: `import * as ${local} from ${from};`, ...whole };
  return { statement: `import { sum as ${parts.sum}, me as ${parts.me} } from ${from};`, ...parts };
}

/** @param {Unit} asking @param {Unit} other */
function lateOf(asking, other) {
  // An import() that Node does by itself knows package.json as it was first.
  const it = importsOf(asking) ? { ...asking, named: undefined } : asking;
  const from = requestOf(it, other, importsOf(it));
  if (!importsOf(it)) return `require(${from}).sum`;
  if (other.kind === "json") return `(await import(${from}, { with: { type: "json" } })).default.sum`;
  return `(await import(${from})).sum`;
}

/** Passes names of another on: what a module of a form adds. @param {Unit} it @param {Unit} other */
function passedOn(it, other) {
  if (it.form === undefined || other.kind === "json") return "";
  const from = requestOf(it, other);
  const how = (it.form >> 4) % 4;
  if (how === 1)
    return importsOf(it) ? `export { sum as via } from ${from};` : `exports.via = require(${from}).sum;`;
  if (how === 2 && importsOf(it)) return `export * from ${from};`;
  return "";
}

/** @param {Unit} it @param {Unit[]} tree @param {Graph} graph */
function textOf(it, tree, { peers, awaiting }) {
  if (it.kind === "json") return JSON.stringify({ sum: it.value });
  const imports = importsOf(it);
  const used = it.uses.map((id, at) => loaded(it, unitOf(tree, id), at));
  const others = (peers.get(it.id) ?? []).map((id) => unitOf(tree, id));
  const statements = [
    ...used.map(({ statement }) => statement),
    ...others.map((other) =>
      imports
        ? `import * as m${other.id} from ${requestOf(it, other)};`
        : `const m${other.id} = require(${requestOf(it, other)});`,
    ),
    ...it.uses.slice(0, 1).map((id) => passedOn(it, unitOf(tree, id))),
    ...(awaiting.has(it.id) ? ["await new Promise((resolve) => setImmediate(resolve));"] : []),
  ].filter(Boolean);
  const late = [
    ...it.late.map((id) => lateOf(it, unitOf(tree, id))),
    ...others.map(({ id }) => `m${id}.sum`),
  ];
  /** @type {Record<string, string>} */
  const exported = {
    sum: [it.value, ...used.map(({ sum }) => sum)].join(" + "),
    me: "{}",
    refs: `[${used.map(({ me }) => me).join(", ")}]`,
    late: `async () => [${late.join(", ")}]`,
  };
  if (it.form !== undefined) {
    exported[`n${it.form % 5}`] = String(it.value);
    if (others.length) exported.peers = `() => [${others.map(({ id }) => `m${id}.me`).join(", ")}]`;
  }
  const typed = it.form !== undefined && it.kind.endsWith("ts") ? ": any" : "";
  const say = Object.entries(exported).map(([name, value]) =>
    imports ? `export const ${name}${typed} = ${value};` : `exports.${name} = ${value};`,
  );
  return `${[...statements, ...say].join("\n")}\n`;
}

/** @typedef {{ peers: Map<number, number[]>, awaiting: Set<number> }} Graph */

/** What one leads to. @param {Unit[]} tree @param {Map<number, number[]>} peers @param {number[]} from @param {boolean} isLate */
function reached(tree, peers, from, isLate) {
  const seen = new Set(from);
  for (const id of seen) {
    const it = unitOf(tree, id);
    for (const next of [...it.uses, ...(isLate ? it.late : []), ...(peers.get(id) ?? [])]) seen.add(next);
  }
  return seen;
}

/**
 * Which modules are in a cycle: pairs, each of which reads the other only when it is asked what it sees; what else reads one of them is in no
 * cycle. And which await: none that CommonJS requires.
 * @param {Unit[]} tree
 * @returns {Graph}
 */
function graphOf(tree) {
  /** @type {Graph["peers"]} */
  const peers = new Map();
  const add = (/** @type {number} */ from, /** @type {number} */ to) =>
    peers.set(from, [...(peers.get(from) ?? []), to]);
  for (const it of tree) {
    const other = tree.find(({ id }) => id === it.wants);
    if (!other || other.id === it.id || other.kind === "json" || it.kind === "json") continue;
    if (isEsModule(it) !== isEsModule(other)) continue;
    // What tsc makes of `import * as` copies what is there: in a cycle that is a matter of who is first.
    if ([it, other].some((one) => importsOf(one) && !isEsModule(one))) continue;
    if (
      reached(tree, peers, [it.id], false).has(other.id) ||
      reached(tree, peers, [other.id], false).has(it.id)
    )
      continue;
    add(it.id, other.id);
    add(other.id, it.id);
  }
  const required = tree.filter((it) => !isEsModule(it) && it.kind !== "json").map(({ id }) => id);
  const ofCommonJs = reached(tree, peers, required, true);
  const awaiting = tree
    .filter((it) => it.awaits && isEsModule(it) && !ofCommonJs.has(it.id))
    .map(({ id }) => id);
  return { peers, awaiting: new Set(awaiting) };
}

/** @param {Unit[]} tree @returns {Record<string, string>} */
export function filesOf(tree) {
  const graph = graphOf(tree);
  const files = Object.fromEntries(tree.map((it) => [`src/${nameOf(it)}`, textOf(it, tree, graph)]));
  const load = tree.map((it) => {
    const attributes = it.kind === "json" ? ` with { type: "json" }` : "";
    const from = JSON.stringify(`./${inUrl(nameOf(it))}`);
    return `import ${it.kind === "json" ? `m${it.id}` : `* as m${it.id}`} from ${from}${attributes};`;
  });
  const formed = tree.filter((it) => it.form !== undefined && it.kind !== "json");
  const sums = [
    ...tree.map(({ id }) => `m${id}.sum`),
    ...formed.map(({ id }) => `m${id}.via, Object.keys(m${id}).join()`),
  ].join(", ");
  const late = tree
    .filter((it) => it.late.length || graph.peers.has(it.id))
    .map(({ id }) => `...(await m${id}.late())`);
  const two = tree.flatMap(({ id, uses }) =>
    uses.map((used, at) => `m${id}.refs[${at}] === m${used}.me || "two of m${used}, by m${id}"`),
  );
  const pairs = tree.flatMap(({ id }) => {
    const others = graph.peers.get(id) ?? [];
    return others.map(
      (other, at) => `m${id}.peers()[${at}] === m${other}.me || "two of m${other}, by its peer m${id}"`,
    );
  });
  const root = `${load.join("\n")}
export const seen = async () => [${sums}, ${[...late, `...[${[...two, ...pairs].join(", ")}].filter((it) => it !== true)`].join(", ")}];\n`;
  const manifest = tree[0]?.named === undefined ? {} : { "package.json": namesOf(tree) };
  const isFirst = tree[0]?.value % 2 === 0;
  return {
    ...(isFirst ? manifest : {}),
    ...files,
    ...manifest,
    "src/root.mjs": root,
    [`src/f${COMMONJS}/package.json`]: '{ "type": "commonjs" }',
  };
}
