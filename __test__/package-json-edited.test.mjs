// A package.json that is edited while the program runs: modules that its `imports` or `exports` lead elsewhere are evaluated
// anew, as a fresh process has them. Node itself reads each package.json once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { hotProgram } from "./support/hot-program.mjs";
import { project, until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";
import { reloaded, syncProject } from "./support/sync.mjs";

/** @param {object} imports @param {object} [rest] */
const manifest = (imports, rest = {}) =>
  JSON.stringify({ name: "app", type: "module", ...rest, imports }, null, 2);
/** @param {object} imports */
const commonJs = (imports) => manifest(imports, { type: "commonjs" });

const ES = {
  "main.mjs": `import { v } from "./v.js"; globalThis.seen = () => v;
    import.meta.hot.accept("./v.js", () => say("told"));`,
  "v.js": `import { a } from "#a"; import { b } from "./w.js"; export const v = a + b;`,
  "w.js": `export { default as b } from "#b";`,
  "one.js": `export const a = "one "; export default 1;`,
  "two.js": `export const a = "two "; export default 2;`,
};
const COMMONJS = {
  "main.cjs": `let v = require("./v"); globalThis.seen = () => v;
    module.hot.accept("./v", () => { v = require("./v"); say("told"); });`,
  "v.js": `module.exports = require("#a").a + require("./w");`,
  "w.js": `module.exports = require("#b").default;`,
  "one.js": `exports.a = "one "; exports.default = 1;`,
  "two.js": `exports.a = "two "; exports.default = 2;`,
};
const TYPESCRIPT = {
  "main.ts": `import { v } from "./v"; (globalThis as any).seen = () => v; declare const say: any;
    import.meta.hot!.accept("./v", () => say("told"));`,
  "v.ts": `import { a } from "#a"; import { b } from "./w"; export const v: string = a + b;`,
  "w.ts": `export { default as b } from "#b";`,
  "one.ts": `export const a: string = "one "; export default 1;`,
  "two.ts": `export const a: string = "two "; export default 2;`,
};

for (const [kind, files, made, ending] of /** @type {const} */ ([
  ["ES modules", ES, manifest, "js"],
  ["CommonJS", COMMONJS, commonJs, "js"],
  ["TypeScript", TYPESCRIPT, manifest, "ts"],
])) {
  const to = (/** @type {string} */ a, /** @type {string} */ b) =>
    made({ "#a": `./${a}.${ending}`, "#b": `./${b}.${ending}` });

  test(`${kind}: what a name of "imports" leads to`, async (t) => {
    const { ask, save, said, program, self } = await hotProgram(t, {
      "package.json": to("one", "one"),
      ...files,
    });
    assert.equal(await ask("seen()"), "one 1");
    assert.deepEqual((await save({ "package.json": to("two", "one") })).files, [`v.${ending}`]);
    assert.equal(await ask("seen()"), "two 1");
    assert.deepEqual(said(), ["told"]);
    assert.deepEqual((await save({ "package.json": to("two", "two") })).files, [`w.${ending}`]);
    assert.equal(await ask("seen()"), "two 2");
    // What leads nowhere is refused; so is what is no JSON, and nothing is lost.
    const refused = await save({ "package.json": made({ "#a": `./two.${ending}` }) });
    assert.deepEqual([refused.files, await ask("seen()")], [[`w.${ending}`], "two 2"]);
    assert.match(refused.error, /#b['"]? is not defined in .*package\.json/);
    self.write("package.json", `{\n  "imports": {,\n}`);
    await until(() => /package\.json:2:15 is not taken/.test(program.stderr), "the refusal");
    assert.equal(await ask("seen()"), "two 2");
    assert.deepEqual((await save({ "package.json": to("one", "one") })).files.sort(), [
      `v.${ending}`,
      `w.${ending}`,
    ]);
    assert.equal(await ask("seen()"), "one 1");
  });
}

test("nothing is evaluated for what says nothing about modules", async (t) => {
  const imports = { "#a": "./one.js", "#b": "./one.js" };
  const { ask, save, said } = await hotProgram(t, { "package.json": manifest(imports), ...ES });
  assert.equal(await ask("seen()"), "one 1");
  said();
  const result = await save({
    "package.json": manifest({ ...imports, "#c": "./two.js" }, { scripts: { a: "b" }, dependencies: {} }),
    "one.js": `export const a = "new "; export default 1;`,
  });
  assert.deepEqual([result.files, said(), await ask("seen()")], [["one.js"], ["told"], "new 1"]);
});

const workspace = {
  "package.json": manifest({}),
  "packages/lib/one.js": `export const a = 1;`,
  "packages/lib/two.js": `export const a = 2;`,
  "packages/lib/one.cjs": `exports.a = 1;`,
  "packages/lib/two.cjs": `exports.a = 2;`,
};
const lib = (/** @type {string} */ file) =>
  JSON.stringify({
    name: "@my/lib",
    type: "module",
    exports: { ".": { import: `./${file}.js`, default: `./${file}.cjs` } },
  });

test("exports of a workspace's package, by its name from without and within", async (t) => {
  const { ask, save } = await hotProgram(t, {
    ...workspace,
    "packages/lib/package.json": lib("one"),
    "packages/lib/self.js": `import { a } from "@my/lib"; export const self = a;`,
    "packages/lib/self.cjs": `exports.self = require("@my/lib").a;`,
    "main.mjs": `
            import fs from "node:fs";
      fs.mkdirSync("node_modules/@my", { recursive: true });
      fs.symlinkSync("../../packages/lib", "node_modules/@my/lib", "junction");
      globalThis.seen = () => "";
      globalThis.load = () => import("./more.mjs");`,
    "more.mjs": `
      import { a } from "@my/lib"; import { self } from "./packages/lib/self.js"; import c from "./c.cjs";
      import required from "./packages/lib/self.cjs";
      globalThis.seen = () => [a, self, c.a, required.self].join(" ");
      import.meta.hot.accept();`,
    "c.cjs": `exports.a = require("@my/lib").a;`,
  });
  await ask("load().then(() => 1)");
  assert.equal(await ask("seen()"), "1 1 1 1");
  await save({ "packages/lib/package.json": lib("two") });
  assert.equal(await ask("seen()"), "2 2 2 2");
  await save({ "packages/lib/package.json": lib("one") });
  assert.equal(await ask("seen()"), "1 1 1 1");
});

test("names that lead to installed packages, built-ins and import()", async (t) => {
  const { ask, save } = await hotProgram(t, {
    "package.json": manifest({ "#a": "left", "#b": "path", "#c": "./one.js" }),
    "node_modules/left/index.js": `exports.name = "left";`,
    "node_modules/right/index.js": `exports.name = "right";`,
    "main.mjs": `
      import { name } from "#a"; import * as b from "#b"; import "./one.js";
      import.meta.hot.accept();
      globalThis.seen = async () => [name, typeof b.join, typeof b.hostname, (await import("#c")).default].join(" ");`,
    "one.js": ES["one.js"],
    "two.js": ES["two.js"],
  });
  assert.equal(await ask("seen()"), "left function undefined 1");
  await save({ "package.json": manifest({ "#a": "right", "#b": "os", "#c": "./two.js" }) });
  assert.equal(await ask("seen()"), "right undefined function 2");
  await save({ "package.json": manifest({ "#a": "left", "#b": "os", "#c": "./two.js" }) });
  assert.equal(await ask("seen()"), "left undefined function 2");
});

test("sync.require and sync.import", async (t) => {
  const imports = (/** @type {string} */ it) =>
    commonJs({ "#it": { import: `./${it}.mjs`, require: `./${it}.js` } });
  const {
    project,
    sync,
    load,
    errors,
    import: load_,
  } = syncProject(t, {
    "package.json": imports("one"),
    "c.js": `exports.v = require("#it").default; exports.resolved = () => require.resolve("#it");`,
    "e.mjs": `import v from "#it"; export { v };`,
    "one.js": "exports.default = 1;",
    "two.js": "exports.default = 2;",
    "one.mjs": "export default 1;",
    "two.mjs": "export default 2;",
  });
  const c = load("./c.js");
  const e = await load_("./e.mjs");
  assert.deepEqual([c.v, e.v], [1, 1]);
  const live = (/** @type {string} */ it) =>
    reloaded(sync, project.path("c.js"), () =>
      reloaded(sync, project.path("e.mjs"), () => project.write("package.json", imports(it))),
    );
  await live("two");
  assert.deepEqual([c.v, e.v, c.resolved()], [2, 2, project.path("two.js")]);
  project.write("package.json", commonJs({}));
  await until(() => errors.length > 0, "an error");
  assert.match(String(errors[0]), /#it/);
  assert.deepEqual([c.v, e.v], [2, 2]);
  await live("one");
  assert.deepEqual([c.v, e.v], [1, 1]);
});

for (const [entry, type, made] of /** @type {const} */ ([
  ["app.js", "ES modules", manifest],
  ["app.cjs", "CommonJS", commonJs],
])) {
  test(`the runner starts a program of ${type} anew`, async (t) => {
    const isEs = entry === "app.js";
    const { project, start } = runnerProject(t, {
      "package.json": made({ "#a": "./one.js" }),
      [entry]: `${isEs ? `import { a } from "#a";` : `const { a } = require("#a");`}
        console.log("value", a); setInterval(() => {}, 1000);`,
      "one.js": isEs ? `export const a = 1;` : `exports.a = 1;`,
      "two.js": isEs ? `export const a = 2;` : `exports.a = 2;`,
    });
    const runner = start([entry]);
    await runner.line("value 1");
    project.write("package.json", made({ "#a": "./two.js" }));
    await runner.line("value 2");
  });
}

for (const [request, made] of /** @type {const} */ ([
  ["#it", commonJs],
  ["app/it", (exports) => JSON.stringify({ name: "app", exports })],
])) {
  test(`a package.json that is written before the file that ${request} leads to by then, which a function requires`, async (t) => {
    const to = (/** @type {string} */ it) => made({ [request.replace("app", ".")]: `./${it}.js` });
    const self = project(t, {
      "package.json": to("one"),
      "main.js": `let asks = require("./asks"), other = require("./other");
        module.hot.accept("./asks", (it) => { asks = it; });
        module.hot.accept("./other", (it) => { other = it; });
        const ask = { late: () => asks.late(), other: () => other.v };
        process.on("message", (it) => {
          try { console.log(it, ask[it]()); } catch (error) { console.log(it, error.code); }
        });
        console.log("ready");`,
      "asks.js": `exports.late = () => require("${request}").v;`,
      "other.js": "exports.v = 1;",
      "one.js": "exports.v = 1;",
    });
    const program = self.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("ready");
    await program.answers("late 1", "late");
    self.delete("one.js");
    self.write("package.json", to("two"));
    await program.answers("late MODULE_NOT_FOUND", "late");
    self.write("other.js", "exports.v = 2;");
    await program.answers("other 2", "other");
    self.write("two.js", "exports.v = 2;");
    await program.answers("late 2", "late");
  });
}

/** @param {string} ending of what asks for `name` @param {string} name */
const asksFor = (ending, name) => ({
  "main.mjs": `import { v } from "./v.${ending}"; globalThis.seen = () => v; import.meta.hot.accept("./v.${ending}");`,
  "v.js": `import { v } from "${name}"; export { v };`,
  "v.cjs": `exports.v = require("${name}").v;`,
  "one.cjs": "exports.v = 1;",
});

for (const ending of ["js", "cjs"]) {
  test(`the own name leads to what is not there yet, and what it led to before is (.${ending})`, async (t) => {
    const to = (/** @type {string} */ it) =>
      JSON.stringify({ name: "app", type: "module", exports: { "./it": `./${it}.cjs` } });
    const { ask, save, self, shows } = await hotProgram(t, {
      "package.json": to("one"),
      ...asksFor(ending, "app/it"),
    });
    assert.equal(await ask("seen()"), "1");
    const { error } = await save({ "package.json": to("two") });
    assert.match(error, /Cannot find module '.*two\.cjs'/);
    self.write("two.cjs", "exports.v = 2;");
    await shows("2", "seen()");
    self.write("two.cjs", "exports.v = 3;");
    await shows("3", "seen()");
    // Nobody has it, so nobody needs a restart for it.
    self.write("one.cjs", "exports.v = 4;");
    self.write("two.cjs", "exports.v = 5;");
    await shows("5", "seen()");
  });

  test(`what is asked for by the name that the package had (.${ending})`, async (t) => {
    const named = (/** @type {string} */ name) =>
      JSON.stringify({ name, type: "module", exports: { "./it": "./one.cjs" } });
    const { ask, save, self, shows } = await hotProgram(t, {
      "package.json": named("app"),
      ...asksFor(ending, "app/it"),
    });
    assert.equal(await ask("seen()"), "1");
    const { error } = await save({ "package.json": named("other") });
    assert.match(error, /Cannot find (?:package|module) 'app/);
    self.write("package.json", named("app"));
    self.write("one.cjs", "exports.v = 2;");
    await shows("2", "seen()");
  });

  for (const name of ["#it", "app/it"]) {
    test(`${name} leads to what comes later, and has a name that is another one as a URL (.${ending})`, async (t) => {
      const to = (/** @type {string} */ it) =>
        JSON.stringify({ name: "app", type: "module", imports: { "#it": it }, exports: { "./it": it } });
      const { ask, save, self, shows } = await hotProgram(t, {
        "package.json": to("./one.cjs"),
        ...asksFor(ending, name),
      });
      assert.equal(await ask("seen()"), "1");
      const { error } = await save({ "package.json": to("./a%20b/%C3%A9.cjs") });
      assert.match(error, /Cannot find/);
      self.write("a b/é.cjs", "exports.v = 2;");
      await shows("2", "seen()");
    });
  }
}

for (const [comes, ending, name] of /** @type {const} */ ([
  ["asks", "cjs", "#it"],
  ["new", "cjs", "#it"],
  ["new", "cts", "#it"],
  ["new", "cts", "@it"],
])) {
  // Node remembers where a name has led by folder, as long as that is loaded.
  const edited = name === "#it" ? "package.json" : "tsconfig.json";
  test(`${comes}.${ending} asks for ${name}, once ${edited} leads it elsewhere than when a file beside asked for that`, async (t) => {
    const to = (/** @type {string} */ it) =>
      name === "#it"
        ? commonJs({ "#it": it })
        : JSON.stringify({ compilerOptions: { paths: { "@it": [it] } } });
    const asks = (/** @type {string} */ file) => `exports.v = require("./f/${file}.${ending}").v;`;
    const asking = `exports.v = require("${name}").v;`;
    const { ask, save } = await hotProgram(t, {
      [edited]: to("./one.cjs"),
      "main.mjs": `import { v } from "./v.cjs"; import "./one.cjs"; import { it } from "./it.mts";
        globalThis.seen = () => v + " " + it; import.meta.hot.accept();`,
      "v.cjs": asks("asks"),
      "it.mts": `import it from "${name}"; const { v } = it; export { v as it };`,
      [`f/asks.${ending}`]: asking,
      [`f/new.${ending}`]: asking,
      "one.cjs": "exports.v = 1;",
      "two.cjs": "exports.v = 2;",
    });
    assert.equal(await ask("seen()"), "1 1");
    await save({ "v.cjs": "exports.v = 0;" });
    await save({ [edited]: to("./two.cjs") });
    assert.equal(await ask("seen()"), "0 2");
    await save({ "v.cjs": asks(comes) });
    assert.equal(await ask("seen()"), "2 2");
  });
}

test("sync.require brings who asks for what a file beside had asked for before package.json was edited", async (t) => {
  const to = (/** @type {string} */ it) => commonJs({ "#it": `./${it}.js` });
  const { project, sync, load } = syncProject(t, {
    "package.json": to("one"),
    "main.js": `exports.v = require("./f/asks").v; exports.it = require("#it").v;`,
    "f/asks.js": `exports.v = require("#it").v;`,
    "f/new.js": `exports.v = require("#it").v;`,
    "held.js": `exports.one = require("./one");`,
    "one.js": "exports.v = 1;",
    "two.js": "exports.v = 2;",
  });
  const main = load("./main.js");
  load("./held.js");
  assert.deepEqual([main.v, main.it], [1, 1]);
  const live = (/** @type {() => void} */ save) => reloaded(sync, project.path("main.js"), save);
  await live(() => project.write("main.js", `exports.v = 0; exports.it = require("#it").v;`));
  await live(() => project.write("package.json", to("two")));
  assert.deepEqual([main.v, main.it], [0, 2]);
  await live(() =>
    project.write("main.js", `exports.v = require("./f/new").v; exports.it = require("#it").v;`),
  );
  assert.deepEqual([main.v, main.it], [2, 2]);
});

test("what leads nowhere by the new text is told with the place of the import", async (t) => {
  const to = (/** @type {string | undefined} */ b) => ({
    "package.json": manifest({ "#a": "./one.js", "#b": b }),
  });
  const { save } = await hotProgram(t, { ...to("./one.js"), ...ES });
  for (const [index, nowhere] of ["./none.js", "../none.js", "lacked", undefined].entries()) {
    const { type, file, line, column } = await save(to(nowhere));
    assert.deepEqual([type, file, line, column], ["linkError", "w.js", 1, 30], String(nowhere));
    await save(to(index % 2 ? "./one.js" : "./two.js"));
  }
});

test("each text by which a name leads nowhere is told of, one after the other", async (t) => {
  const to = (/** @type {object} */ imports) => ({ "package.json": manifest(imports) });
  const { save } = await hotProgram(t, { ...to({ "#a": "./one.js", "#b": "./one.js" }), ...ES });
  for (const [nowhere, told] of /** @type {const} */ ([
    ["../none.js", /target/],
    ["lacked", /package 'lacked'/],
    ["other", /package 'other'/],
    ["data:text/javascript,", /target/],
    [undefined, /not defined/],
  ])) {
    const { type, error } = await save(to({ "#a": "./one.js", "#b": nowhere }));
    assert.equal(type, "linkError");
    assert.match(error, told);
  }
});

for (const name of ["app/none", "#none"]) {
  test(`the errors of import() and require() have the place of what ${name} leads to and is not there, as Node's have`, async (t) => {
    const to = (/** @type {string} */ it) =>
      JSON.stringify({
        name: "app",
        exports: { "./*": `./${it}/*.mjs` },
        imports: { "#none": `./${it}/none.mjs` },
      });
    const { ask, save, self } = await hotProgram(t, {
      "package.json": to("one"),
      "main.mjs": `import { v } from "app/v"; import required from "./required.cjs"; globalThis.seen = () => v; import.meta.hot.accept("app/v");
        globalThis.missed = () => import("${name}").catch(({ code, url }) => code + " " + url); globalThis.required = required;`,
      "required.cjs": `module.exports = () => {
          try { require("${name}"); } catch ({ code, path }) { return code + " " + path; }
        };
        if (require.main === module) console.log(module.exports());`,
      "one/v.mjs": "export const v = 1;",
      "two/v.mjs": "export const v = 2;",
    });
    const missed = (/** @type {string} */ file) =>
      `ERR_MODULE_NOT_FOUND ${pathToFileURL(self.path(file)).href}`;
    assert.equal(await ask("missed()"), missed("one/none.mjs"));
    await save({ "package.json": to("two") });
    assert.equal(await ask("missed()"), missed("two/none.mjs"));
    const plain = self.run("required.cjs");
    await plain.exit;
    assert.match(plain.stdout, /^MODULE_NOT_FOUND ./);
    assert.equal(await ask("required()"), plain.stdout.trim());
  });
}

test("import() in CommonJS and import.meta.resolve() go by what it says now", async (t) => {
  const to = (/** @type {string} */ it) =>
    JSON.stringify({ name: "app", exports: { "./it": it }, imports: { "#it": it } });
  const { ask, save, self } = await hotProgram(t, {
    "package.json": to("./one.cjs"),
    "main.mjs": `import ask from "./ask.cjs"; import "./accepts.mjs";
      globalThis.seen = (name) => ask(name).then((it) => [it, import.meta.resolve(name)].join(" "));`,
    "accepts.mjs": `import "#it"; import.meta.hot.accept();`,
    "ask.cjs": `module.exports = async (name) => (await import(name)).default;`,
    "one.cjs": "module.exports = 1;",
    "two.cjs": "module.exports = 2;",
  });
  const seen = async () => [await ask(`seen("#it")`), await ask(`seen("app/it")`)];
  const shown = (/** @type {number} */ value, /** @type {string} */ file) =>
    Array(2).fill(`${value} ${pathToFileURL(self.path(file)).href}`);
  assert.deepEqual(await seen(), shown(1, "one.cjs"));
  await save({ "package.json": to("./two.cjs") });
  assert.deepEqual(await seen(), shown(2, "two.cjs"));
  await save({ "package.json": to("./one.cjs") });
  assert.deepEqual(await seen(), shown(1, "one.cjs"));
});
