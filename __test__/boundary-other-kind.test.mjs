// A package that leaves open what its .js files are: an ES module below a boundary may become CommonJS by its text, and CommonJS an ES
// module. There the next version is another module, so it is of the kind that a fresh process would find.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";

const get = `(await import("./app.js", { with: { hot: "true" } })).v`;
const both = `(await import("./app.js", { with: { hot: "true" } })).v + " " + (await import("./other.mjs", { with: { hot: "true" } })).v`;
const esm = (/** @type {number} */ v) => `export const v = "esm ${v}";`;
const commonJs = (/** @type {number} */ v) => `exports.v = "commonjs ${v}";`;

for (const [how, nodeArguments] of /** @type {[string, string[] | undefined][]} */ ([
  ["register", undefined],
  ["hot.init", []],
])) {
  const init = nodeArguments ? "await hot.init(import.meta.url);" : "";
  /** @param {import("node:test").TestContext} t @param {Record<string, string | object>} files */
  const start = async (t, files) => {
    const it = new BoundaryProgram(t, {
      files: { "package.json": {}, ...files },
      entry: "main.mjs",
      nodeArguments,
    });
    await it.ready();
    return it;
  };

  test(`a boundary becomes CommonJS, and an ES module again (${how})`, async (t) => {
    const it = await start(t, { "main.mjs": main("", get, init), "app.js": esm(1) });
    assert.equal(await it.ask(), "got esm 1");
    for (const [v, kind] of [commonJs, commonJs, esm, esm, commonJs].entries()) {
      await it.save({ "app.js": kind(v) });
      assert.equal(await it.ask(), `got ${kind === esm ? "esm" : "commonjs"} ${v}`);
    }
    assert.doesNotMatch(it.program.stderr, /restart|not updated|threw/);
  });

  test(`CommonJS that is a boundary becomes an ES module (${how})`, async (t) => {
    const it = await start(t, { "main.mjs": main("", get, init), "app.js": commonJs(1) });
    assert.equal(await it.ask(), "got commonjs 1");
    for (const [v, kind] of [esm, commonJs, esm].entries()) {
      await it.save({ "app.js": kind(v) });
      assert.equal(await it.ask(), `got ${kind === esm ? "esm" : "commonjs"} ${v}`);
    }
  });

  test(`what a boundary imports becomes CommonJS, and an ES module again (${how})`, async (t) => {
    const it = await start(t, {
      "main.mjs": main("", both, init),
      "app.js": `import { v as below } from "./below.js"; export const v = below;`,
      "other.mjs": `import * as below from "./below.js"; export const v = below.v + " " + typeof below.default;`,
      "below.js": esm(1),
    });
    assert.equal(await it.ask(), "got esm 1 esm 1 undefined");
    for (const [v, kind] of [commonJs, commonJs, esm, esm, commonJs].entries()) {
      await it.save({ "below.js": kind(v) });
      const said = kind === esm ? `esm ${v}` : `commonjs ${v}`;
      assert.equal(await it.ask(), `got ${said} ${said} ${kind === esm ? "undefined" : "object"}`);
    }
  });

  test(`what is imported under a query, too, becomes CommonJS (${how})`, async (t) => {
    const it = await start(t, {
      "main.mjs": main("", get.replace("app.js", "app.mjs"), init),
      "app.mjs": `import * as below from "./below.js"; const other = await import("./below.js?x");
        export const v = below.v + " " + typeof below.default + " " + other.v;`,
      "below.js": esm(1),
    });
    assert.equal(await it.ask(), "got esm 1 undefined esm 1");
    await it.save({ "below.js": commonJs(2) });
    assert.equal(await it.ask(), "got commonjs 2 object commonjs 2");
  });

  test(`an ES module becomes CommonJS that does not parse at first (${how})`, async (t) => {
    const it = await start(t, { "main.mjs": main("", get, init), "app.js": esm(1) });
    assert.equal(await it.ask(), "got esm 1");
    await it.refused({ "app.js": "exports.v = ;" }, /app\.js: not updated: SyntaxError/);
    assert.equal(await it.ask(), "got esm 1");
    await it.save({ "app.js": commonJs(2) });
    assert.equal(await it.ask(), "got commonjs 2");
  });

  test(`CommonJS that CommonJS requires is not taken as an ES module (${how})`, async (t) => {
    const it = await start(t, {
      "main.mjs": main("", get, init),
      "app.js": `exports.v = require("./below.js").v;`,
      "below.js": commonJs(1),
    });
    assert.equal(await it.ask(), "got commonjs 1");
    // What it has required is known with the next update.
    await it.save({ "app.js": `exports.v = require("./below.js").v + " again";` });
    assert.equal(await it.ask(), "got commonjs 1 again");
    const report = await it.refused({ "below.js": esm(2) }, /the old version goes on/);
    assert.match(report, /below\.js: not updated: SyntaxError/);
    assert.match(report, /it was CommonJS when .* that takes a restart, or CommonJS again/);
    assert.equal(await it.ask(), "got commonjs 1 again");
    await it.save({ "below.js": commonJs(3) });
    assert.equal(await it.ask(), "got commonjs 3 again");
  });
}
