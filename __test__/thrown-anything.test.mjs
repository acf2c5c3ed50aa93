// A program may throw what can't be looked at: revoked proxies, errors whose getters throw. It is said that something was thrown, and
// the next good save is live all the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const register = ["--import", "heatsync-rs/register"];

const thrown = {
  "a revoked proxy": `(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()`,
  "getters that throw": `{ get message() { throw 1; }, get code() { throw 2; } }`,
  "an error without a name": `Object.defineProperty(new Error("x"), "name", { get() { throw 3; } })`,
  "a stack that is no string": `Object.assign(new Error("x"), { stack: { toString() { throw 4; } } })`,
  "an inspect method that throws": `{ [Symbol.for("nodejs.util.inspect.custom")]() { throw 5; } }`,
};

const shows = (/** @type {string} */ value) =>
  `let last; setInterval(() => { if (last !== ${value}) console.log("shows", (last = ${value})); }, 2);`;
/** Says what it is, and throws when it is to. @param {string} text */
const throws = (text) => `if (value === "bad") throw ${text};`;

/**
 * By the place that throws: the program, its module, and whether the new version is live all the same.
 * @type {Record<string, (text: string) => { main: string, module: (value: string) => string, isLive?: boolean, flags?: string[] }>}
 */
const places = {
  "a body": (text) => ({
    main: `import { value } from "./module.mjs"; ${shows("value")} import.meta.hot.accept("./module.mjs");`,
    module: (value) => `export const value = "${value}"; ${throws(text)}`,
  }),
  "a dispose handler": (text) => ({
    main: `import { value } from "./module.mjs"; ${shows("value")} import.meta.hot.accept("./module.mjs");`,
    module: (value) =>
      `export const value = "${value}"; import.meta.hot.dispose(() => { if (value === "first") throw ${text}; });`,
  }),
  "an accept handler": (text) => ({
    main: `import { value } from "./module.mjs"; ${shows("value")} import.meta.hot.accept();
      import.meta.hot.accept("./module.mjs", () => { ${throws(text)} }, () => { ${throws(text)} });`,
    module: (value) => `export const value = "${value}";`,
    isLive: true,
  }),
  "a listener": (text) => ({
    main: `import { value } from "./module.mjs"; ${shows("value")} import.meta.hot.accept("./module.mjs");
      import.meta.hot.on("beforeUpdate", () => { throw ${text}; });`,
    module: (value) => `export const value = "${value}";`,
    isLive: true,
  }),
  "sync.import": (text) => ({
    main: `import Heatsync from "heatsync-rs"; const sync = new Heatsync(); sync.events.on("error", ({ file }) => console.error("[heatsync] " + file));
      const module = await sync.import("./module.mjs"); ${shows("module.value")}`,
    module: (value) => `export const value = "${value}"; ${throws(text)}`,
    flags: [],
  }),
  "a callback of hmr": (text) => ({
    main: `import { hmr } from "heatsync-rs"; hmr("./module.mjs", ".", ({ value }) => { console.log("shows", value); ${throws(text)} });`,
    module: (value) => `export const value = "${value}";`,
    isLive: true,
    flags: [],
  }),
};

for (const [place, made] of Object.entries(places)) {
  test(`thrown by ${place}`, async (t) => {
    for (const [what, text] of Object.entries(thrown)) {
      const { main, module, isLive = false, flags = register } = made(text);
      const self = project(t, { "main.mjs": main, "module.mjs": module("first") });
      const program = self.run("main.mjs", { nodeArguments: flags });
      await program.line("shows first");
      self.write("module.mjs", module("bad"));
      await program.waitFor(() => /^\[heatsync\]/m.test(program.stderr), `word of ${what}`);
      if (place === "sync.import")
        assert.ok(program.stderr.includes(`[heatsync] ${self.path("module.mjs")}`), program.stderr);
      self.write("module.mjs", module("second"));
      await program.line("shows second");
      assert.equal(/^shows bad$/m.test(program.stdout), isLive, what);
      assert.doesNotMatch(program.stderr, /an update failed/, what);
      await program.end();
    }
  });
}
