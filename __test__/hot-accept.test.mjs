// hot.accept: what is said of a specifier, and what becomes of an error handler that throws itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hot } from "../index.mjs";
import { program, runtime } from "./support/esm-program.mjs";

runtime.enableHot();

/** What is written to standard error. @param {import("node:test").TestContext} t */
function written(t) {
  /** @type {string[]} */
  const texts = [];
  t.after(hot.on("message", (text) => texts.push(text)));
  return texts;
}

test("an import() of a package, which never reloads, keeps no warning back", async (t) => {
  const texts = written(t);
  const { update } = await program(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs"); import.meta.hot.accept("pkg"); globalThis.never = () => import("pkg");`,
    "x.mjs": "",
  });
  assert.equal((await update({ "x.mjs": "1" })).type, "accepted");
  assert.match(
    texts[0],
    /accept\("pkg"\): this module does not import it, or it is not a module that reloads/,
  );
});

for (const [what, onUpdate, onError, type] of /** @type {const} */ ([
  ["takes it", `() => { throw new Error("update"); }`, "() => {}", "accepted"],
  [
    "throws, too",
    `() => { throw new Error("update"); }`,
    `() => { throw new Error("again"); }`,
    "unaccepted",
  ],
  [
    "rejects",
    `async () => { throw new Error("update"); }`,
    `async () => { throw new Error("again"); }`,
    "unaccepted",
  ],
])) {
  for (const [who, x, importer] of /** @type {const} */ ([
    ["for an import", "", `import.meta.hot.accept("./x.mjs", ${onUpdate}, ${onError});`],
    ["for itself", `import.meta.hot.accept(${onUpdate}, ${onError});`, ""],
  ])) {
    test(`an accept handler ${who} throws, and its error handler ${what}`, async (t) => {
      const texts = written(t);
      const { update } = await program(t, { "main.mjs": `import "./x.mjs"; ${importer}`, "x.mjs": x });
      assert.equal((await update({ "x.mjs": `${x} // 2` })).type, type);
      const thrown = texts.filter((text) =>
        text.includes("an accept handler threw, its importers are asked"),
      );
      assert.equal(thrown.length, type === "accepted" ? 0 : 1);
      for (const text of thrown) assert.match(text, /Error: again/);
    });
  }
}

test("acceptExports() of a module that nobody imports: nobody asks for others", async (t) => {
  const main = (/** @type {number} */ v) =>
    `import.meta.hot.acceptExports("a"); export const a = ${v}; export const b = ${v}; log.push(b);`;
  const { said, update } = await program(t, { "main.mjs": main(1) });
  assert.deepEqual(await update({ "main.mjs": main(2) }), { type: "accepted", evaluated: ["main.mjs"] });
  assert.deepEqual(said(), [1, 2]);
});

test("webpack's error handlers are awaited, one after another", async (t) => {
  const told = (/** @type {string} */ who) =>
    `async (error) => { log.push("${who} begins"); await new Promise(setImmediate); log.push("${who} ends"); }`;
  const x = `import.meta.webpackHot.accept(${told("itself").replace("(error)", "(error, context)")});`;
  const { said, update } = await program(t, {
    "main.mjs": `import "./x.mjs"; const hot = import.meta.webpackHot;
      hot.accept("./x.mjs", () => {}, ${told("importer")}); hot.accept("./x.mjs", () => {}, ${told("again")});`,
    "x.mjs": x,
  });
  assert.equal((await update({ "x.mjs": `${x} throw new Error("on purpose");` })).type, "evaluationError");
  assert.deepEqual(
    said(),
    ["itself", "importer", "again"].flatMap((who) => [`${who} begins`, `${who} ends`]),
  );
});

test("of several imports the handler of the one that threw is told, and which it is", async (t) => {
  const told = (/** @type {string} */ who) =>
    `(error, { dependencyId }) => log.push("${who} " + dependencyId.replace(/.*[\\\\/]/, ""))`;
  const { said, update } = await program(t, {
    "main.mjs": `import "./x.mjs"; import "./y.mjs"; const hot = import.meta.webpackHot;
      hot.accept("./y.mjs", () => {}, ${told("of y")}); hot.accept("./x.mjs", () => {}, ${told("of x")});
      hot.accept(["./y.mjs", "./x.mjs"], () => {}, ${told("of both")});`,
    "x.mjs": "",
    "y.mjs": "",
  });
  assert.equal((await update({ "x.mjs": `throw new Error("on purpose");` })).type, "evaluationError");
  assert.deepEqual(said(), ["of x x.mjs", "of both x.mjs"]);
});

test("what is accepted and not imported is named, one or several", async (t) => {
  const texts = written(t);
  await program(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./no.mjs"); import.meta.hot.accept(["./x.mjs", "./none.mjs", "./never.mjs"]);`,
    "x.mjs": "",
  });
  const after = (/** @type {string} */ text) => text.slice(text.indexOf(".accept("));
  assert.deepEqual(texts.map(after), [
    `.accept("./no.mjs"): this module does not import it, or it is not a module that reloads`,
    `.accept("./none.mjs", "./never.mjs"): this module does not import them, or it is not a module that reloads; the whole list is ignored`,
  ]);
});

test("… once by each version that says so", async (t) => {
  const texts = written(t);
  const accepts = `import.meta.hot.accept("./no.mjs"); `;
  const x = `import.meta.hot.accept(); ${accepts}${accepts}`;
  const { update } = await program(t, { "main.mjs": `import "./x.mjs";`, "x.mjs": x });
  assert.equal(texts.length, 1);
  await update({ "x.mjs": `${x} // 2` });
  const warnings = texts.filter((text) => text.includes("does not import it"));
  assert.equal(warnings.length, 2, texts.join("\n"));
});

test("… and not again by saves that nobody accepts, whose text says otherwise", async (t) => {
  const texts = written(t);
  const { update } = await program(t, {
    "main.mjs": `import "./x.mjs";`,
    "x.mjs": `import.meta.hot.accept("./no.mjs");`,
  });
  for (const text of [`import.meta.hot.accept("./yes.mjs");`, `import.meta.hot.accept("./no.mjs"); // 3`])
    assert.equal((await update({ "x.mjs": text })).type, "unaccepted");
  const warnings = texts.filter((text) => text.includes("does not import it"));
  assert.equal(warnings.length, 1, texts.join("\n"));
});

for (const [handler, isOfErrors] of /** @type {const} */ ([
  ["(it, context) => told(it, context)", true],
  ["(it, { moduleId }) => told(it, moduleId)", true],
  ["(err) => told(err)", true],
  ["(error) => told(error)", true],
  ["async error => { told(error); }", true],
  ["function (err) { told(err); }", true],
  ["function onError(it) { told(it); }", true],
  ["(it) => told(it)", false],
  ["function update(it) { told(it); }", false],
  ["() => told()", false],
])) {
  test(`webpack's accept(${handler}) is ${isOfErrors ? "" : "not "}an error handler`, async (t) => {
    const x = `const told = (it) => log.push(it instanceof Error ? it.message : "update"); import.meta.webpackHot.accept(${handler});`;
    const { said, update } = await program(t, { "main.mjs": `import "./x.mjs";`, "x.mjs": x });
    await update({ "x.mjs": `${x} throw new Error("on purpose");` });
    assert.deepEqual(said(), isOfErrors ? ["on purpose"] : []);
    await update({ "x.mjs": `${x} // 2` });
    assert.deepEqual(said(), isOfErrors ? [] : ["update"]);
  });
}

test("webpack's error handler of an ES module is told which one, and has its hot", async (t) => {
  const x = `const hot = import.meta.webpackHot;
    hot.accept((error, context) => {
      const { file, module, moduleId, specifiers } = context;
      log.push([module.hot === hot, ...[file, moduleId, module.id, module.filename].map((it) => it === globalThis.file), specifiers]);
    });`;
  const { said, update } = await program(t, {
    "main.mjs": `import { fileURLToPath } from "node:url"; import "./x.mjs"; globalThis.file = fileURLToPath(new URL("./x.mjs", import.meta.url));`,
    "x.mjs": x,
  });
  await update({ "x.mjs": `${x} throw new Error("on purpose");` });
  assert.deepEqual(said(), [[true, true, true, true, true, []]]);
});

test("a handler of accept that is no function is refused, whichever it is", async (t) => {
  await program(t, {
    "main.mjs": `
      import "./x.mjs";
      const { hot } = import.meta;
      const none = [() => hot.accept(5), () => hot.accept(() => {}, 5), () => hot.accept("./x.mjs", 5),
        () => hot.accept("./x.mjs", () => {}, 5), () => hot.accept(["./x.mjs"], undefined, "no"), () => hot.acceptExports("a", 5)];
      for (const call of none) { try { call(); log.push("taken"); } catch (error) { log.push(error.name); } }
      for (const nothing of [undefined, null, false]) hot.accept("./x.mjs", nothing, nothing);`,
    "x.mjs": "",
  });
  assert.deepEqual(/** @type {any} */ (globalThis).log, Array(6).fill("TypeError"));
});
