// A module is saved while its first version waits for what it imports, which awaits: the new version waits for all of that, too, and where it
// fails the first one goes on.

import { test } from "node:test";
import { project } from "./support/project.mjs";

/** Until there is a file of that name. @param {string} name @param {string} [more] */
const awaits = (name, more = "") => `console.log("awaits ${name}");
  const gate = process.getBuiltinModule("node:path").join(import.meta.dirname, "${name}");
  while (!process.getBuiltinModule("node:fs").existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 5));
  ${more} export const ${name} = "${name}";`;

const SHOWS = `console.log("runs", value);`;
const BOTH = `import { one } from "./one.mjs"; import { two } from "./two.mjs";`;
const FAILS = `throw new Error("thrown");`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files */
function start(t, files) {
  const self = project(t, {
    "package.json": { type: "module" },
    "main.mjs": `import("./root.mjs").then(({ value }) => console.log("has", value), ({ message }) => console.log("rejected", message));
      import.meta.hot.accept("./root.mjs");
      setInterval(() => {}, 1000);`,
    "begun.mjs": `console.log("begun");`,
    "one.mjs": awaits("one"),
    "two.mjs": awaits("two"),
    ...files,
  });
  return { self, program: self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] }) };
}

/** @param {string} version @param {string} imports @param {string} [more] */
const root = (version, imports, more = "") =>
  `${imports} export const value = ["${version}", typeof one, typeof two].join(); ${more} ${SHOWS}`;

for (const order of [
  ["one", "two"],
  ["two", "one"],
]) {
  test(`the new version begins when both of what it imports have ended: ${order}`, async (t) => {
    const { self, program } = start(t, { "root.mjs": root("first", BOTH) });
    await program.line("awaits two");
    self.write("root.mjs", root("second", `import "./begun.mjs"; ${BOTH}`));
    await program.line("begun");
    for (const name of order) self.write(name, "");
    await program.line("runs second,string,string");
    await program.line("has second,string,string");
  });
}

const ONE = `import { one } from "./one.mjs"; var two;`;

test("the new version throws: the first one goes on", async (t) => {
  const { self, program } = start(t, { "root.mjs": root("first", ONE) });
  await program.line("awaits one");
  self.write("root.mjs", root("second", `import "./begun.mjs"; ${ONE}`, FAILS));
  await program.line("begun");
  self.write("one", "");
  await program.errorOutput("the old version goes on");
  await program.line("has first,string,undefined");
});

test("what both wait for throws: so does the first one", async (t) => {
  const { self, program } = start(t, { "root.mjs": root("first", ONE), "one.mjs": awaits("one", FAILS) });
  await program.line("awaits one");
  self.write("root.mjs", root("second", `import "./begun.mjs"; ${ONE}`));
  await program.line("begun");
  self.write("one", "");
  await program.line("rejected thrown");
});

test("the new version throws before the first one has what it waits for", async (t) => {
  const { self, program } = start(t, { "root.mjs": root("first", BOTH) });
  await program.line("awaits two");
  self.write("root.mjs", root("second", `var one, two; import "./begun.mjs";`, FAILS));
  await program.errorOutput("the old version goes on");
  for (const name of ["one", "two"]) self.write(name, "");
  await program.line("has first,string,string");
});

test("a cycle, of which a new version throws: the first ones go on", async (t) => {
  const { self, program } = start(t, {
    "root.mjs": root("first", `${ONE} import "./side.mjs";`),
    "side.mjs": `import { value } from "./root.mjs"; import "./two.mjs"; console.log("side runs");`,
  });
  await program.line("awaits two");
  self.write("root.mjs", root("second", `import "./begun.mjs"; ${ONE} import "./side.mjs";`, FAILS));
  await program.line("begun");
  for (const name of ["one", "two"]) self.write(name, "");
  await program.errorOutput("the old version goes on");
  await program.line("has first,string,undefined");
});

test("a cycle, of which a new version throws at once: the first one still comes after what it waits for in the cycle", async (t) => {
  const NONE = "var one, two;";
  const { self, program } = start(t, {
    "root.mjs": root("first", `${NONE} import "./side.mjs";`),
    "side.mjs": `import { value } from "./root.mjs"; import "./two.mjs"; console.log("side runs");`,
  });
  await program.line("awaits two");
  self.write("root.mjs", root("second", `${NONE} import "./begun.mjs";`, FAILS));
  await program.errorOutput("the old version goes on");
  self.write("two", "");
  await program.line("side runs");
  await program.line("runs first,undefined,undefined");
  await program.line("has first,undefined,undefined");
});

for (const fails of [false, true]) {
  test(`import() of what waits while its new version's turn is to come: ${fails ? "that fails" : "it goes live"}`, async (t) => {
    const mid = (/** @type {string} */ version) =>
      `import { one } from "./one.mjs"; import { two } from "./dep.mjs"; export const mid = "${version}" + two;`;
    const { self, program } = start(t, {
      "root.mjs": `export { mid as value } from "./mid.mjs";`,
      "mid.mjs": mid("first"),
      "dep.mjs": `import fs from "node:fs";
        const busy = setInterval(() => {
          if (!fs.existsSync("busy")) return;
          clearInterval(busy);
          console.log("is busy");
          while (!fs.existsSync("idle"));
        }, 5);
        export const two = 1; globalThis.late = () => import("./mid.mjs").then(({ mid }) => console.log("late has", mid));`,
    });
    await program.line("awaits one");
    // In one update: the program has no time before both are written.
    self.write("busy", "");
    await program.line("is busy");
    if (fails) self.write("mid.mjs", `${mid("second")} ${FAILS}`);
    self.write("dep.mjs", awaits("two", "late(); console.log('asked');"));
    for (let times = 8; times > 0; times--) await self.olderThanNow();
    self.write("idle", "");
    await program.line("awaits two");
    self.write("two", "");
    await program.line("asked");
    self.write("one", "");
    await program.line(`late has ${fails ? "first1" : "firsttwo"}`);
  });
}
