// The runner: what a program loads when it hangs, or when the process dies without a word, is watched like what it has
// had the time to tell of.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runnerProject } from "./support/runner.mjs";

/** @type {Record<string, (name: string) => string>} the name is no literal: only the program knows it */
const WAYS = {
  "app.cjs": (name) => `require("./" + ${JSON.stringify(name)});`,
  "app.mjs": (name) => `await import("./" + ${JSON.stringify(name)});`,
};
const ENDS = {
  "a loop without end": "for (;;);",
  "a signal": `process.kill(process.pid, "SIGSEGV"); for (;;);`,
};

for (const [entry, load] of Object.entries(WAYS)) {
  for (const [what, text] of Object.entries(ENDS)) {
    for (const options of [[], ["--no-register"]]) {
      test(`${[...options, entry].join(" ")}: ${what} in what is loaded first, and in a save`, async (t) => {
        const bad = `console.log("bad"); ${text}`;
        const { project, start } = runnerProject(t, {
          [entry]: `${load("between.cjs")} setInterval(() => {}, 1000);`,
          "between.cjs": `require("./" + "work.cjs"); console.log("worked");`,
          "work.cjs": bad,
        });
        const runner = start(["--grace=100", ...options, entry]);
        for (const time of [1, 2]) {
          await runner.line("bad");
          if (what === "a signal")
            await runner.waitFor(
              () => runner.stderr.split("waiting for a change").length > time,
              `end ${time}`,
            );
          project.write("work.cjs", "");
          await runner.line("worked");
          if (time === 1) project.write("work.cjs", bad);
        }
      });
    }
  }
}

test("what is saved while the program computes in its first load, and does not parse, does not end it", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.cjs": `require("./slow.cjs"); console.log("started"); setInterval(() => {}, 1000);`,
    "slow.cjs": `console.log("slow"); const end = Date.now() + 800; while (Date.now() < end);`,
  });
  const runner = start(["app.cjs"]);
  await runner.line("slow");
  project.write("slow.cjs", "const const");
  await runner.errorOutput("not restarted: SyntaxError");
  project.write("slow.cjs", `console.log("quick");`);
  await runner.line("quick");
  assert.doesNotMatch(runner.stderr, /waiting for a change/);
});

test("nor where the program computes for longer than the runner waits for its answer", async (t) => {
  const { project, start } = runnerProject(t, {
    "app.cjs": `require("./slow.cjs"); console.log("started"); setInterval(() => {}, 1000);`,
    "slow.cjs": `console.log("slow"); while (!require("node:fs").existsSync("go"));`,
  });
  const runner = start(["--grace=100", "app.cjs"]);
  await runner.line("slow");
  project.write("slow.cjs", "const const");
  await runner.waitFor(() => /SyntaxError|does not answer/.test(runner.stderr), "the word");
  assert.match(runner.stderr, /not restarted: SyntaxError/);
  project.write("go", "");
  await runner.line("started");
  project.write("slow.cjs", `console.log("quick");`);
  await runner.line("quick");
  assert.doesNotMatch(runner.stderr, /waiting for a change/);
});

test("a runner that reads nothing is told of a few loads one by one: its channel would be full, and hold up the program", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`m/${at}.cjs`, ""]));
  const { start } = runnerProject(t, {
    ...files,
    "app.cjs": `
      const fs = require("node:fs");
      const { writeSync } = fs;
      let told = 0;
      fs.writeSync = (...rest) => {
        if (String(rest[1]).includes('"loading"')) told++;
        return writeSync(...rest);
      };
      let next = 0;
      const load = (count) => { while (count-- > 0) require("./m/" + next++ + ".cjs"); };
      load(200);
      console.log("told", told);
      // Once it has read them they go on.
      const timer = setInterval(() => {
        load(2);
        if (told > 60) console.log("goes on");
        if (told > 60 || next === 400) clearInterval(timer);
      }, 5);
      setInterval(() => {}, 1000);`,
  });
  const runner = start(["app.cjs"]);
  const told = Number((await runner.line(/^told /)).split(" ")[1]);
  assert.ok(told <= 50, `${told}`);
  await runner.line("goes on");
});
