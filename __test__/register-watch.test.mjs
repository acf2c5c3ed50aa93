// `node --watch` and `node --test --watch` beside register: what no update reloads starts the program anew, as without it.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";

const register = ["--import", "heatsync-rs/register"];

/**
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string>} files
 * @param {string[]} flags
 * @param {(self: ReturnType<typeof project>, program: any) => Promise<void>} body
 */
async function watched(t, files, flags, body) {
  const self = project(t, files);
  const program = self.run("main.mjs", { nodeArguments: [...register, ...flags] });
  try {
    await body(self, program);
  } finally {
    // The watcher ends its child with it, which SIGKILL would leave behind.
    program.child.kill("SIGTERM");
    await program.exit;
  }
}

/**
 * Saves until it is seen: Node's watcher is told of a file a moment after it was loaded.
 * @param {ReturnType<typeof project>} self
 * @param {string} file
 * @param {string} text
 * @param {Promise<unknown>} seen
 */
async function saved(self, file, text, seen) {
  let count = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let again;
  const save = () => {
    self.write(file, `${text} // ${count}`);
    // A start that takes longer than that is to come to its end the next time.
    again = setTimeout(save, 1000 * 2 ** count++);
  };
  save();
  try {
    await seen;
  } finally {
    clearTimeout(again);
  }
}

test("node --watch: a module that nobody accepts starts the program anew, one that is accepted does not", async (t) => {
  const files = {
    "main.mjs": `import { deep } from "./between.mjs"; import { live } from "./live.mjs"; console.log("start", deep, live); let last = live; setInterval(() => { if (live !== last) console.log("live", (last = live)); }, 2);`,
    "between.mjs": `export { deep } from "./deep.mjs";`,
    "deep.mjs": "export const deep = 1;",
    "live.mjs": "export const live = 1; import.meta.hot.accept();",
  };
  await watched(t, files, ["--watch"], async (self, program) => {
    await program.line("start 1 1");
    self.write("live.mjs", "export const live = 2; import.meta.hot.accept();");
    await program.line("live 2");
    await saved(self, "deep.mjs", "export const deep = 2;", program.line("start 2 2"));
    await saved(self, "deep.mjs", `throw new Error("thrown");`, program.line(/^Failed running/));
    await saved(self, "deep.mjs", "export const deep = 3;", program.line("start 3 2"));
  });
});

test("node --watch: what could not be linked is mended", async (t) => {
  const files = {
    "main.mjs": `import { deep } from "./between.mjs"; console.log("start", deep); setInterval(() => {}, 1000);`,
    "between.mjs": `export { deep } from "./deep.mjs";`,
    "deep.mjs": "export const deep = 1;",
  };
  await watched(t, files, ["--watch"], async (self, program) => {
    await program.line("start 1");
    await saved(
      self,
      "deep.mjs",
      `import "./none.mjs"; export const deep = 2;`,
      program.errorOutput(/ERR_MODULE_NOT_FOUND/),
    );
    await saved(self, "deep.mjs", "export const deep = 3;", program.line("start 3"));
  });
});

test("node --watch: what is imported later", async (t) => {
  const files = {
    "main.mjs": `console.log("start"); setTimeout(async () => console.log((await import("./late.mjs")).late), 600); setInterval(() => {}, 1000);`,
    "late.mjs": `import { below } from "./below.mjs"; export const late = "late " + below;`,
    "below.mjs": "export const below = 1;",
  };
  await watched(t, files, ["--watch"], async (self, program) => {
    await program.line("late 1");
    await saved(self, "below.mjs", "export const below = 2;", program.line("late 2"));
  });
});

test("node --test --watch runs a test again when a module it imports is saved", async (t) => {
  const files = {
    "main.mjs": `import { it } from "./it.mjs"; import { test } from "node:test"; test("value " + it, () => {});`,
    "it.mjs": "export const it = 1;",
  };
  await watched(t, files, ["--test", "--watch", "--test-reporter=tap"], async (self, program) => {
    await program.line(/ok \d+ - value 1/);
    await saved(self, "it.mjs", "export const it = 2;", program.line(/ok \d+ - value 2/));
    assert.doesNotMatch(program.stderr, /heatsync/);
  });
});

// Where the cache is then does not depend on the Node.js, and elsewhere than on Linux nothing else is.
const skip = process.platform !== "linux" || !process.version.startsWith("v24.");

test("node --watch-path: what is kept of V8's code starts nothing anew", { skip }, async (t) => {
  const names = Array.from({ length: 40 }, (_, number) => `m${number}.mjs`);
  const files = Object.fromEntries(names.map((name) => [name, `console.assert(${JSON.stringify(name)});`]));
  const main = (/** @type {number} */ n) =>
    `${names.map((name) => `import "./${name}";`).join("")} console.log("start ${n}"); setInterval(() => {}, 1000);`;
  const self = project(t, { ...files, "main.mjs": main(1) });
  const user = project(t);
  const env = { HEATSYNC_CACHE: undefined, NODE_V8_COVERAGE: undefined, XDG_CACHE_HOME: user.directory };
  const program = self.run("main.mjs", { nodeArguments: [...register, "--watch-path=."], env });
  try {
    await program.line("start 1");
    const folder = user.path("heatsync-rs");
    await until(() => fs.existsSync(folder) && fs.readdirSync(folder).some((name) => name.endsWith(".bin")));
    assert.ok(!fs.existsSync(self.path("node_modules/.cache")));
    await saved(self, "main.mjs", main(2), program.line("start 2"));
    assert.equal(program.stdout.match(/start 1/g)?.length, 1);
  } finally {
    program.child.kill("SIGTERM");
    await program.exit;
  }
});
