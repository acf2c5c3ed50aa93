// `hot` of the package: `hot.dispose(url, …)` and `hot.decline(url)`, from outside of the module; listeners.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hot } from "../index.mjs";
import { program, runtime } from "./support/esm-program.mjs";

const global = /** @type {any} */ (globalThis);
runtime.enableHot();

const files = {
  "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs");`,
  "x.mjs": `globalThis.x = import.meta.url; log.push(import.meta.hot.data.from);`,
};

test("dispose: called before the next version is evaluated, which gets its data; once", async (t) => {
  const { said, update } = await program(t, files);
  hot.dispose(global.x, (data) => {
    global.log.push("dispose");
    data.from = "outside";
  });
  await update({ "x.mjs": `${files["x.mjs"]} // 2` });
  assert.deepEqual(said(), [undefined, "dispose", "outside"]);
  await update({ "x.mjs": `${files["x.mjs"]} // 3` });
  assert.deepEqual(said(), [undefined]);
});

test("decline: the module can't be updated", async (t) => {
  const { update } = await program(t, files);
  hot.decline(global.x);
  const outcome = await update({ "x.mjs": `${files["x.mjs"]} // 2` });
  assert.deepEqual(outcome, { type: "declined", declinedBy: ["x.mjs"] });
});

test("a URL that no loaded module has is nobody's", async (t) => {
  await program(t, files);
  for (const url of [`${global.x}?other`, new URL("none.mjs", global.x).href, "node:fs", "no URL"]) {
    hot.dispose(url, () => {});
    hot.decline(url);
  }
});

test("a listener of any event that throws, or rejects, is reported, and the next one is called", async (t) => {
  /** @type {string[]} */
  const texts = [];
  t.after(hot.on("message", (text) => texts.push(text)));
  /** @type {unknown[]} */
  const unhandled = [];
  const note = (/** @type {unknown} */ reason) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  t.after(() => process.off("unhandledRejection", note));
  /** @type {unknown[]} */
  const heard = [];
  for (const listener of [
    () => {
      throw new Error("thrown");
    },
    async () => {
      throw new Error("rejected");
    },
    (/** @type {unknown} */ payload) => heard.push(payload),
  ])
    t.after(hot.on("app:done", listener));
  hot.send("app:done", 7);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, [7]);
  assert.deepEqual(unhandled, []);
  const said = texts.map((text) => text.split("\n")[0]);
  assert.deepEqual(said, [
    `a listener of "app:done" threw: Error: thrown`,
    `a listener of "app:done" threw: Error: rejected`,
  ]);
});

test("what a version listens to once it was replaced it does not hear", async (t) => {
  const x = `import.meta.hot.accept(); globalThis.listen ??= () => import.meta.hot.on("app:done", () => log.push("heard"));`;
  const { said, update } = await program(t, { "main.mjs": `import "./x.mjs";`, "x.mjs": x });
  t.after(() => Reflect.deleteProperty(globalThis, "listen"));
  global.listen();
  hot.send("app:done");
  assert.deepEqual(said(), ["heard"]);
  await update({ "x.mjs": `${x} // 2` });
  global.listen();
  hot.send("app:done");
  assert.deepEqual(said(), []);
});
