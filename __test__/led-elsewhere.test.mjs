// Symbolic links that are led elsewhere while a program runs (`ln -sfn`): who imports through one is evaluated anew.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

const REGISTER = ["--import", "heatsync-rs/register"];
const isWindows = process.platform === "win32";

/** As `ln -sfn` does, and as `rm` and `ln -s` do. @param {import("./support/project.mjs").Project} self @param {string} name @param {string} to */
const WAYS = {
  "ln -sfn": (self, name, to) => {
    fs.symlinkSync(to, self.path("next"));
    fs.renameSync(self.path("next"), self.path(name));
  },
  "rm, ln -s": (self, name, to) => {
    fs.unlinkSync(self.path(name));
    fs.symlinkSync(to, self.path(name));
  },
};

const PROGRAMS = {
  register: {
    flags: REGISTER,
    main: `import * as app from "./app.mjs"; import.meta.hot.accept("./app.mjs"); const get = () => app.v;`,
  },
  "sync.import": {
    flags: [],
    main: `import { Heatsync } from "heatsync-rs"; const app = await new Heatsync().import("./app.mjs"); const get = () => app.v;`,
  },
};
const ASKED = `process.on("message", () => console.log("value", get())); console.log("ready");`;

for (const [name, { flags, main }] of Object.entries(PROGRAMS)) {
  for (const [way, lead] of Object.entries(WAYS)) {
    test(`a folder and a file, ${name}, ${way}`, { skip: isWindows }, async (t) => {
      const self = project(t, {
        "main.mjs": `${main} ${ASKED}`,
        "app.mjs": `import { x } from "./lib/x.mjs"; import { y } from "./y.mjs"; export const v = [x, y].join();`,
        "releases/1/x.mjs": "export const x = 1;",
        "releases/2/x.mjs": "export const x = 2;",
        "far/1.mjs": "export const y = 1;",
        "far/2.mjs": "export const y = 2;",
      });
      fs.symlinkSync("releases/1", self.path("lib"));
      fs.symlinkSync("far/1.mjs", self.path("y.mjs"));
      const program = self.run("main.mjs", { nodeArguments: flags });
      await program.line("ready");
      const sees = (/** @type {string} */ value) => program.answers(`value ${value}`);
      await sees("1,1");
      lead(self, "lib", "releases/2");
      await sees("2,1");
      // What it leads to now is followed.
      self.write("releases/2/x.mjs", "export const x = 3;");
      await sees("3,1");
      lead(self, "y.mjs", "far/2.mjs");
      await sees("3,2");
      self.write("far/2.mjs", "export const y = 4;");
      await sees("3,4");
      lead(self, "lib", "releases/1");
      await sees("1,4");
      lead(self, "y.mjs", "far/1.mjs");
      await sees("1,1");
      assert.doesNotMatch(program.stderr, /restart/);
    });
  }
}

const VALUES = {
  "sync.require": (/** @type {string} */ file) =>
    `const it = sync.require("./${file}"); const get = () => it.v;`,
  "sync.import": (/** @type {string} */ file) =>
    `const it = await sync.import("./${file}"); const get = () => it.v ?? it.default.v;`,
  "hmr()": (/** @type {string} */ file) =>
    `let it; await new Promise((resolve) => hmr("./${file}", "${file}", (made) => { it = made; resolve(); }));
    const get = () => it.v ?? it.default.v;`,
};

for (const [name, consumed] of Object.entries(VALUES)) {
  for (const file of ["x.mjs", "x.cjs"]) {
    test(`a file becomes one, ${name} of ${file}`, { skip: isWindows }, async (t) => {
      const text = (/** @type {number} */ v) =>
        file === "x.mjs" ? `export const v = ${v};` : `exports.v = ${v};`;
      const self = project(t, {
        "main.mjs": `import { Heatsync, hmr } from "heatsync-rs"; const sync = new Heatsync(); ${consumed(file)} ${ASKED}`,
        [file]: text(1),
        [`far/1-${file}`]: text(2),
        [`far/2-${file}`]: text(4),
      });
      const program = self.run("main.mjs");
      await program.line("ready");
      const sees = (/** @type {number} */ value) => program.answers(`value ${value}`);
      await sees(1);
      WAYS["ln -sfn"](self, file, `far/1-${file}`);
      await sees(2);
      self.write(`far/1-${file}`, text(3));
      await sees(3);
      WAYS["ln -sfn"](self, file, `far/2-${file}`);
      await sees(4);
      self.write(`far/2-${file}`, text(5));
      await sees(5);
    });
  }
}

test("a file becomes one, what it leads to is broken, and mended, and it becomes a file again", {
  skip: isWindows,
}, async (t) => {
  const { path, program, self, shows } = await hotProgram(t, {
    "main.mjs": `import "./mid.mjs";`,
    "mid.mjs": `import { v } from "./x.mjs"; globalThis.seen = v; import.meta.hot.accept();`,
    "x.mjs": "export const v = 0;",
    "far/x.mjs": "export const v = 1;",
  });
  WAYS["ln -sfn"](/** @type {any} */ ({ path }), "x.mjs", "far/x.mjs");
  await shows("1", "seen");
  self.write("far/x.mjs", "// nothing");
  await program.errorOutput(/does not provide/);
  self.write("far/x.mjs", "export const v = 2;");
  await shows("2", "seen");
  self.write("far/x.mjs", "export const v = 3;");
  await shows("3", "seen");
  // From now on it is what the link leads to: the file in its place is another one, and so is what a link leads to again.
  self.write("far/file.mjs", "export const v = 4;");
  fs.renameSync(path("far/file.mjs"), path("x.mjs"));
  await shows("4", "seen");
  self.write("x.mjs", "export const v = 5;");
  await shows("5", "seen");
  WAYS["ln -sfn"](/** @type {any} */ ({ path }), "x.mjs", "far/x.mjs");
  await shows("3", "seen");
  self.write("far/2.mjs", "export const v = 6;");
  WAYS["ln -sfn"](/** @type {any} */ ({ path }), "x.mjs", "far/2.mjs");
  await shows("6", "seen");
  assert.doesNotMatch(program.stderr, /restart/);
});

for (const [name, isLink] of Object.entries({ "a file": false, "a link": true })) {
  test(`${name} leads to what is made later`, { skip: isWindows }, async (t) => {
    const self = project(t, {
      "main.mjs": `import * as app from "./app.mjs"; const get = () => app.v; ${ASKED} import.meta.hot.accept("./app.mjs");`,
      "app.mjs": `import { v as x } from "./x.mjs"; import y from "./y.cjs"; export const v = [x, y.v];`,
      "far/x.mjs": "export const v = 1;",
      "far/y.cjs": "exports.v = 1;",
    });
    for (const file of ["x.mjs", "y.cjs"]) {
      if (isLink) fs.symlinkSync(`far/${file}`, self.path(file));
      else fs.copyFileSync(self.path("far", file), self.path(file));
    }
    const program = self.run("main.mjs", { nodeArguments: REGISTER });
    await program.line("ready");
    await program.answers("value [ 1, 1 ]");
    for (const file of ["x.mjs", "y.cjs"]) WAYS["ln -sfn"](self, file, `far/next-${file}`);
    if (isLink) {
      // Nothing is said: what it led to is there, and goes on until it leads somewhere.
      self.write("far/x.mjs", "export const v = 2;");
      await program.answers("value [ 2, 1 ]");
    } else {
      await program.errorOutput(/x\.mjs': it is not there any more/);
      await program.errorOutput(/y\.cjs': it is not there any more/);
    }
    self.write("far/next-x.mjs", "export const v = 3;");
    self.write("far/next-y.cjs", "exports.v = 3;");
    await program.answers("value [ 3, 3 ]");
    self.write("far/next-x.mjs", "export const v = 4;");
    self.write("far/next-y.cjs", "exports.v = 4;");
    await program.answers("value [ 4, 4 ]");
    assert.doesNotMatch(program.stderr, /restart/);
  });
}

test("who imports what it led to by that name, too, is evaluated once", { skip: isWindows }, async (t) => {
  const self = project(t, {
    "main.mjs": `import "./app.mjs"; import "./other.mjs"; import.meta.hot.accept("./app.mjs"); console.log("ready"); setInterval(() => {}, 1e6);`,
    "app.mjs": `import { x } from "./lib/x.mjs"; import { x as y } from "./releases/1/x.mjs"; console.log("sees", x, y);`,
    "other.mjs": "import.meta.hot.accept();",
    "releases/1/x.mjs": "export const x = 1;",
    "releases/2/x.mjs": "export const x = 2;",
  });
  fs.symlinkSync("releases/1", self.path("lib"));
  const program = self.run("main.mjs", { nodeArguments: REGISTER });
  await program.line("ready");
  let others = 0;
  // What is evaluated once more is so by then.
  const hasEnded = () => {
    self.write("other.mjs", `import.meta.hot.accept(); console.log("other ${++others}");`);
    return program.line(`other ${others}`);
  };
  WAYS["ln -sfn"](self, "lib", "releases/2");
  await program.line("sees 2 1");
  // Each is looked at twice, and the update that has just printed that goes on.
  for (let more = 0; more < 3; more++) WAYS["ln -sfn"](self, "lib", "releases/2");
  await hasEnded();
  self.write("releases/2/x.mjs", "export const x = 3;");
  await program.line("sees 3 1");
  WAYS["ln -sfn"](self, "lib", "releases/1");
  await program.line("sees 1 1");
  await hasEnded();
  const seen = program.stdout.match(/^sees .*$/gm);
  assert.deepEqual(seen, ["sees 1 1", "sees 2 1", "sees 3 1", "sees 1 1"]);
});

test("the program itself was started through one", { skip: isWindows }, async (t) => {
  const text = "import.meta.hot.accept(); setInterval(() => {}, 1e6); console.log('started');";
  const self = project(t, { "releases/1/main.mjs": text, "releases/2/main.mjs": text });
  fs.symlinkSync("releases/1", self.path("current"));
  const program = self.run("current/main.mjs", { nodeArguments: REGISTER });
  await program.line("started");
  WAYS["ln -sfn"](self, "current", "releases/2");
  await program.errorOutput(
    "current: leads elsewhere by now, and nobody can load what was loaded through it again; restart to see it",
  );
});
