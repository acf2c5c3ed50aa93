// Boundaries under the runner: what is reloadable starts nothing anew, what is not asks for a full reload and gets it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gone, runnerProject } from "./support/runner.mjs";

/** Prints what its boundary says whenever something comes by standard input. */
const app = (/** @type {string} */ before, /** @type {string} */ get) => `
${before}
const show = async () => console.log("app", ${get}, process.pid);
process.stdin.on("data", show);
await show();`;

/** @type {[string, Record<string, string | object>, string[]][]} name, files, command line */
const cases = [
  [
    "the key heatsync of package.json",
    {
      "package.json": { type: "module", heatsync: { boundaries: ["./pages/*"] } },
      "app.js": app(
        `import { config } from "./config.js";`,
        `config, (await import("./pages/home.js")).text`,
      ),
    },
    ["app.js"],
  ],
  [
    "the key hotHook, by hot-hook's command",
    {
      "package.json": { type: "module", hotHook: { boundaries: ["./pages/*"] } },
      "app.js": app(
        `import { config } from "./config.js";`,
        `config, (await import("./pages/home.js")).text`,
      ),
    },
    ["app.js"],
  ],
  [
    "hot.init",
    {
      "package.json": { type: "module" },
      "app.js": app(
        `import { hot } from "heatsync-rs"; import { config } from "./config.js";
         await hot.init(import.meta.url, { restart: ["./settings.ini"] });`,
        `config, (await import("./pages/home.js", import.meta.hot?.boundary)).text`,
      ),
    },
    ["app.js"],
  ],
  [
    "hot.init without register",
    {
      "package.json": { type: "module" },
      "app.js": app(
        `import { hot } from "heatsync-rs"; import { config } from "./config.js";
         await hot.init(import.meta.url, { boundaries: ["./pages/*"] });`,
        `config, (await import("./pages/home.js")).text`,
      ),
    },
    ["--no-register", "app.js"],
  ],
];

for (const [name, own, words] of cases) {
  test(`reloadable or not: ${name}`, async (t) => {
    const { project, start } = runnerProject(t, {
      "config.js": "export const config = 1;",
      "pages/home.js": `export { text } from "../text.js";`,
      "text.js": `export const text = "one";`,
      ...own,
    });
    const runner = start(words, { command: name.includes("command") ? "hot-runner" : "heatsync" });
    const pid = (await runner.line(/^app 1 one /)).split(" ")[3];
    let reloads = 0;
    const reloaded = () => {
      reloads++;
      const isSaid = () =>
        (runner.stderr.match(/text\.js: loaded anew by the next/g)?.length ?? 0) >= reloads;
      return runner.waitFor(isSaid, `reload ${reloads}`);
    };
    for (const text of ["two", "three"]) {
      project.write("text.js", `export const text = "${text}";`);
      await reloaded();
      runner.child.stdin?.write("show\n");
      assert.equal(await runner.line(/^app /), `app 1 ${text} ${pid}`);
    }
    assert.doesNotMatch(runner.stderr, /restarting/);
    // Broken: the old version answers, the process is the same.
    project.write("text.js", `export const text = ;`);
    await runner.errorOutput(/text\.js: not updated/);
    runner.child.stdin?.write("show\n");
    assert.equal(await runner.line(/^app /), `app 1 three ${pid}`);
    project.write("text.js", `export const text = "four";`);
    await reloaded();
    // Above every boundary.
    project.write("config.js", "export const config = 2;");
    const second = (await runner.line(/^app 2 four /)).split(" ")[3];
    assert.notEqual(second, pid);
    await gone(Number(pid));
    await runner.errorOutput(/restarting: config\.js /);
    // The new process has boundaries, too. A save while it is still starting may be taken for one that it has not read.
    const shown = async (/** @type {RegExp} */ what) => {
      for (;;) {
        runner.child.stdin?.write("show\n");
        const line = await runner.line(/^app /);
        if (what.test(line)) return line.split(" ")[3];
      }
    };
    let before = second;
    let after = "";
    for (let n = 0; n < 3 && before !== after; n++) {
      before = after || second;
      project.write("text.js", `export const text = "five${n}";`);
      after = await shown(new RegExp(`^app 2 five${n} `));
    }
    assert.equal(after, before, runner.stderr);
  });
}

test("a spare reads package.json when it begins, and is not started for what happened before", async (t) => {
  const settings = (/** @type {string} */ boundary) => ({
    type: "module",
    heatsync: { boundaries: [boundary], restart: ["config/*"] },
  });
  const { project, start } = runnerProject(t, {
    "package.json": settings("./none/*.js"),
    "app.js": app("", `(await import("./pages/home.js")).v`),
    "pages/home.js": "export const v = 1;",
    "config/a": "1",
  });
  const runner = start(["app.js"]);
  let pid = (await runner.line(/^app 1 /)).split(" ")[2];
  for (const round of [1, 2, 3]) {
    // What is known of no restart: the line is printed by the next process, whose spare is booting already.
    if (round === 2) project.write("package.json", settings("./pages/*.js"));
    project.write("config/a", `${round} more`);
    const next = (await runner.line(/^app 1 /)).split(" ")[2];
    assert.notEqual(next, pid);
    pid = next;
  }
  project.write("pages/home.js", "export const v = 2;");
  await runner.errorOutput(/pages.home\.js: loaded anew by the next import\(\)/);
  runner.child.stdin?.write("show\n");
  assert.equal(await runner.line(/^app/), `app 2 ${pid}`);
  assert.equal(runner.stderr.match(/restarting/g)?.length, 3, runner.stderr);
});

/** Who speaks, how the program is started, and what is said. @type {[string, string[], string][]} */
const SAID = [
  ["by the program", [], "page.js: loaded anew by the next import()"],
  [
    "by the runner, where the program is silent",
    ["--no-register", "--import=./silent.js"],
    "reloaded page.js",
  ],
];

for (const [who, words, line] of SAID) {
  test(`what is reloaded is said once: ${who}`, async (t) => {
    const { project, start } = runnerProject(t, {
      "package.json": { type: "module", heatsync: { boundaries: ["./page.js"] } },
      "silent.js": `import { register } from "node:module";
        register("heatsync-rs/loader", { parentURL: import.meta.url, data: { silent: true } });`,
      "app.js": app("", `(await import("./page.js")).v`),
      "page.js": "export const v = 0;",
    });
    const runner = start([...words, "app.js"]);
    await runner.line(/^app 0 /);
    // What the program and the runner say come by two ways: of the first save all is there when the third is live.
    for (const value of [1, 2, 3]) {
      project.write("page.js", `export const v = ${value};`);
      await runner.waitFor(
        () => runner.stderr.split("page.js").length > value,
        `what is said of save ${value}`,
      );
      runner.child.stdin?.write("show\n");
      await runner.line(new RegExp(`^app ${value} `));
    }
    // Node 26 says that module.register() is deprecated.
    const said = runner.stderr.split("\n").filter((each) => each.startsWith("[heatsync]"));
    assert.deepEqual(new Set(said), new Set([`[heatsync] ${line}`]));
  });
}

test("a save of what is ignored starts nothing anew, as under hot-runner", async (t) => {
  const { project, start } = runnerProject(t, {
    "package.json": { type: "module", heatsync: { boundaries: ["./page.js"], ignore: ["./services/**"] } },
    "app.js": app("", `(await import("./page.js")).v`),
    "page.js": `import { s } from "./services/s.js"; import c from "./services/c.cjs"; import { x } from "./x.js"; export const v = s + c + x;`,
    "services/s.js": "export const s = 1;",
    "services/c.cjs": "module.exports = 10;",
    "x.js": "export const x = 100;",
  });
  const runner = start(["app.js"]);
  const pid = (await runner.line(/^app 111 /)).split(" ")[2];
  project.write("services/s.js", "export const s = 2;");
  project.write("services/c.cjs", "module.exports = 20;");
  project.write("x.js", "export const x = 200;");
  await runner.errorOutput(/x\.js: loaded anew/);
  runner.child.stdin?.write("show\n");
  assert.equal(await runner.line(/^app 2/), `app 211 ${pid}`);
  project.write("app.js", app("// Now it is.", `(await import("./page.js")).v`));
  await runner.line(/^app 222 /);
  assert.equal(runner.stderr.match(/restarting/g)?.length, 1, runner.stderr);
});

test("decline and `restart` start the program anew", async (t) => {
  const { project, start } = runnerProject(t, {
    "package.json": { type: "module", heatsync: { boundaries: ["./page.js"], restart: ["./settings.ini"] } },
    "app.js": app("", `(await import("./page.js")).v`),
    "page.js": `export const v = 1; import.meta.hot.decline();`,
    "settings.ini": "a=1",
  });
  const runner = start(["app.js"]);
  const first = await runner.line(/^app 1 /);
  project.write("page.js", "export const v = 2; import.meta.hot.decline();");
  const second = await runner.line(/^app 2 /);
  assert.notEqual(second.split(" ")[2], first.split(" ")[2]);
  await runner.errorOutput(/restarting: page\.js would evaluate page\.js anew, which declined/);
  project.write("settings.ini", "a=2");
  const third = await runner.line(/^app 2 /);
  assert.notEqual(third.split(" ")[2], second.split(" ")[2]);
  await runner.errorOutput(/restarting: settings\.ini /);
  assert.equal(runner.stderr.match(/restarting/g)?.length, 2, runner.stderr);
});

for (const [name, before, words] of /** @type {const} */ ([
  ["under register", "", []],
  [
    "by hot.init",
    `import { hot } from "heatsync-rs"; await hot.init(import.meta.url, { boundaries: ["./pages/*"] });`,
    ["--no-register"],
  ],
])) {
  test(`what is imported later, is not reloadable and does not parse starts nothing anew, ${name}`, async (t) => {
    const { project, start } = runnerProject(t, {
      "package.json": { type: "module", ...(before ? {} : { heatsync: { boundaries: ["./pages/*"] } }) },
      "app.js": `${before} console.log("ready"); process.stdin.on("data", async () => {
        console.log("app", (await import("./pages/home.js")).text, process.pid); });`,
      // A boundary that is imported statically takes a full reload.
      "pages/home.js": `export { text } from "./text.js";`,
      "pages/text.js": `export const text = "one";`,
    });
    const runner = start([...words, "app.js"]);
    await runner.line("ready");
    const show = async () => {
      runner.child.stdin?.write("show\n");
      return (await runner.line(/^app /)).split(" ").slice(1);
    };
    const [text, pid] = await show();
    assert.equal(text, "one");
    project.write("pages/text.js", "export const text = ;");
    await runner.errorOutput(/not restarted: SyntaxError[\s\S]*text\.js:1:21/);
    assert.deepEqual(await show(), ["one", pid]);
    project.write("pages/text.js", `export const text = "two";`);
    await runner.line("ready");
    assert.equal((await show())[0], "two");
    assert.equal(runner.stderr.match(/restarting/g)?.length, 1, runner.stderr);
  });
}
