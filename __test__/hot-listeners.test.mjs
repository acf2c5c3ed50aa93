// What a version listens to by its `import.meta.hot`: nothing is kept of a listener that was taken away, as long as the version runs, and
// with the version all that are left go.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

const listening = `globalThis.Payload = class Payload {};
  globalThis.count = () => process.getBuiltinModule("node:v8").queryObjects(Payload, { format: "count" });
  const hot = import.meta.hot; globalThis.hot = hot; hot.accept();
  const listener = () => { const payload = new Payload(); return () => payload; };`;

/** What a module does for each connection, and when that has ended. @type {Record<string, string>} */
const ways = {
  "by what on() returns": `const off = hot.on("app:event", listener()); return off;`,
  "by off()": `const it = listener(); hot.on("app:event", it); return () => hot.off("app:event", it);`,
  "by off(), which has another of its names": `const it = listener(); hot.on("vite:beforeUpdate", it); return () => hot.off("beforeUpdate", it);`,
  "by removeStatusHandler()": `const it = listener(); hot.addStatusHandler(it); return () => hot.removeStatusHandler(it);`,
};

for (const [way, connect] of Object.entries(ways)) {
  test(`a listener that was taken away ${way} is not kept`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `import "./x.mjs";`,
      "x.mjs": `${listening} globalThis.connect = () => { ${connect} };`,
    });
    await it.ask("globalThis.ends = Array.from({ length: 100 }, connect), 0");
    assert.equal(await it.ask("count()"), "100");
    await it.ask("ends.splice(0).forEach((end) => end())");
    await it.shows("0", "count()");
  });
}

/** @type {Record<string, string>} */
const taken = {
  "by what on() returns": "hot.on(name, listener)();",
  "by off()": "hot.on(name, listener); hot.off(name, listener);",
};

for (const [way, connect] of Object.entries(taken)) {
  test(`of an event whose listeners were all taken away ${way} nothing is kept`, async (t) => {
    const it = await hotProgram(t, {
      "main.mjs": `globalThis.count = () => process.getBuiltinModule("node:v8").queryObjects(Map, { format: "count" });
        const hot = import.meta.hot; const listener = () => {};
        globalThis.ask = (name) => { ${connect} };`,
    });
    await it.ask(`ask("reply:0")`);
    const before = Number(await it.ask("count()"));
    await it.ask(`void Array.from({ length: 1000 }, (_, at) => ask("reply:" + at))`);
    const more = Number(await it.ask("count()")) - before;
    assert(more < 500, `${more} more maps`);
  });
}

test("one function twice, taken away and added again: what took it away before leaves it", async (t) => {
  const it = await hotProgram(t, {
    "main.mjs": `import "./x.mjs";`,
    "x.mjs": `${listening} const a = (it) => say("a", it); const b = (it) => say("b", it);
      globalThis.first = hot.on("app:event", a); globalThis.second = hot.on("app:event", a);
      globalThis.away = () => hot.off("app:event", a); globalThis.again = () => hot.on("app:event", a);
      hot.on("app:event", b); hot.on("app:other", a);`,
  });
  let sent = 0;
  const hears = async (/** @type {string} */ event = "app:event") => {
    await it.ask(`hot.send(${JSON.stringify(event)}, ${++sent})`);
    await it.ask("isTold()");
    return it.said().map((/** @type {string} */ line) => line.split(" ")[0]);
  };
  assert.deepEqual(await hears(), ["a", "b"]);
  await it.ask("first()");
  assert.deepEqual(await hears(), ["a", "b"]);
  await it.ask("away()");
  assert.deepEqual(await hears(), ["b"]);
  await it.ask("void again()");
  await it.ask("second(), first()");
  assert.deepEqual(await hears(), ["b", "a"]);
  assert.deepEqual(await hears("app:other"), ["a"]);
  // The version that listens to nothing.
  await it.save({ "x.mjs": `globalThis.hot = import.meta.hot;` });
  assert.deepEqual([await hears(), await hears("app:other")], [[], []]);
});
