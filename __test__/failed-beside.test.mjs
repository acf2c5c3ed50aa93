// A new file that a version has loaded which did not go live because of it: no part of the program so far, and the very file that is
// saved next.
import assert from "node:assert/strict";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
const IDLE = `setInterval(() => {}, 1000);`;

/** @typedef {{ isEsm: boolean, user: (name: string) => string }} Kind */

/** @type {Record<string, Kind>} */
const KINDS = {
  import: { isEsm: true, user: (name) => `import { v } from "./${name}"; export { v };` },
  "import()": { isEsm: true, user: (name) => `export const { v } = await import("./${name}");` },
  "require()": { isEsm: false, user: (name) => `exports.v = require("./${name}").v;` },
};

/** @param {Kind} kind @param {string} [more] */
function filesOf({ isEsm, user }, more = "") {
  const main = isEsm
    ? `import * as user from "./user.js"; import.meta.hot.accept("./user.js");`
    : `let user = require("./user.js"); module.hot.accept("./user.js", (it) => { user = it; });`;
  return {
    "package.json": { type: isEsm ? "module" : "commonjs" },
    "main.js": `${main} ${more} ${IDLE} console.log("ready", user.v);`,
    "user.js": user("old.js"),
    "old.js": exporting(isEsm, "old"),
  };
}

/** @param {boolean} isEsm @param {string} value */
const exporting = (isEsm, value) => `${isEsm ? "export const v =" : "exports.v ="} "${value}";`;

for (const [name, kind] of Object.entries(KINDS)) {
  const ex = (/** @type {string} */ value) => exporting(kind.isEsm, value);

  test(`${name}: each of its errors is told of`, async (t) => {
    const self = project(t, filesOf(kind));
    const program = self.run("main.js", { nodeArguments: REGISTER });
    await program.line("ready old");
    self.write("new.js", `throw new Error("the first"); ${ex("new")}`);
    self.write("user.js", kind.user("new.js"));
    await program.errorOutput(/not updated.*the first/);
    self.write("new.js", `\nthrow new Error("the second"); ${ex("new")}`);
    await program.errorOutput(/not updated.*the second\n.*new\.js:2:7/);
    self.write("new.js", `\n\nthrow new Error("the second"); ${ex("new")}`);
    await program.errorOutput(/not updated.*the second\n.*new\.js:3:7/);
  });

  test(`${name}: each of its saves is tried once`, async (t) => {
    const self = project(t, filesOf(kind, `setInterval(() => console.log("now", user.v), 20);`));
    const program = self.run("main.js", { nodeArguments: REGISTER });
    await program.line("ready old");
    const throwing = (/** @type {string} */ turn) =>
      `console.log("tried ${turn}"); throw new Error("slip ${turn}"); ${ex("new")}`;
    self.write("new.js", throwing("0"));
    self.write("user.js", kind.user("new.js"));
    for (const turn of ["0", "1", "2", "3"]) {
      if (turn !== "0") self.write("new.js", throwing(turn));
      await program.errorOutput(new RegExp(`not updated.*slip ${turn}`));
    }
    self.write("new.js", ex("new"));
    await program.line("now new");
    assert.doesNotMatch(program.stderr, /loaded anew/);
    for (const turn of ["1", "2", "3"]) {
      assert.equal(program.stdout.split(`tried ${turn}`).length, 2, program.stdout);
    }
  });

  test(`${name}: the runner does not start the program anew for it`, async (t) => {
    const { project: self, start } = runnerProject(
      t,
      filesOf(kind, `setInterval(() => console.log("now", user.v), 20);`),
    );
    const runner = start(["main.js"]);
    await runner.line("ready old");
    self.write("new.js", `throw new Error("the first"); ${ex("new")}`);
    self.write("user.js", kind.user("new.js"));
    await runner.errorOutput(/not updated.*the first/);
    self.write("new.js", `throw new Error("the second"); ${ex("new")}`);
    await runner.errorOutput(/not updated.*the second/);
    self.write("new.js", ex("new"));
    await runner.line("now new");
    assert.doesNotMatch(runner.stderr, /restarting/);
  });

  test(`${name}: what it has opened is closed`, async (t) => {
    const hot = kind.isEsm ? "import.meta.hot" : "module.hot";
    const opens = (/** @type {string} */ what, more = "") =>
      `(globalThis.open ??= new Set()).add("${what}"); ${hot}.own({ close() { globalThis.open.delete("${what}"); } }); ${more} ${ex(what)}`;
    const files = {
      ...filesOf(kind, `setInterval(() => console.log("open", [...globalThis.open].join()), 20);`),
      "old.js": opens("old"),
    };
    const self = project(t, files);
    const program = self.run("main.js", { nodeArguments: REGISTER });
    await program.line("open old");
    // What runs is saved so that it throws, and then again.
    for (const turn of ["a", "b"]) {
      self.write("old.js", opens(turn, `throw new Error("slip ${turn}");`));
      await program.errorOutput(new RegExp(`not updated.*slip ${turn}`));
    }
    self.write("old.js", opens("good"));
    await program.line("open good");
    for (const turn of ["c", "d"]) {
      self.write("new.js", opens(turn, `throw new Error("slip ${turn}");`));
      if (turn === "c") self.write("user.js", kind.user("new.js"));
      await program.errorOutput(new RegExp(`not updated.*slip ${turn}`));
    }
    self.write("new.js", opens("new"));
    await program.line("open new");
    await until(() => program.stdout.trimEnd().endsWith("open new"), "nothing else that is open");
  });
}
