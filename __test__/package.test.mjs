// The package as users get it: packed, installed offline without scripts into an empty project, and loaded in every
// way; and what they are told where no binary fits.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));

describe("the packed package", () => {
  /** @type {string} */
  let project;
  /** @type {string[]} */
  let packed;

  before(() => {
    project = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "heatsync-rs-package-")));
    const [{ filename, files }] = JSON.parse(
      npm(["pack", "--json", "--ignore-scripts", "--pack-destination", project], root),
    );
    packed = files.map(({ path: name }) => name);
    fs.writeFileSync(path.join(project, "package.json"), '{ "name": "empty", "private": true }\n');
    const install = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    npm([...install, path.join(project, filename)], project);
  });
  after(() => fs.rmSync(project, { recursive: true, force: true }));

  it("carries this platform's binary, the runtime, and all that a build from source needs", () => {
    assert.equal(packed.filter((name) => /^native\/heatsync-rs\..+\.node$/.test(name)).length, 1);
    const needed = [
      "index.js",
      "index.mjs",
      "index.d.ts",
      "index.d.mts",
      "register.d.ts",
      "loader.d.ts",
      "runtime/esm/register.cjs",
      "runtime/esm/loader.cjs",
      "runtime/startup.bundle",
      "runtime/startup.head",
      "runtime/startup.hooks",
      "runtime/inspect/page/index.html",
      "runtime/inspect/page/page.js",
      "runtime/inspect/page/page.css",
      "native/addon.d.ts",
      "native/load.cjs",
      "Cargo.toml",
      "Cargo.lock",
      ".cargo/config.toml",
      "build.rs",
      "src/lib.rs",
      "scripts/build.mjs",
      "scripts/build-startup.mjs",
      "scripts/build-code.mjs",
      `runtime/startup.bundle.${process.versions.v8}-${process.platform}-${process.arch}.code`,
      "LICENSE",
    ];
    assert.deepEqual(
      needed.filter((name) => !packed.includes(name)),
      [],
    );
    assert.deepEqual(
      packed.filter((name) =>
        /^(__test__|benches|examples|page|target|node_modules|\.(?!cargo\/config\.toml$))|\/\.startup$/.test(
          name,
        ),
      ),
      [],
    );
  });

  it("has no dependency and runs no script at installation", () => {
    assert.deepEqual(fs.readdirSync(path.join(project, "node_modules")).filter(isPackage), ["heatsync-rs"]);
    assert.equal(manifest.dependencies, undefined);
    for (const name of ["preinstall", "install", "postinstall", "prepare"]) {
      assert.equal(manifest.scripts[name], undefined);
    }
  });

  it("is at most 6 MB of addon", () => {
    const [binary] = packed.filter((name) => name.endsWith(".node"));
    const { size } = fs.statSync(path.join(root, binary));
    assert.ok(size <= 6 * 2 ** 20, `${binary} has ${size} bytes`);
  });

  it("is one class under every name, from CommonJS", () => {
    run(
      "main.cjs",
      `const assert = require("node:assert/strict");
       const Heatsync = require("heatsync-rs");
       const { Heatsync: named, hmr, default: byDefault } = require("heatsync-rs");
       assert.equal(typeof Heatsync, "function");
       assert.equal(named, Heatsync);
       assert.equal(byDefault, Heatsync);
       assert.equal(typeof hmr, "function");
       assert.equal(typeof Heatsync.ClassKeySpecifier, "symbol");`,
    );
  });

  it("is the same class from an ES module", () => {
    run(
      "main.mjs",
      `import assert from "node:assert/strict";
       import { createRequire } from "node:module";
       import Heatsync, { Heatsync as named, hmr } from "heatsync-rs";
       assert.equal(named, Heatsync);
       assert.equal(hmr, Heatsync.hmr);
       assert.equal(createRequire(import.meta.url)("heatsync-rs"), Heatsync);
       assert.equal((await import("heatsync-rs")).default, Heatsync);`,
    );
  });

  it("runs programs: heatsync, hot-runner, and as a library", () => {
    fs.writeFileSync(path.join(project, "hello.js"), "console.log('hello', process.argv[2]);");
    for (const [name, ...words] of [["heatsync"], ["hot-runner", "--clear-screen"]]) {
      const command = path.join(project, "node_modules", ".bin", name);
      const windows = process.platform === "win32";
      const output = execFileSync(command, [...words, "hello.js", "you"], {
        cwd: project,
        encoding: "utf8",
        shell: windows,
        timeout: 30_000,
      });
      assert.match(output, /hello you\n$/);
    }
    run(
      "runner.cjs",
      `require("node:assert/strict").equal(typeof require("heatsync-rs/runner").run, "function");`,
    );
    run("runner.mjs", `import { run } from "heatsync-rs/runner"; if (typeof run !== "function") throw run;`);
  });

  it("gives out its package.json and hides everything else", () => {
    run(
      "exports.cjs",
      `const assert = require("node:assert/strict");
       assert.equal(require("heatsync-rs/package.json").version, "${manifest.version}");
       assert.throws(() => require("heatsync-rs/native/load.cjs"), { code: "ERR_PACKAGE_PATH_NOT_EXPORTED" });`,
    );
  });

  it("registers, with --import and --loader, by its own and its root's name", () => {
    fs.writeFileSync(path.join(project, "entry.mjs"), `import { hot } from "./hot.mjs"; console.log(hot);`);
    fs.writeFileSync(path.join(project, "hot.mjs"), "export const hot = typeof import.meta.hot;");
    for (const flag of [
      "--import=heatsync-rs/register",
      "--import=heatsync-rs",
      "--loader=heatsync-rs/loader",
    ]) {
      const options = { cwd: project, encoding: /** @type {const} */ ("utf8"), timeout: 30_000 };
      const args = ["--no-warnings", flag, "entry.mjs"];
      assert.equal(execFileSync(process.execPath, args, options), "object\n", flag);
    }
  });

  it("reloads a module", () => {
    fs.writeFileSync(path.join(project, "value.js"), "exports.value = 1;");
    run(
      "reload.cjs",
      `const assert = require("node:assert/strict");
       const fs = require("node:fs");
       const sync = new (require("heatsync-rs"))();
       const module_ = sync.require("./value.js");
       assert.equal(module_.value, 1);
       const lost = setTimeout(() => process.exit(1), 10_000);
       sync.events.once("reload", () => {
         assert.equal(module_.value, 2);
         clearTimeout(lost);
       });
       fs.writeFileSync(__dirname + "/value.js", "exports.value = 2;");`,
    );
  });

  it("stands in for npm heatsync under an alias", () => {
    const alias = path.join(project, "node_modules", "heatsync");
    fs.symlinkSync(path.join(project, "node_modules", "heatsync-rs"), alias, "junction");
    run("alias.cjs", `new (require("heatsync"))().dispose();`);
    run("alias.mjs", `import Sync from "heatsync"; await new Sync().dispose();`);
  });

  it("stands in for hot-hook under an alias: every name of its package", () => {
    const alias = path.join(project, "node_modules", "hot-hook");
    fs.symlinkSync(path.join(project, "node_modules", "heatsync-rs"), alias, "junction");
    run(
      "hot-hook.mjs",
      `import assert from "node:assert";
       import fs from "node:fs";
       import { createRequire, register } from "node:module";
       import { hot } from "hot-hook";
       import * as loader from "hot-hook/loader";
       import "hot-hook/register";
       assert.deepEqual(["init", "dump", "dispose", "decline"].map((it) => typeof hot[it]), Array(4).fill("function"));
       assert.deepEqual([typeof loader.resolve, typeof loader.load], ["function", "function"]);
       await hot.init(import.meta.url, { boundaries: ["./none/*.js"], watch: false });
       assert.equal(globalThis.hot, hot);
       const { exports } = createRequire(import.meta.url)("hot-hook/package.json");
       assert.match(fs.readFileSync("node_modules/hot-hook/" + exports["./import-meta"].types, "utf8"), /interface ImportMeta/);`,
    );
  });

  /**
   * @param {string} name
   * @param {string} source
   */
  function run(name, source) {
    const file = path.join(project, name);
    fs.writeFileSync(file, source);
    execFileSync(process.execPath, [file], { cwd: project, encoding: "utf8", timeout: 30_000 });
  }
});

describe("native/load.cjs", () => {
  /** @type {string} a copy of the loader in a package without a binary */
  let copy;

  before(() => {
    copy = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "heatsync-rs-load ")));
    fs.mkdirSync(path.join(copy, "native"));
    for (const name of ["load.cjs", "addon.d.ts"])
      fs.copyFileSync(path.join(root, "native", name), path.join(copy, "native", name));
    fs.copyFileSync(path.join(root, "package.json"), path.join(copy, "package.json"));
  });
  after(() => fs.rmSync(copy, { recursive: true, force: true }));

  it("says what it looked for, where, and how to build it", () => {
    const error = load();
    assert.equal(error.code, "HEATSYNC_NO_BINARY");
    for (const part of [
      process.platform,
      process.arch,
      process.versions.node,
      `ABI ${process.versions.modules}`,
    ]) {
      assert.ok(error.message.includes(part), part);
    }
    assert.match(error.message, /heatsync-rs\.[\w-]+\.node: no such file/);
    assert.match(error.message, /package heatsync-rs-[\w-]+: not installed/);
    assert.match(error.message, /\n {2}npm run build --prefix ".*heatsync-rs-load .+"$/);
  });

  it("gives the reason of a binary that does not load", () => {
    const [, platform] = /heatsync-rs\.([\w-]+)\.node/.exec(load().message) ?? [];
    const file = path.join(copy, "native", `heatsync-rs.${platform}.node`);
    fs.writeFileSync(file, "not a library");
    const { message } = load();
    fs.rmSync(file);
    assert.ok(message.includes(`${file}: `));
    assert.ok(!message.includes("no such file"));
  });

  it("refuses a platform package of another version", () => {
    const [, platform] = /heatsync-rs\.([\w-]+)\.node/.exec(load().message) ?? [];
    const other = path.join(copy, "node_modules", `heatsync-rs-${platform}`);
    fs.mkdirSync(other, { recursive: true });
    fs.writeFileSync(path.join(other, "package.json"), '{ "version": "0.0.1", "main": "x.node" }');
    assert.match(load().message, /its version 0\.0\.1 does not belong to heatsync-rs/);
    fs.rmSync(path.join(copy, "node_modules"), { recursive: true });
  });

  it("loads a platform package", () => {
    const [, platform] = /heatsync-rs\.([\w-]+)\.node/.exec(load().message) ?? [];
    const own = path.join(copy, "node_modules", `heatsync-rs-${platform}`);
    fs.mkdirSync(own, { recursive: true });
    fs.writeFileSync(
      path.join(own, "package.json"),
      JSON.stringify({ version: manifest.version, main: "addon.node" }),
    );
    fs.copyFileSync(path.join(root, "native", `heatsync-rs.${platform}.node`), path.join(own, "addon.node"));
    assert.equal(load(), undefined);
    fs.rmSync(path.join(copy, "node_modules"), { recursive: true });
  });

  it("loads a platform package where the runtime starts from its bundle, too", () => {
    const [, platform] = /heatsync-rs\.([\w-]+)\.node/.exec(load().message) ?? [];
    const own = path.join(copy, "node_modules", `heatsync-rs-${platform}`);
    const runtime = path.join(copy, "runtime");
    fs.mkdirSync(own, { recursive: true });
    fs.writeFileSync(
      path.join(own, "package.json"),
      JSON.stringify({ version: manifest.version, main: "addon.node" }),
    );
    fs.copyFileSync(path.join(root, "native", `heatsync-rs.${platform}.node`), path.join(own, "addon.node"));
    fs.cpSync(path.join(root, "runtime"), runtime, { recursive: true });
    fs.rmSync(path.join(runtime, ".startup"));
    fs.writeFileSync(path.join(copy, "main.mjs"), "console.log(typeof import.meta.hot);");
    const register = pathToFileURL(path.join(runtime, "esm", "register.cjs")).href;
    const said = execFileSync(process.execPath, ["--import", register, "main.mjs"], {
      cwd: copy,
      encoding: "utf8",
    });
    assert.equal(said.trim(), "object");
    fs.rmSync(path.join(copy, "node_modules"), { recursive: true });
    fs.rmSync(runtime, { recursive: true });
  });

  it("refuses a binary that was built for other JavaScript, before it fails for reasons nobody understands", () => {
    const [, platform] = /heatsync-rs\.([\w-]+)\.node/.exec(load().message) ?? [];
    const name = `heatsync-rs.${platform}.node`;
    const binary = path.join(root, "native", name);
    const declarations = path.join(copy, "native", "addon.d.ts");
    const text = fs.readFileSync(declarations, "utf8");
    fs.copyFileSync(binary, path.join(copy, "native", name));
    try {
      // A checkout on Windows has other line ends.
      fs.writeFileSync(declarations, text.replaceAll("\n", "\r\n"));
      assert.equal(load(), undefined);
      fs.writeFileSync(declarations, text.replace("addBoundaries(", "addABoundary("));
      for (const { code, message } of [load(), load({ HEATSYNC_NATIVE: binary })]) {
        assert.equal(code, "HEATSYNC_NO_BINARY");
        assert.match(message, /heatsync-rs\..+\.node.*: it was built from other sources than the JavaScript/);
        assert.match(message, /npm run build/);
      }
    } finally {
      fs.rmSync(path.join(copy, "native", name));
      fs.writeFileSync(declarations, text);
    }
  });

  it("takes the file HEATSYNC_NATIVE names, and nothing else", () => {
    const missing = path.join(copy, "missing.node");
    const { code, message } = load({ HEATSYNC_NATIVE: missing });
    assert.equal(code, "HEATSYNC_NO_BINARY");
    assert.ok(message.includes(`${missing} (from HEATSYNC_NATIVE): no such file`));
    assert.ok(!message.includes("package heatsync-rs-"));
  });

  /**
   * @param {Record<string, string>} [env]
   * @returns {any} the error, undefined if it loads
   */
  function load(env) {
    const script = `try { require(${JSON.stringify(path.join(copy, "native", "load.cjs"))}); console.log("{}"); }
      catch ({ code, message }) { console.log(JSON.stringify({ error: { code, message } })); }`;
    const { HEATSYNC_NATIVE: _, ...clean } = process.env;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
      cwd: os.tmpdir(),
      encoding: "utf8",
      env: { ...clean, ...env },
    });
    assert.notEqual(stdout, "", stderr);
    return JSON.parse(stdout).error;
  }
});

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  const windows = process.platform === "win32"; // npm is a .cmd there
  return execFileSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: windows,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** @param {string} name */
function isPackage(name) {
  return !name.startsWith(".");
}
