// `remember`: a value per file and key that outlives reloads; the key is read from the source.
import assert from "node:assert/strict";
import { it } from "node:test";
import { pathToFileURL } from "node:url";
import { syncProject } from "./support/sync.mjs";

const start = `const { sync } = require("./sync.js");`;

/** Ways to write it → the keys the values must be kept under: what the variable is called. */
const shapes = {
  "const a = sync.remember(() => {});": ["a"],
  "let a=sync.remember(() => ({}));": ["a"],
  "var $_a1 = sync.remember(() => ({}));": ["$_a1"],
  "let a; a = sync.remember(() => ({}));": ["a"],
  "let a = null; a ??= sync.remember(() => ({}));": ["a"],
  "let a = 0; a ||= sync.remember(() => ({}));": ["a"],
  "exports.a = sync.remember(() => ({}));": ["exports.a"],
  "module.exports.a = sync.remember(() => ({}));": ["module.exports.a"],
  "exports.deep = {}; exports.deep.er = sync.remember(() => ({}));": ["exports.deep.er"],
  "const it = { a: sync.remember(() => ({})), b: sync.remember(() => ({})) };": ["a", "b"],
  "const it = {\n  a: sync.remember(() => ({})),\n  b: sync.remember(() => ({})),\n};": ["a", "b"],
  "new (class { constructor() { this.a = sync.remember(() => ({})); } })();": ["this.a"],
  "new (class { a = sync.remember(() => ({})); #b = sync.remember(() => ({})); })();": ["a", "#b"],
  "class K { static a = sync.remember(() => ({})); }": ["a"],
  "const a = sync.remember(() => ({})), b = sync.remember(() => ({}));": ["a", "b"],
  "const a = sync.remember(() => ({})); const b = sync.remember(() => ({})); let c = sync.remember(() => ({}));":
    ["a", "b", "c"],
  "const a =\n  sync.remember(() => ({}));": ["a"],
  "const a = sync\n  .remember(() => ({}));": ["a"],
  "const a =\n  sync\n    .remember(() => ({}));": ["a"],
  "const a =\n\n\n  sync.remember(() => ({}));": ["a"],
  "const a = sync.remember(\n  () => ({}),\n);": ["a"],
  "const lib = { sync }; const a = lib.sync.remember(() => ({}));": ["a"],
  "const a = sync?.remember(() => ({}));": ["a"],
  "const a = (sync.remember(() => ({})));": ["a"],
  "const ünï文 = sync.remember(() => ({}));": ["ünï文"],
  "const a\t=\tsync.remember(() => ({}));": ["a"],
  "(async () => { const a = await sync.remember(async () => ({})); })();": ["a"],
  "const a = /* why not */ 1; const b = sync.remember(() => ({}));": ["b"],
  "function f(x) { const a = sync.remember(() => ({})); } f();": ["a"],
  "const f = (x = 1) => { const a = sync.remember(() => ({})); }; f();": ["a"],
  "const a = process.version ? sync.remember(() => ({})) : undefined;": ["a"],
  "const wrap = (x) => x; const a = wrap(sync.remember(() => ({})));": ["a"],
  "const a = [sync.remember(() => ({}))];": ["a"],
  "const a = undefined ?? sync.remember(() => ({}));": ["a"],
  "const a = 'explicit', b = sync.remember(() => ({}), 'my key');": ["my key"],
  "sync.remember(() => ({}), 'my key');": ["my key"],
};

it("keeps a value under the name it is assigned to, in every way to write that", (t) => {
  keptUnder(t, shapes, "js");
});

/**
 * Runs each text, then asks from the same file by key for what it keeps.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string[]>} texts
 * @param {string} extension
 */
function keptUnder(t, texts, extension) {
  const test = syncProject(t, {}, "{ watchFS: false }");
  for (const [index, [text, keys]] of Object.entries(texts).entries()) {
    const file = `${index}.${extension}`;
    test.project.write(file, `${start}\n${text}\n`);
    test.require(`./${file}`);
    const asked = keys.map((key) => `sync.remember(() => "not kept", ${JSON.stringify(key)})`);
    test.project.write(file, `${start}\nexports.values = [${asked}];`);
    delete test.require.cache[test.project.path(file)];
    const { values } = test.require(`./${file}`);
    assert.equal(values.includes("not kept"), false, `${text}: ${keys} -> ${values}`);
  }
}

const annotated = {
  "const a: Map<string, number> = sync.remember(() => new Map());": ["a"],
  "const a: { b: string; c: number[] } = sync.remember(() => ({ b: '', c: [] }));": ["a"],
  "let a: string | undefined = sync.remember(() => '');": ["a"],
  "const a: () => void = sync.remember(() => () => {});": ["a"],
  "const a: (x: number) => Promise<string> = sync.remember(() => async () => '');": ["a"],
  "class K { private a: string = sync.remember(() => ''); public readonly b?: string = sync.remember(() => ''); } new K();":
    ["a", "b"],
  "const a: number = sync.remember(() => 1), b: Record<string, 1> = sync.remember(() => ({}));": ["a", "b"],
  "let x: number\nconst b = sync.remember(() => 1)\nconst c = sync.remember(() => 1)": ["b", "c"],
  "const a = sync.remember<Map<string, number>>(() => new Map());": ["a"],
  "const a = sync.remember(() => new Map()) as Map<string, number>;": ["a"],
  "const wrap = (x: object) => x; const a: object = wrap(sync.remember(() => ({})));": ["a"],
};

const strips = process.features.typescript === "strip";
it("does so with TypeScript's annotations", { skip: !strips && "this Node runs no TypeScript" }, (t) => {
  keptUnder(t, annotated, "ts");
});

it("outlives reloads, successful or not, with the getter called once", async (t) => {
  const text = (/** @type {number} */ version, end = "") => `${start}
    const index = sync.remember(() => new Map([["made by", ${version}]]));
    exports.nothing = sync.remember(() => { index.set("nothing", (index.get("nothing") ?? 0) + 1); });
    exports.index = index;
    exports.version = ${version};
    ${end}`;
  const test = syncProject(t, { "a.js": text(1) });
  const a = test.load("./a.js");
  const { index } = a;
  assert.equal(index.get("made by"), 1);
  await test.save("a.js", text(2));
  assert.equal(a.version, 2);
  assert.equal(a.index, index);
  await test.fail("a.js", text(3, "throw new Error('no');"));
  await test.save("a.js", text(4));
  assert.equal(a.index, index);
  assert.deepEqual(
    [...index],
    [
      ["made by", 1],
      ["nothing", 1],
    ],
  );
  await test.save(
    "a.js",
    `${start}\n// moved\n\nexports.other = sync.remember(() => 1), exports.index = sync.remember(() => 2);`,
  );
  assert.deepEqual({ ...a }, { other: 1, index: 2 });

  // In an ES module as well.
  const module = (/** @type {number} */ version) => `import { sync } from "./sync.js";
    export const index = sync.remember(() => new Map([["made by", ${version}]]));
    export const version = ${version};`;
  test.project.write("m.mjs", module(1));
  const m = await test.import("./m.mjs");
  const kept = m.index;
  await test.save("m.mjs", module(2));
  assert.deepEqual([m.version, m.index], [2, kept]);
});

it("is kept per file, and per instance; a getter that throws is asked again", async (t) => {
  const text = `${start}\nexports.value = sync.remember(() => ({ file: __filename }));`;
  const test = syncProject(t, {
    "a.js": text,
    "b.js": text,
    "throws.js": `${start}
      const f = (fails) => { const value = sync.remember(() => { if (fails) throw new Error("no"); return 1; }); return value; };
      exports.first = () => f(true);
      exports.then = () => f(false);`,
    "other-instance.js": `
      const sync = new (require("heatsync-rs"))();
      exports.value = sync.remember(() => 1);
      exports.dispose = () => sync.dispose();
      exports.again = () => sync.remember(() => 2, "exports.value");`,
  });
  const [a, b] = test.load(["./a.js", "./b.js"]);
  assert.equal(a.value.file, test.project.path("a.js"));
  assert.equal(b.value.file, test.project.path("b.js"));
  const throws = test.load("./throws.js");
  assert.throws(throws.first, /no/);
  assert.equal(throws.then(), 1);
  const other = test.require("./other-instance.js");
  assert.equal(other.again(), 1);
  await other.dispose();
  assert.equal(other.again(), 2);
});

it("says which line it could not make out", async (t) => {
  const test = syncProject(t, {
    "alone.js": `${start}\n\nsync.remember(() => 1);`,
    "argument.js": `${start}\nString(sync.remember(() => 1));`,
    "two.js": `${start}\nconst pair = [sync.remember(() => 1), sync.remember(() => 2)];\nexports.pair = pair;`,
    "returned.js": `${start}\nconst f = () => {\n  return sync.remember(() => 1);\n};\nf();`,
    "module.mjs": `import { sync } from "./sync.js";\n\nawait sync.remember(() => 1);`,
  });
  const lines = { alone: 3, argument: 2, returned: 3, two: 2 };
  for (const [name, line] of Object.entries(lines)) {
    const file = test.project.path(`${name}.js`);
    assert.throws(
      () => test.load(file),
      (error) => {
        const { message } = /** @type {Error} */ (error);
        assert.ok(message.startsWith(`${file}:${line}:`), message);
        assert.match(message, /pass a key as the second argument/);
        assert.match(message, new RegExp(`> ${line} \\| .*sync\\.remember`));
        return true;
      },
      name,
    );
  }
  const file = test.project.path("module.mjs");
  await assert.rejects(import(pathToFileURL(file).href), (error) => {
    assert.ok(/** @type {Error} */ (error).message.startsWith(`${file}:3:`));
    return true;
  });
});
