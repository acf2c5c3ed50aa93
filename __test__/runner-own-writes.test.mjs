// The runner: what the program itself writes at each start does not start it without end.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const BEGIN = `const fs = require("node:fs"); console.log("started");
  const write = (file, text) => fs.writeFileSync(file, text + Date.now() + process.hrtime.bigint());`;
/** @type {Record<string, { written: string, program: string }>} */
const PROGRAMS = {
  "it writes .env as it begins": {
    written: ".env",
    program: `write(".env", "TIME="); setInterval(() => {}, 1000);`,
  },
  "it writes .env once it runs": {
    written: ".env",
    program: `setTimeout(write, 50, ".env", "TIME="); setInterval(() => {}, 1000);`,
  },
  "it writes .env all the time": {
    written: ".env",
    program: `setInterval(write, 100, ".env", "TIME=");`,
  },
  "it writes a module that it has loaded, once it is watched": {
    written: "module.js",
    program: `require("./module"); setTimeout(write, 600, "module.js", "//"); setInterval(() => {}, 1000);`,
  },
  "it writes a module that it has imported, once it is watched": {
    written: "module.mjs",
    program: `import("./module.mjs"); setTimeout(write, 600, "module.mjs", "//"); setInterval(() => {}, 1000);`,
  },
  "it writes a module once it is watched, in turn this and that": {
    written: "module.js",
    program: `require("./module"); const turn = (n) => fs.writeFileSync("module.js", "//" + n);
      setTimeout(turn, 400, 1); setTimeout(turn, 700, 2); setInterval(() => {}, 1000);`,
  },
  "it writes .env, and crashes": {
    written: ".env",
    program: `write(".env", "TIME="); throw new Error("crash");`,
  },
  "it writes a module that it has loaded, and crashes": {
    written: "module.js",
    program: `require("./module"); setTimeout(() => { write("module.js", "//"); throw new Error("crash"); }, 100);`,
  },
};

// Nearly all of their time programs wait for what is to be quiet: some at a time.
describe("what it writes at each start", { concurrency: 3 }, () => {
  for (const [name, { written, program }] of Object.entries(PROGRAMS)) {
    test(name, async (t) => {
      const { project, start } = runnerProject(t, { "app.js": BEGIN + program, [written]: "" });
      const runner = start(["app.js"]);
      // Of a module that it has loaded somebody else may be the one who saves it: after ever longer pauses it is a reason.
      await runner.errorOutput(
        new RegExp(
          `${written} is written each time the program starts: (that is no reason|the program is started anew when)`,
        ),
      );
      const isWaiting = () =>
        runner.stderr.lastIndexOf("waiting for") > runner.stderr.lastIndexOf("restarting");
      if (program.includes("crash")) await until(isWaiting, "the end of the last start");
      // What somebody saves is.
      const [file, text] = program.includes("crash") ? [written, "//"] : ["app.js", `${BEGIN}//\n${program}`];
      const starts = () => runner.lines.filter((line) => line === "started").length;
      const before = starts();
      assert(before >= 4, runner.stderr);
      project.write(file, text);
      await until(() => starts() > before, "another start");
    });
  }
});

describe("what somebody saves in each start", { concurrency: 2 }, () => {
  test("somebody who saves .env in each of five starts: after the next save, later on, two in a row count again", async (t) => {
    const shown = (/** @type {number} */ n) => `A=${n}`;
    const { project, start } = runnerProject(t, {
      "app.js": `console.log("A=" + process.env.A);
      setTimeout(() => console.log("quiet"), 2100); setInterval(() => {}, 1000);`,
      ".env": shown(0),
    });
    const runner = start(["--env-file=.env", "app.js"]);
    await runner.line(shown(0));
    for (let n = 1; n <= 4; n++) {
      project.write(".env", shown(n));
      await runner.line(shown(n));
    }
    project.write(".env", shown(5));
    await runner.errorOutput(/\.env is written each time .* \(Return is\)/);
    await runner.line("quiet");
    for (const n of [6, 7]) {
      project.write(".env", shown(n));
      await runner.line(shown(n));
    }
  });

  test("somebody who saves a module in each of six starts: each save is live, the last ones after a pause", async (t) => {
    const { project, start } = runnerProject(t, {
      // By then it is watched, and it is less than the two seconds in which a save may be the program's.
      "app.js": `setTimeout(console.log, 100, require("./module")); setInterval(() => {}, 1000);`,
      "module.js": "module.exports = 'v0';",
    });
    const runner = start(["app.js"]);
    await runner.line("v0");
    for (let n = 1; n <= 6; n++) {
      project.write("module.js", `module.exports = 'v${n}';`);
      await runner.line(`v${n}`);
    }
  });
});

describe("what it makes, loads and takes away", { concurrency: 2 }, () => {
  for (const [how, load] of Object.entries({
    "require()": "createRequire(import.meta.url)(fileURLToPath(made))",
    "import()": "await import(made)",
  })) {
    for (const [what, name] of Object.entries({
      "one name": `"made"`,
      "another name each time": "Date.now()",
    })) {
      test(`what the program makes, loads and takes away at each start: ${how}, by ${what}`, async (t) => {
        const hot = (/** @type {number} */ v) => `console.log("live", ${v}); import.meta.hot.accept();`;
        const { project, start } = runnerProject(t, {
          "main.mjs": `import fs from "node:fs"; import { createRequire } from "node:module"; import { fileURLToPath } from "node:url";
          import "./hot.mjs"; setTimeout(console.log, 2100, "quiet"); setInterval(() => {}, 1000);
          const made = new URL("./bundled-" + ${name} + ".cjs", import.meta.url).href;
          fs.writeFileSync(new URL(made), "module.exports = 1;"); ${load}; fs.unlinkSync(new URL(made));`,
          "hot.mjs": hot(1),
        });
        const runner = start(["main.mjs"]);
        await runner.line("quiet");
        project.write("hot.mjs", hot(2));
        await runner.line("live 2");
        assert(runner.stderr.split("restarting: ").length <= 2, runner.stderr);
      });
    }
  }

  for (const [what, name] of Object.entries({ "one name": `""`, "another name each time": "Date.now()" })) {
    for (const [when, milliseconds] of Object.entries({ "is watched": 400, "counts as of a start": 2200 })) {
      test(`what the program makes, loads and takes away at each start, by ${what}, after it ${when}`, async (t) => {
        const program = `${BEGIN} const made = __dirname + "/made-" + ${name} + ".js";
        write(made, "exports.v = 1; //"); require(made);
        setTimeout(() => { fs.unlinkSync(made); setTimeout(console.log, 600, "quiet"); }, ${milliseconds}); setInterval(() => {}, 1000);`;
        const { project, start } = runnerProject(t, { "app.js": program });
        const words =
          what === "one name" ? /made-\.js is written/ : /another module \(now made-\d+\.js\) is written/;
        for (const options of [[], ["--no-register"]]) {
          const runner = start([...options, "app.js"]);
          await runner.errorOutput(
            new RegExp(`${words.source} each time the program starts: that is no reason`),
          );
          await runner.line("quiet");
          const starts = () => runner.lines.filter((line) => line === "started").length;
          const before = starts();
          assert(before <= 5, runner.stderr);
          // What somebody saves is one.
          project.write("app.js", `${program}//${options}`);
          await until(() => starts() > before, "another start");
          await runner.line("quiet");
          assert.equal(starts(), before + 1, runner.stderr);
          runner.child.kill("SIGTERM");
          await runner.exit;
        }
      });
    }
  }
});

test("beside a temporary module of another name at each start, a new file that is saved just after the start for it is live", async (t) => {
  const temporary = `${BEGIN} const made = __dirname + "/made-" + Date.now() + ".js";
    write(made, "//"); require(made); setTimeout(fs.unlinkSync, 400, made); setTimeout(console.log, 2100, "quiet"); setInterval(() => {}, 1000);`;
  const { project, start } = runnerProject(t, { "app.js": temporary });
  const runner = start(["app.js"]);
  await runner.errorOutput("is written each time the program starts: that is no reason");
  await runner.line("quiet");
  project.write("new.js", "module.exports = 1;");
  // By then the new file is watched.
  project.write("app.js", `${temporary} setTimeout(console.log, 500, "new", require("./new"));`);
  await runner.line("new 1");
  project.write("new.js", "module.exports = 2;");
  await runner.line("new 2");
});

test("what the program has only found, writes, and crashes, is no reason for another start", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.js": `${BEGIN} write(require.resolve("./state.json"), ""); throw new Error("crash");`,
    "state.json": "",
  });
  const runner = start(["app.js"]);
  await runner.errorOutput("waiting for a change");
  // What was saved, too, is told of with it.
  project.write("app.js", "console.log('mended');");
  await runner.line("mended");
  assert.doesNotMatch(runner.stderr, /restarting: .*state\.json/);
});
