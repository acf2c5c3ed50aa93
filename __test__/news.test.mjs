// What the engine tells of an update, as lines: the text is src/binding/news.rs', and read here as runtime/session/news.cjs does.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const { savedFor, takeNews } = createRequire(import.meta.url)("../runtime/session/news.cjs");

const module = (/** @type {object} */ own) => ({
  ...{ format: "module", changed: false, planned: false, missing: false, reconfigured: false, importers: [] },
  ...own,
});

test("one group of modules comes as lines", () => {
  const lines =
    "3\nmodule\nplanned\n/p/a.mjs\n1\n/p/b.cjs\nmodule\nchanged\n/p/c.mjs\n0\ncommonjs\n\n/p/b.cjs\n2\n/p/d.mjs\n/p/e.mjs\n/p/f.mjs\n/p/g.mjs";
  const modules = [
    module({ file: "/p/a.mjs", changed: true, planned: true, importers: ["/p/b.cjs"] }),
    module({ file: "/p/c.mjs", changed: true }),
    module({ file: "/p/b.cjs", format: "commonjs", importers: ["/p/d.mjs", "/p/e.mjs"] }),
  ];
  const groups = [{ modules, boundaries: ["/p/f.mjs", "/p/g.mjs"], outside: [] }];
  // Was a package.json ever edited? Then names are looked for anew.
  for (const [edited, isUsual] of /** @type {const} */ ([
    ["", true],
    ["edited", false],
  ])) {
    assert.deepEqual(takeNews({ takeNews: () => `7\n${edited}\n${lines}` }), {
      update: { id: 7, isUsual, groups, problems: [] },
      restored: [],
      moved: [],
    });
  }
});

test("what was saved for an update is known, though another one is rehearsed while it goes on", (t) => {
  const self = project(t);
  const [file, manifest] = ["config.js", "package.json"].map((name) => self.path(name));
  const groups = [
    { modules: [module({ file, changed: true, reconfigured: true })], boundaries: [], outside: [] },
  ];
  const news = { update: { id: 1, groups, problems: [] }, restored: [], moved: [manifest] };
  takeNews({ takeNews: () => JSON.stringify(news) });
  takeNews({ takeNews: () => "0\n\n1\nmodule\nplanned\n/ours/module.mjs\n0\n/ours/module.mjs" }, true);
  assert.deepEqual(savedFor(file), [manifest]);
});

test("a file whose name ends a line amid it is updated as any other", {
  skip: process.platform === "win32" && "no such names",
}, async (t) => {
  const own = project(t, {
    "a\nb.mjs": "export const value = 1;",
    "main.mjs": `
import Heatsync from "heatsync-rs";
const sync = new Heatsync();
const middle = await sync.import("./middle.mjs");
let last = middle.value;
console.log("live " + last);
setInterval(() => {
  if (middle.value !== last) console.log("live " + (last = middle.value));
}, 1);`,
    "middle.mjs": 'export { value } from "./a%0Ab.mjs";',
  });
  const running = own.run("main.mjs");
  assert.equal(await running.value("live"), 1);
  for (const value of [2, 3]) {
    own.writeAtomically("a\nb.mjs", `export const value = ${value};`);
    assert.equal(await running.value("live"), value);
  }
});
