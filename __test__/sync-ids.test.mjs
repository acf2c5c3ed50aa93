// What an id may be, for require and import: relative to the calling file, absolute, a file: URL, an
// #import, a package, JSON, a list; and where `from` points.
import assert from "node:assert/strict";
import path from "node:path";
import { it } from "node:test";
import { pathToFileURL } from "node:url";
import { reloaded, syncProject } from "./support/sync.mjs";

it("takes ids as relative to the calling file, CommonJS or ES module", async (t) => {
  const { require, project, sync } = syncProject(t, {
    "lib/deep/caller.js": `
      const { sync } = require("../../sync.js");
      exports.sibling = sync.require("./value.js");
      exports.bare = sync.require("./value");
      exports.above = sync.require("../value.js");
      exports.folder = sync.require("./folder");
      exports.imported = sync.import("./value.mjs");
      exports.later = () => [sync.require("./value.js"), sync.import("./value.mjs")];`,
    "lib/deep/caller.mjs": `
      import { sync } from "../../sync.js";
      export const sibling = sync.require("./value.js");
      export const module = sync.require("./value.mjs");
      export const above = await sync.import("../value.js");
      export const imported = await sync.import("./value.mjs");
      export const [first, second] = await Promise.all(["./value.mjs", "../value.js"].map((id) => sync.import(id)));`,
    "lib/deep/value.js": `exports.name = "sibling";`,
    "lib/deep/value.mjs": `export const name = "module";`,
    "lib/deep/folder/index.js": `exports.name = "folder";`,
    "lib/value.js": `exports.name = "above";`,
    "value.js": `exports.name = "root";`,
  });
  const caller = require("./lib/deep/caller.js");
  assert.equal(caller.sibling.name, "sibling");
  assert.equal(caller.bare, caller.sibling);
  assert.equal(caller.above.name, "above");
  assert.equal(caller.folder.name, "folder");
  assert.equal((await caller.imported).name, "module");
  const [again, importedAgain] = caller.later();
  assert.equal(again, caller.sibling);
  assert.equal(await importedAgain, await caller.imported);

  const module = await import(pathToFileURL(project.path("lib/deep/caller.mjs")).href);
  assert.equal(module.sibling, caller.sibling);
  assert.equal(module.module, module.imported);
  assert.equal(module.imported, await caller.imported);
  assert.equal(module.above.default.name, "above");
  assert.deepEqual([module.first, module.second], [module.imported, module.above]);

  // An edit reaches what each of them holds.
  const file = project.path("lib/deep/value.js");
  await reloaded(sync, file, () => project.write("lib/deep/value.js", `exports.name = "new";`));
  assert.equal(module.sibling.name, "new");
});

it("takes absolute paths and file: URLs, as text and as objects, of names that need escaping", async (t) => {
  const names = ["plain.js", "with space.js", "100%20.js", "c#1.js", "what?.js", "ünï-文.js"].filter(
    (name) => process.platform !== "win32" || !name.includes("?"),
  );
  const { project, sync } = syncProject(
    t,
    Object.fromEntries(names.map((name) => [`odd names/${name}`, `exports.file = __filename;`])),
  );
  for (const name of names) {
    const file = project.path("odd names", name);
    const url = pathToFileURL(file);
    const object = sync.require(file);
    assert.equal(object.file, file);
    assert.equal(sync.require(url.href), object, url.href);
    assert.equal(sync.require(url), object);
    assert.equal(sync.require(`./odd names/${name}`, project.directory), object);
    const imported = await sync.import(file);
    assert.equal(imported.default.file, file);
    assert.equal(await sync.import(url.href), imported);
    assert.equal(await sync.import(url), imported);
    assert.deepEqual(await sync.import([url, file]), [imported, imported]);
  }
  const last = names[names.length - 1];
  const object = sync.require(project.path("odd names", last));
  await reloaded(sync, project.path("odd names", last), () =>
    project.write(`odd names/${last}`, `exports.file = "edited";`),
  );
  assert.equal(object.file, "edited");
});

it("resolves #imports and packages as require and import each do", async (t) => {
  const test = syncProject(t, {
    "package.json": {
      name: "app",
      exports: { "./own": "./own.js" },
      imports: {
        "#own": "./own.js",
        "#by-kind": { import: "./kind.mjs", require: "./kind.cjs" },
        "#many/*": "./many/*.js",
        "#package": "both",
        "#builtin": "path",
      },
    },
    "own.js": "exports.own = 1;",
    "kind.mjs": `export const kind = "import";`,
    "kind.cjs": `exports.kind = "require";`,
    "many/one.js": "exports.one = 1;",
    "node_modules/plain/package.json": { name: "plain", version: "1.0.0", main: "lib/main.js" },
    "node_modules/plain/lib/main.js": `exports.plain = require("./inner.js");`,
    "node_modules/plain/lib/inner.js": `module.exports = 1;`,
    "node_modules/@scope/only-import/package.json": {
      name: "@scope/only-import",
      exports: { ".": { import: "./main.mjs" }, "./sub": "./sub.js" },
    },
    "node_modules/@scope/only-import/main.mjs": "export const onlyImport = 1;",
    "node_modules/@scope/only-import/sub.js": "exports.sub = 1;",
    "node_modules/both/package.json": {
      name: "both",
      exports: { import: "./main.mjs", require: "./main.cjs" },
    },
    "node_modules/both/main.mjs": `export const by = "import";`,
    "node_modules/both/main.cjs": `exports.by = "require";`,
  });
  const { load, project } = test;
  assert.equal(load("#own"), load("./own.js"));
  assert.equal(load("app/own"), load("./own.js"));
  assert.equal(load("#by-kind").kind, "require");
  assert.equal((await test.import("#by-kind")).kind, "import");
  assert.equal(load("#many/one").one, 1);
  assert.equal(load("#package").by, "require");
  assert.equal((await test.import("#package")).by, "import");
  // Node's require() has no words of its own for that one (ERR_INVALID_URL_SCHEME).
  assert.equal((await test.import("#builtin")).join, path.join);
  assert.equal(load("both").by, "require");
  assert.equal((await test.import("both")).by, "import");
  assert.equal(load("plain").plain, 1);
  assert.equal(load("plain/lib/main.js"), load("plain"));
  assert.equal((await test.import("plain")).default, load("plain"));
  assert.equal((await test.import("@scope/only-import")).onlyImport, 1);
  assert.equal(load("@scope/only-import/sub").sub, 1);
  assert.throws(() => load("@scope/only-import"), { code: "ERR_PACKAGE_PATH_NOT_EXPORTED" });
  await assert.rejects(test.import("@scope/only-import/hidden.js"), {
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
  });

  // A package's file reloads when it is what was asked for.
  await test.save("node_modules/plain/lib/main.js", "exports.plain = 2;");
  assert.equal(load("plain").plain, 2);
  await reloaded(test.sync, project.path("own.js"), () => project.write("own.js", "exports.own = 2;"));
  assert.equal(load("#own").own, 2);
});

it("loads JSON, and what Node has built in", async (t) => {
  const test = syncProject(t, { "config.json": { port: 1 }, "list.json": "[1, 2]" });
  const config = test.load("./config.json");
  assert.deepEqual(config, { port: 1 });
  const imported = await test.import("./config.json", { type: "json" });
  assert.deepEqual({ ...imported }, { default: { port: 1 } });
  await assert.rejects(test.import("./list.json"), { code: /^ERR_IMPORT_A\w+_MISSING$/ });
  assert.throws(() => test.load("./list.json"), /list\.json does not seem to export an Object.*an array/);

  await test.save("config.json", { host: "::1" });
  assert.deepEqual(config, { host: "::1" });
  assert.deepEqual(imported.default, { host: "::1" });

  assert.equal(test.load("node:path"), path);
  assert.equal(test.load("path"), path);
  assert.equal((await test.import("node:path")).join, path.join);
  assert.equal((await test.import("data:text/javascript,export const a = 1")).a, 1);
});

it("takes a list of ids and gives the list of their objects", async (t) => {
  const test = syncProject(t, {
    "a.js": "exports.a = 1;",
    "b.mjs": "export const b = 1;",
    "c.json": { c: 1 },
    "caller.js": `
      const { sync } = require("./sync.js");
      exports.required = sync.require(["./a.js", "./b.mjs", "./c.json", "./a.js"]);
      exports.imported = sync.import(["./b.mjs", "./a.js"]);`,
    "d.json": { d: 1 },
  });
  const { required, imported } = test.require("./caller.js");
  assert.deepEqual(
    required.map((/** @type {object} */ it) => ({ ...it })),
    [{ a: 1 }, { b: 1 }, { c: 1 }, { a: 1 }],
  );
  assert.equal(required[0], required[3]);
  const [b, a] = await imported;
  assert.equal(b, required[1]);
  assert.equal(a.default, required[0]);
  assert.deepEqual(test.load([]), []);
  assert.deepEqual(await test.import([]), []);
  const json = await test.import(["./c.json", "./d.json"], { type: "json" });
  assert.deepEqual(
    json.map((/** @type {any} */ it) => it.default),
    [{ c: 1 }, { d: 1 }],
  );
  await test.save("a.js", "exports.a = 2;");
  assert.equal(required[0].a, 2);
  assert.equal(a.default.a, 2);
});

it("starts from `from`: a folder, a file in it, a URL of either", async (t) => {
  const test = syncProject(t, {
    "there/value.js": "exports.here = false;",
    "there/value.mjs": "export const here = false;",
    "value.js": "exports.here = true;",
  });
  const folder = test.project.path("there");
  const file = path.join(folder, "any.js");
  const places = [
    folder,
    folder + path.sep,
    file,
    pathToFileURL(file),
    pathToFileURL(file).href,
    pathToFileURL(`${folder}/`),
    pathToFileURL(folder).href,
    path.join(folder, "value.js"),
    `${pathToFileURL(file).href}?v=1#hash`,
  ];
  const wanted = test.sync.require(path.join(folder, "value.js"));
  const wantedModule = await test.sync.import(path.join(folder, "value.mjs"));
  for (const place of places) {
    assert.equal(test.sync.require("./value.js", place), wanted, String(place));
    assert.deepEqual(test.sync.require(["./value.js"], place), [wanted]);
    assert.equal(await test.sync.import("./value.mjs", undefined, place), wantedModule, String(place));
    assert.equal(test.sync.resync("./value.js", place), wanted);
  }
  // What is not there is a folder, unless it has an extension.
  for (const place of [path.join(folder, "none"), pathToFileURL(path.join(folder, "none")).href]) {
    assert.equal(test.sync.require("../value.js", place), wanted, place);
  }
});

it("says what is wrong with an id, under the codes Node has for it", async (t) => {
  const test = syncProject(t, {
    "package.json": { name: "app", exports: { "./a": "./a.js" }, imports: { "#known": "./gone.js" } },
    "native.mjs": "export const native = (id) => import(id);",
    "folder/a.js": "",
  });
  for (const id of ["", undefined, null, 5, {}, true]) {
    const message = new RegExp(`^a module id is .*, not ${id === "" ? "an empty string" : typeof id}$`);
    assert.throws(() => test.load(id), { name: "TypeError", message });
    await assert.rejects(test.import(id), { name: "TypeError", message });
    assert.throws(() => test.load([id]), { name: "TypeError" });
  }
  const { native } = await import(pathToFileURL(test.project.path("native.mjs")).href);
  const wrong = ["./nowhere.js", "./nowhere", "no-such-package", "#nothing", "#known", "app/b", "./folder"];
  for (const id of wrong) {
    const byRequire = await error(() => test.require(id));
    assert.equal((await error(() => test.load(id))).code, byRequire.code, `require ${id}`);
    const byImport = await error(() => native(id));
    const own = await error(() => test.import(id));
    assert.equal(own.code, byImport.code, `import ${id}: ${own.message}`);
    assert.match(own.message, new RegExp(id.replace(/^(\.\/|app\/)/, "")));
  }
  assert.throws(() => test.load("heatsync-rs"), /can't reload itself/);
  await assert.rejects(test.import("heatsync-rs"), /can't reload itself/);
});

/** @param {() => unknown} act */
async function error(act) {
  try {
    await act();
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error);
  }
  throw new Error("nothing was thrown");
}
