// `--enable-source-maps`: a stack names the source of the version that threw, by that version's map, or by none.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

const throwing = `export const f = () => { throw new Error("on purpose"); };`;

/** The third line of it is the first one of `source`. @param {string} source */
const mapped = (source, text = throwing) => {
  const mappings = `;;AAAA${";AACA".repeat(text.split("\n").length - 1)}`;
  const map = Buffer.from(JSON.stringify({ version: 3, sources: [source], names: [], mappings }));
  return `\n\n${text}\n//# sourceMappingURL=data:application/json;base64,${map.toString("base64")}`;
};

test("a version with another map, without one, and with one again", async (t) => {
  const { ask, save } = await hotProgram(
    t,
    {
      "main.mjs": `import { f } from "./x.mjs"; import.meta.hot.accept("./x.mjs");
        globalThis.place = () => { try { f(); } catch (error) { return /[^/]+:\\d+(?=:\\d+\\)?$)/m.exec(error.stack)[0]; } };`,
      "x.mjs": mapped("one.ts"),
    },
    { nodeArguments: ["--enable-source-maps"] },
  );
  const places = [await ask("place()")];
  for (const text of [mapped("two.ts"), `\n\n\n${throwing}`, `\n\n${throwing} //`, mapped("three.ts")]) {
    assert.equal((await save({ "x.mjs": text })).type, "accepted");
    places.push(await ask("place()"));
  }
  assert.deepEqual(places, ["one.ts:1", "two.ts:1", "x.mjs:4", "x.mjs:3", "three.ts:1"]);
});

const { NODE_TEST_CONTEXT: _, NODE_V8_COVERAGE: __, NODE_EXTRA_CA_CERTS: ___, ...env } = process.env;

/** What node:test reports of coverage, of a program whose stacks were asked for. @param {string} directory @param {string[]} preload */
function coverage(directory, preload) {
  const flags = ["--test", "--test-reporter=tap", "--experimental-test-coverage", "--enable-source-maps"];
  const { stdout } = spawnSync(process.execPath, [...flags, ...preload, "main.mjs"], {
    ...{ cwd: directory, encoding: "utf8", env },
  });
  assert.match(stdout, /^# start of coverage report/m, stdout);
  return stdout.match(/^# \w+\.\w+ +\|.*/gm)?.map((line) => line.replace(/ +/g, " "));
}

const preload = ["--import", "heatsync-rs/register"];

test("coverage of what has a map is that of its source", (t) => {
  const text = `${throwing}\nexport const g = (a) => {\n  if (a) {\n    return 1;\n  }\n  return 2;\n};`;
  const { directory } = project(t, {
    "main.mjs": `import { test } from "node:test"; import { f, g } from "./x.mjs";
      test("it", () => { g(); try { f(); } catch (error) { void error.stack; } });`,
    "x.mjs": mapped("one.ts", text),
    "one.ts": text,
  });
  const reported = coverage(directory, preload);
  assert.deepEqual(reported, coverage(directory, []));
  assert.match(String(reported), /one\.ts/);
});

test("coverage is reported where a version has no map any more", (t) => {
  const { directory } = project(t, {
    "main.mjs": `import { test } from "node:test"; import fs from "node:fs"; import { hot } from "heatsync-rs"; import { f } from "./x.mjs";
      import.meta.hot.accept("./x.mjs");
      test("it", async () => {
        const place = () => { try { f(); } catch (error) { return error.stack; } };
        if (!place().includes("one.ts:1")) throw new Error(place());
        const ended = new Promise((resolve) => hot.on("update", resolve));
        fs.writeFileSync(new URL("x.mjs", import.meta.url), ${JSON.stringify(throwing)});
        await ended;
        if (!place().includes("x.mjs:1")) throw new Error(place());
      });`,
    "x.mjs": mapped("one.ts"),
    "one.ts": throwing,
  });
  assert.match(String(coverage(directory, preload)), /main\.mjs/);
});
