// A parent that watches nothing and starts the program anew when it is asked to, as `ace serve --hmr` of AdonisJS 6 does.

import assert from "node:assert/strict";
import module from "node:module";
import { test } from "node:test";
import { BoundaryProgram } from "./support/boundaries.mjs";
import { until } from "./support/project.mjs";

const nodeArguments = ["--import", "hot-hook/register"];
const hotHook = { boundaries: ["./app/*.js"] };
const manifest = { type: "module", hotHook };
/** As AdonisJS begins: what is thrown is caught, printed, and told by the exit code. */
const main = (/** @type {string} */ start) => `
const start = async () => { ${start} };
start().catch((error) => { process.exitCode = 3; console.log("failed: " + error.message.split("\\n")[0]); });
`;

for (const [what, start, file, broken] of [
  ["a module that throws", `await import("./routes.js");`, "routes.js", `throw new Error("boom");`],
  ["a module that does not parse", `await import("./routes.js");`, "routes.js", "const = boom;"],
  ["a module that is missing", `await import("./routes.js");`, "none.js", "export {};"],
  ["what the program throws itself", `throw new Error("no database");`, "config/database.js", "export {};"],
]) {
  test(`a program that fails while it starts waits for a save: ${what}`, async (t) => {
    const files = {
      ...{ "package.json": manifest, "main.js": main(start), "app/home.js": "" },
      "routes.js": file === "routes.js" ? broken : `import "./none.js";`,
    };
    const it = new BoundaryProgram(t, { files, nodeArguments });
    const { program } = it;
    await until(
      () => program.stderr.includes("waits for a save"),
      () => `it waits: ${program.stderr}`,
    );
    assert.match(program.stdout, /^failed: /);
    await it.self.olderThanNow();
    it.self.write(file, "export {};");
    // Whoever was asked kills it; else it has nothing more to wait for.
    assert.deepEqual(await program.exit, { code: 3, signal: null });
    const asked = it.log().filter((line) => !line.startsWith("failed"));
    // Of what was missing who leads to it may be named.
    const expected = file === "none.js" ? "full-reload (main|routes|none)\\.js" : `full-reload ${file}`;
    assert.match(asked.join("\n"), new RegExp(`^${expected}$`));
    assert.match(program.stderr, /full reload needed: it may be what the program failed with/);
  });
}

test("what was saved is named, and not who has failed with it, where no watch of the whole project tells of it", async (t) => {
  const files = {
    "package.json": { type: "module", hotHook: { boundaries: ["./app/home.js"], rootDirectory: "./app" } },
    "app/main.js": main(`await import("../lib/routes.js");`),
    "app/home.js": "",
    "lib/routes.js": "const = boom;",
  };
  const it = new BoundaryProgram(t, { files, entry: "app/main.js", nodeArguments });
  await until(
    () => it.program.stderr.includes("waits for a save"),
    () => `it waits: ${it.program.stderr}`,
  );
  await it.self.olderThanNow();
  it.self.write("lib/routes.js", "export {};");
  assert.deepEqual(await it.program.exit, { code: 3, signal: null });
  assert.deepEqual(
    it.log().filter((line) => !line.startsWith("failed")),
    ["full-reload lib/routes.js"],
  );
});

test("who waits ends by a signal, listened to or not", { skip: process.platform === "win32" }, async (t) => {
  for (const before of ["", `process.on("SIGTERM", () => console.log("heard"));`]) {
    const files = {
      ...{ "package.json": manifest, "app/home.js": "" },
      "main.js": before + main(`throw new Error("boom");`),
    };
    const { program } = new BoundaryProgram(t, { files, nodeArguments });
    await until(
      () => program.stderr.includes("waits for a save"),
      () => `it waits: ${program.stderr}`,
    );
    program.child.kill("SIGTERM");
    const expected = before ? { code: 3, signal: null } : { code: null, signal: "SIGTERM" };
    assert.deepEqual(await program.exit, expected);
  }
});

test("what ends well, and what such a program has started, does not wait", async (t) => {
  const files = {
    ...{ "package.json": manifest, "app/home.js": "" },
    "main.js": `import { fork } from "node:child_process";
      fork("child.js").on("exit", (code) => console.log("child " + code)); await import("./lib.js");`,
    "lib.js": "",
    "child.js": main(`throw new Error("boom");`),
  };
  const { program } = new BoundaryProgram(t, { files, nodeArguments });
  assert.deepEqual(await program.exit, { code: 0, signal: null });
  assert.match(program.stdout, /^child 3$/m);
  assert.doesNotMatch(program.stderr, /waits/);
});

/** @param {import("node:test").TestContext} t @param {string} whileLoaded what the hooks do besides as they load routes.js */
function besideHooks(t, whileLoaded = "") {
  const files = {
    ...{ "package.json": manifest, "app/home.js": "export {};", "routes.js": "export const routes = 1;" },
    "other.js": `import { register } from "node:module"; register("./hooks.js", import.meta.url);`,
    // It compiles by itself, as ts-node does.
    "hooks.js": `import fs from "node:fs";
      export const load = (url, context, next) => {
        if (!/\\/(main|routes)\\.js$/.test(url)) return next(url, context);
        const source = fs.readFileSync(new URL(url), "utf8") + "// compiled";
        if (url.endsWith("/routes.js")) { ${whileLoaded} }
        return { format: "module", source, shortCircuit: true };
      };`,
    "main.js": `process.on("message", () => {}); await import("./routes.js"); console.log("ready");`,
  };
  return new BoundaryProgram(t, { files, nodeArguments: ["--import", "./other.js", ...nodeArguments] });
}

test("beside the hooks of another package a file that is no boundary asks for a full reload", async (t) => {
  const it = besideHooks(t);
  await it.ready();
  await it.self.olderThanNow();
  it.self.write("routes.js", "export const routes = 2;");
  await until(
    () => it.hasHeard("full-reload routes.js"),
    () => `asked: ${it.program.stderr}`,
  );
});

test("… also of what was saved before the program's thread had heard who runs it", {
  skip: "registerHooks" in module, // then it is that thread which loads it
}, async (t) => {
  const it = besideHooks(t, `fs.writeFileSync(new URL(url), "export const routes = 'another';");`);
  await until(
    () => it.hasHeard("full-reload routes.js"),
    () => `asked: ${it.program.stderr}`,
  );
});
