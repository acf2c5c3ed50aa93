// Accept handlers below a boundary: the nearest one counts, whoever imports the boundary, the graph or Node.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";
import { project } from "./support/project.mjs";

const ways = [["--import", "hot-hook/register"], []];
const get = `(await import("./app.mjs")).text() + " " + (await import("./old.cjs")).default.text()`;
const heard = 'hot.on("update", ({ type, evaluated }) => console.log("update", type, evaluated?.length));';
const init = `await hot.init({ root: import.meta.url, boundaries: ["./app.mjs", "./old.cjs"] });${heard}`;
const part = (/** @type {string} */ name, /** @type {unknown} */ value) =>
  `export const ${name} = ${JSON.stringify(value)};`;
const own = (/** @type {number} */ value) => `${part("own", value)} import.meta.hot?.accept();`;
const files = {
  "main.js": main("", get, init),
  "app.mjs": `
    import { view } from "./view.mjs";
    import { rest } from "./rest.mjs";
    export const text = () => [view(), rest].join();
    console.log("eval app");`,
  "view.mjs": `
    import { a } from "./a.mjs";
    import { own } from "./own.mjs";
    export const view = () => [a, own].join();
    import.meta.hot?.accept("./a.mjs", (it) => {
      console.log("accepts", it.a);
      if (a === "wrong") throw new Error("not so");
    });
    console.log("eval view");`,
  "old.cjs": `
    let { c } = require("./c.cjs");
    exports.text = () => c;
    module.hot?.accept("./c.cjs", () => { ({ c } = require("./c.cjs")); });
    console.log("eval old");`,
  ...{ "a.mjs": part("a", 1), "own.mjs": own(1), "rest.mjs": part("rest", 1), "c.cjs": "exports.c = 1;" },
};

for (const nodeArguments of ways) {
  const name = nodeArguments.length > 0 ? "under register" : "by hot.init";
  test(`handlers below a boundary take what they accept, and nothing else, ${name}`, async (t) => {
    const it = new BoundaryProgram(t, { files, nodeArguments });
    await it.ready();
    assert.equal(await it.ask(), "got 1,1,1 1");
    it.log();
    /** @param {Record<string, string>} saved @param {string} answer */
    const becomes = async (saved, answer) => {
      const [file] = Object.keys(saved);
      await it.refused(saved, new RegExp(`${file}: 1 evaluated, accepted by`));
      assert.equal(await it.ask(), `got ${answer}`);
      return it.log().slice(0, -1);
    };
    assert.deepEqual(await becomes({ "a.mjs": part("a", 2) }, "2,1,1 1"), ["accepts 2", "update accepted 1"]);
    assert.deepEqual(await becomes({ "own.mjs": own(2) }, "2,2,1 1"), ["update accepted 1"]);
    assert.deepEqual(await becomes({ "c.cjs": "exports.c = 2;" }, "2,2,1 2"), ["update accepted 1"]);
    await it.save({ "rest.mjs": part("rest", 2) });
    assert.equal(await it.ask(), "got 2,2,2 2");
    const invalidated = ["invalidated rest.mjs app.mjs", "update accepted 0"];
    assert.deepEqual(it.log(), [...invalidated, "eval app", "got 2,2,2 2"]);
    // The version of view.mjs is the one that runs.
    assert.deepEqual(await becomes({ "a.mjs": part("a", 3) }, "3,2,2 2"), ["accepts 3", "update accepted 1"]);
  });

  test(`a handler below a boundary that throws: nobody above it takes the change, ${name}`, async (t) => {
    const it = new BoundaryProgram(t, { files, nodeArguments });
    await it.ready();
    assert.equal(await it.ask(), "got 1,1,1 1");
    const told = await it.refused({ "a.mjs": part("a", "wrong") }, /accepted by nobody/);
    assert.match(told, /view\.mjs: an accept handler threw.*app\.mjs → view\.mjs/s);
    await it.refused({ "a.mjs": part("a", 2) }, /a\.mjs: 1 evaluated, accepted by view\.mjs/);
    assert.equal(await it.ask(), "got 2,1,1 1");
  });
}

// require() of an ES module.
const isOld = process.versions.node.startsWith("20.");
for (const nodeArguments of ways) {
  const name = nodeArguments.length > 0 ? "under register" : "by hot.init";
  test(`what accepts itself, and no version that runs requires, ${name}`, { skip: isOld }, async (t) => {
    const old = `exports.text = () => require("./own.mjs").own;`;
    const it = new BoundaryProgram(t, {
      files: {
        "main.js": main("", `(await import("./old.cjs")).default.text()`, init),
        ...{ "old.cjs": old, "own.mjs": own(1) },
      },
      nodeArguments,
    });
    await it.ready();
    assert.equal(await it.ask(), "got 1");
    // Its next version is evaluated by the next import() only.
    await it.save({ "old.cjs": `${old} //` });
    await it.refused({ "own.mjs": own(2) }, /own\.mjs: /);
    assert.equal(await it.ask(), "got 2");
  });
}

test("what CommonJS lists, requires and accepts by its path is deleted, and comes back: no full reload", async (t) => {
  const own = project(t, {
    "package.json": { heatsync: {} },
    "commands/ping.cjs": "exports.text = 1;",
    "main.cjs": `
      const fs = require("node:fs");
      const path = require("node:path");
      const folder = path.join(__dirname, "commands");
      const load = () => fs.readdirSync(folder).map((name) => require(path.join(folder, name)).text);
      const first = load();
      for (const name of fs.readdirSync(folder)) {
        module.hot.accept(path.join(folder, name), () => console.log("commands", JSON.stringify(load())));
      }
      console.log("commands", JSON.stringify(first));
      setInterval(() => {}, 1000);`,
  });
  const program = own.run("main.cjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  assert.deepEqual(await program.value("commands"), [1]);
  own.delete("commands/ping.cjs");
  await program.errorOutput(/ping\.cjs: (not updated: .*goes on|full reload needed)/s);
  assert.doesNotMatch(program.stderr, /full reload/);
  own.write("commands/ping.cjs", "exports.text = 2;");
  assert.deepEqual(await program.value("commands"), [2]);
});
