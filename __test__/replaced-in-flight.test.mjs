// While an update of sync.* awaits, an update of import.meta.hot replaces what a module imports that the first has just brought, and has evaluated:
// that one is evaluated anew, too, or it goes on with the instance from before; and who has its namespace by then sees what is new in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AWAITS, syncedAndSeen } from "./support/awaiting.mjs";
import { project } from "./support/project.mjs";

const kinds = {
  "dep.cjs": (/** @type {number} */ n) => `exports.n = ${n}; exports.me = {};`,
  "dep.mjs": (/** @type {number} */ n) => `export const n = ${n}; export const me = {};`,
};

/** @typedef {"fresh.mjs" | "fresh.cjs" | "above.cjs"} Fresh */
const fresh = {
  "above.cjs": () => `exports.me = require("./between.cjs").me;`,
  "fresh.mjs": (/** @type {string} */ name) => `import * as dep from "./${name}"; export const { me } = dep;`,
  "fresh.cjs": (/** @type {string} */ name) => `exports.me = require("./${name}").me;`,
};

/** @param {import("node:test").TestContext} t @param {keyof typeof kinds} name @param {string} awaiting @param {Fresh} [by] @param {boolean} [isThrowing] the root, at first */
async function replacedWhileAwaited(t, name, awaiting, by = "fresh.mjs", isThrowing = false) {
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `import Heatsync from "heatsync-rs";
      import { hot } from "./hot.mjs";
      import.meta.hot.accept("./hot.mjs");
      ${syncedAndSeen('"hot " + hot + ", synced " + root.value()')}`,
    "hot.mjs": `import { n } from "./${name}"; export const hot = n;`,
    "root.mjs": `export const value = () => "nothing";`,
    [by]: fresh[by](name),
    "between.cjs": `exports.me = require("./lower.cjs").me;`,
    "lower.cjs": fresh["fresh.cjs"](name),
    "slow.mjs": AWAITS,
    [name]: kinds[name](1),
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("hot 1, synced nothing");
  const root = (/** @type {string} */ more) =>
    self.write(
      "root.mjs",
      `import { me, n } from "./${name}"; import * as fresh from "./${by}"; ${awaiting} ${more}
      export const value = () => (fresh.me === me ? n : "two of " + n);`,
    );
  root(isThrowing ? `throw new Error("thrown");` : "");
  await program.line("awaits");
  self.write(name, kinds[name](2));
  await program.line("hot 2, synced nothing");
  self.write("gate", "");
  if (!isThrowing) return program.line("hot 2, synced 2");
  await program.line("told thrown");
  self.write(name, kinds[name](3));
  await program.line("hot 3, synced nothing");
  root("");
  return program.line("hot 3, synced 3");
}

for (const name of /** @type {const} */ (["dep.cjs", "dep.mjs"])) {
  test(`what ${name} was replaced for is evaluated anew, though nobody has it yet`, (t) =>
    replacedWhileAwaited(t, name, `import "./slow.mjs";`));
  test(`who awaits itself sees what ${name} was replaced for, though it had its namespace before`, (t) =>
    replacedWhileAwaited(t, name, AWAITS));
}

test("CommonJS that has required what was replaced is evaluated anew, though it is new itself", (t) =>
  replacedWhileAwaited(t, "dep.cjs", `import "./slow.mjs";`, "fresh.cjs"));
test("who awaits itself sees what CommonJS was evaluated anew for", (t) =>
  replacedWhileAwaited(t, "dep.cjs", AWAITS, "fresh.cjs"));
for (const awaiting of [`import "./slow.mjs";`, AWAITS]) {
  const who = awaiting === AWAITS ? "who awaits itself" : "who waits for what awaits";
  test(`${who} sees what was replaced below CommonJS that only CommonJS has required`, (t) =>
    replacedWhileAwaited(t, "dep.cjs", awaiting, "above.cjs"));
}
for (const by of /** @type {const} */ (["fresh.mjs", "fresh.cjs", "above.cjs"])) {
  test(`who awaited throws: nothing hangs, and what is mended has the newest (${by})`, (t) =>
    replacedWhileAwaited(t, "dep.cjs", `import "./slow.mjs";`, by, true));
}

for (const [what, hot] of Object.entries({
  "": "",
  ", and has module.hot": "module.hot.dispose(() => {});",
})) {
  test(`CommonJS that is put back as the update fails is known to require what it does${what}`, async (t) => {
    const between = (/** @type {number} */ n) =>
      `exports.value = () => "by ${n}: " + dep.n; const dep = require("./dep.cjs"); exports.n = ${n}; ${hot}`;
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": `import Heatsync from "heatsync-rs";
        import { hot } from "./hot.mjs";
        import { marker } from "./marker.mjs";
        import.meta.hot.accept(["./hot.mjs", "./marker.mjs"]);
        ${syncedAndSeen('marker + ", hot " + hot + ", synced " + root.value()')}`,
      "marker.mjs": `export const marker = "first";`,
      "hot.mjs": `import { n } from "./dep.cjs"; export const hot = n;`,
      "dep.cjs": kinds["dep.cjs"](1),
      "between.cjs": between(1),
      "above.cjs": `module.exports = require("./between.cjs");`,
      "root.mjs": `import above from "./above.cjs"; export const { value } = above;
        if (above.n === 2) { ${AWAITS} throw new Error("thrown"); }`,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("first, hot 1, synced by 1: 1");
    self.write("between.cjs", between(2));
    await program.line("awaits");
    self.write("marker.mjs", `export const marker = "second";`);
    await program.line("second, hot 1, synced by 1: 1");
    self.write("gate", "");
    await program.line("told thrown");
    self.write("between.cjs", between(1));
    self.write("marker.mjs", `export const marker = "third";`);
    await program.line("third, hot 1, synced by 1: 1");
    self.write("dep.cjs", kinds["dep.cjs"](2));
    await program.line("third, hot 2, synced by 1: 2");
  });
}

test("what was replaced, and handled, while an update awaited that fails then is what there is: nothing is evaluated anew for that", async (t) => {
  const dep = (/** @type {number} */ n) => `exports.n = ${n}; console.log("evaluated ${n}");`;
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `import Heatsync from "heatsync-rs";
      import { get, me } from "./hot.cjs";
      import { marker } from "./marker.mjs";
      import.meta.hot.accept(["./hot.cjs", "./marker.mjs"]);
      const first = me;
      ${syncedAndSeen('marker + ", sees " + get() + (me === first ? "" : ", anew")')}`,
    "marker.mjs": `export const marker = "first";`,
    "hot.cjs": `let dep = require("./dep.cjs");
      exports.me = {};
      exports.get = () => dep.n + (require("./dep.cjs") === dep ? "" : " of two");
      module.hot.accept("./dep.cjs", () => (dep = require("./dep.cjs")));`,
    "dep.cjs": dep(1),
    "root.mjs": "",
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await program.line("first, sees 1");
  self.write("root.mjs", `${AWAITS} throw new Error("late");`);
  await program.line("awaits");
  self.write("dep.cjs", dep(2));
  await program.line("first, sees 2");
  self.write("gate", "");
  await program.line("told late");
  self.write("marker.mjs", `export const marker = "second";`);
  await program.line("second, sees 2");
  self.write("dep.cjs", dep(3));
  await program.line("second, sees 3");
  assert.equal(program.lines.filter((line) => line === "evaluated 2").length, 1, program.stdout);
  assert.ok(!/two|anew/.test(program.stdout), program.stdout);
});

for (const [how, body] of Object.entries({
  "by name": `import { n } from "./dep.mjs"; export const value = () => n;`,
  "by name, in a cycle": `import { n } from "./dep.mjs"; import "./beside.mjs"; export const value = () => n;`,
})) {
  test(`what is put back, and imports ${how} what accepts itself, and was replaced meanwhile, sees what there is`, async (t) => {
    const dep = (/** @type {number} */ n) => `export const n = ${n}; import.meta.hot.accept();`;
    const self = project(t, {
      "package.json": { type: "module" },
      "main.mjs": `import Heatsync from "heatsync-rs";
        import { n } from "./dep.mjs";
        ${syncedAndSeen('"hot " + n + ", synced " + root.value()')}`,
      "dep.mjs": dep(1),
      "beside.mjs": `import "./root.mjs";`,
      "root.mjs": body,
    });
    const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
    await program.line("hot 1, synced 1");
    self.write("root.mjs", `${body} ${AWAITS} throw new Error("late");`);
    await program.line("awaits");
    self.write("dep.mjs", dep(2));
    await program.line("hot 2, synced 1");
    self.write("gate", "");
    await program.line("told late");
    self.write("root.mjs", body);
    await program.line("hot 2, synced 2");
  });
}
