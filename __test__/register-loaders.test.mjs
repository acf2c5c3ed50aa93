// Other loaders in the chain, before ours and after: what they serve is what the program gets.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as module from "node:module";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { forRegistry } from "../scripts/support.mjs";
import { project } from "./support/project.mjs";
import { same } from "./support/same.mjs";

const NATIVE = "what leads to a module of another loader is native here";
const hasSyncHooks = "registerHooks" in module;

/** A loader: `.graphql`, `?raw`, a virtual module, an alias, a language of its own. @param {boolean} isAsync */
const loader = (isAsync) => {
  const [async, wait] = isAsync ? ["async ", "await "] : ["", ""];
  return `import fs from "node:fs"; import { fileURLToPath } from "node:url";
    const serve = (value) => ({ format: "module", source: "export default " + JSON.stringify(value), shortCircuit: true });
    export ${async}function resolve(specifier, context, next) {
      if (specifier === "virtual:it") return { url: specifier, format: "module", shortCircuit: true };
      return next(specifier.replace(/^~\\//, new URL("./src/", import.meta.url).href), context);
    }
    export ${async}function load(url, context, next) {
      if (url === "virtual:it") return serve("virtual");
      if (url.endsWith(".graphql")) return serve(fs.readFileSync(fileURLToPath(url), "utf8"));
      if (url.endsWith("?raw")) {
        const { source } = ${wait}next(url.slice(0, -4), { ...context, format: "module" });
        return serve(Buffer.from(source).toString().trim());
      }
      if (url.endsWith(".shout")) {
        const { source } = ${wait}next(url, { ...context, format: "module" });
        return { format: "module", source: Buffer.from(source).toString().replaceAll("!", ";"), shortCircuit: true };
      }
      return next(url, context);
    }`;
};
const files = {
  "hooks-thread.mjs": loader(true),
  "hooks-sync.mjs": loader(false),
  "thread.mjs": `import { register } from "node:module"; register("./hooks-thread.mjs", import.meta.url);`,
  "sync.mjs": `import { registerHooks } from "node:module"; import * as hooks from "./hooks-sync.mjs"; registerHooks({ ...hooks });`,
  "main.mjs": `import query from "./q.graphql"; import raw from "./src/x.mjs?raw"; import it from "virtual:it"; import { x } from "~/x.mjs"; import shouted, { from } from "./s.shout";
    console.log([query, raw, it, x, shouted, from]);
    const again = await Promise.all(["./q.graphql", "./src/x.mjs?raw", "virtual:it", "~/x.mjs", "./s.shout"].map((name) => import(name)));
    console.log(again, again[3].x === x, again[4].default === shouted);
    await import("./none.graphql").catch((error) => console.log(error.code));`,
  "q.graphql": "{ hello }",
  "src/x.mjs": "export const x = { at: import.meta.url };",
  "s.shout": `import { x } from "./src/x.mjs"! export const from = x! export default () => "loud"!`,
};

const kinds = hasSyncHooks ? ["thread", "sync"] : ["thread"];
describe("a loader of the user's", { concurrency: 2 }, () => {
  for (const kind of kinds) {
    for (const flag of ["--import", "--require"]) {
      const ours = [flag, "heatsync-rs/register"];
      const theirs = ["--import", `./${kind}.mjs`];
      test(`${kind}, after ${ours.join(" ")}`, (t) =>
        same(t, { run: ["main.mjs"], files }, [[[...ours, ...theirs], theirs]]));
      if (flag === "--require") continue;
      test(`${kind}, before ${ours.join(" ")}`, (t) =>
        same(t, { run: ["main.mjs"], files }, [[[...theirs, ...ours], theirs]]));
    }
    test(`${kind}, registered by the program`, async (t) => {
      const late = {
        ...files,
        "late.mjs": `import "./src/x.mjs"; await import("./${kind}.mjs"); await import("./main.mjs");`,
      };
      await same(t, { run: ["late.mjs"], files: late });
    });
  }
  test("--loader, with ours in front and behind", async (t) => {
    const theirs = ["--loader", "./hooks-thread.mjs"];
    await same(t, { run: ["main.mjs"], files }, [
      [[...theirs, "--import", "heatsync-rs/register"], theirs],
      [[...theirs, "--loader", "heatsync-rs/loader"], theirs],
      // Where theirs comes first and we have no hooks but on that thread, it is given our facades.
      ...(hasSyncHooks ? [[["--loader", "heatsync-rs/loader", ...theirs], theirs]] : []),
    ]);
  });
});

/** @param {import("node:test").TestContext} t @param {string[]} flags */
function start(t, flags) {
  const self = project(t, {
    ...files,
    "live.mjs": `import query from "./q.graphql"; import { x } from "~/x.mjs"; import shouted from "./s.shout"; import.meta.hot.accept("./s.shout"); import.meta.hot.accept("./q.graphql"); import.meta.hot.accept("~/x.mjs");
      let last; setInterval(() => { const text = query + shouted() + (x.n ?? ""); if (text !== last) console.log(last = text); }, 2);`,
  });
  const program = self.run("live.mjs", { nodeArguments: ["--no-warnings", ...flags] });
  return { self, program };
}

test("files of the project are reloaded under another loader", {
  skip: !hasSyncHooks && NATIVE,
}, async (t) => {
  for (const kind of kinds) {
    const { self, program } = start(t, ["--import", `./${kind}.mjs`, "--import", "heatsync-rs/register"]);
    await program.line("{ hello }loud");
    self.write("src/x.mjs", "export const x = { n: 1 };");
    await program.line("{ hello }loud1");
  }
});

test("CommonJS that only another loader leads to is reloaded", {
  skip: !hasSyncHooks && NATIVE,
}, async (t) => {
  for (const kind of kinds) {
    const self = project(t, {
      ...files,
      "src/outer.cjs": `exports.outer = "outer 1 " + require("./inner.cjs");`,
      "src/inner.cjs": `module.exports = "inner 1";`,
      "between.mjs": `export { outer } from "~/outer.cjs";`,
      "live.mjs": `import { outer } from "./between.mjs"; import again from "~/outer.cjs";
        import.meta.hot.accept(["./between.mjs", "~/outer.cjs"]);
        let last; setInterval(() => { const text = outer + ", " + again.outer; if (text !== last) console.log(last = text); }, 2);`,
    });
    const ours = ["--import", "heatsync-rs/register"];
    const program = self.run("live.mjs", {
      nodeArguments: ["--no-warnings", "--import", `./${kind}.mjs`, ...ours],
    });
    await program.line("outer 1 inner 1, outer 1 inner 1");
    self.write("src/inner.cjs", `module.exports = "inner 2";`);
    await program.line("outer 1 inner 2, outer 1 inner 2");
    self.write("src/outer.cjs", `exports.outer = "outer 2 " + require("./inner.cjs");`);
    await program.line("outer 2 inner 2, outer 2 inner 2");
  }
});

test("what the hooks of another thread do not find names who imports it, also in the stack", async (t) => {
  const self = project(t, {
    ...files,
    "main.mjs": `import "./page.mjs";`,
    "page.mjs": `import "no-such-package";`,
  });
  const ours = ["--import", "heatsync-rs/register"];
  const program = self.run("main.mjs", {
    nodeArguments: ["--no-warnings", "--import", "./thread.mjs", ...ours],
  });
  assert.equal((await program.exit).code, 1);
  assert.match(program.stderr, /Error.*: Cannot find package 'no-such-package' imported from .*page\.mjs$/m);
  assert.doesNotMatch(program.stderr, /\.heatsync-/);
});

test("what another loader makes a module of is reloaded, too", {
  skip: !hasSyncHooks && "no module.registerHooks",
}, async (t) => {
  for (const kind of kinds) {
    const { self, program } = start(t, ["--import", `./${kind}.mjs`, "--import", "heatsync-rs/register"]);
    await program.line("{ hello }loud");
    self.write("q.graphql", "{ other }");
    await program.line("{ other }loud");
    self.write("s.shout", `export default () => "LOUD"!`);
    await program.line("{ other }LOUD");
  }
});

/** @param {string} folder @returns {boolean} */
function canInstall(folder) {
  try {
    const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "tsx@4"];
    execFileSync("npm", args, {
      cwd: folder,
      env: { ...process.env, ...forRegistry() },
      timeout: 120_000,
      stdio: "ignore",
      shell: process.platform === "win32",
    });
    return true;
  } catch {
    return false;
  }
}

test("tsx, before ours and after", async (t) => {
  const scratch = project(t, { "package.json": { private: true } });
  scratch.delete("node_modules");
  if (!canInstall(scratch.directory)) return t.skip("tsx can't be installed here");
  const tsx = ["--import", pathToFileURL(scratch.path("node_modules/tsx/dist/loader.mjs")).href];
  const ours = ["--import", "heatsync-rs/register"];
  const typescript = {
    "package.json": { type: "module" },
    "main.ts": `import { greet, type Person } from "./greet.js"; import data from "./data.json"; import { plain } from "./plain.js"; enum Color { Red, Green }
      const person: Person = { name: "x" }; console.log(greet(person), Color.Green, data, plain, import.meta.url);
      const { late } = await import("./late.ts"); console.log(late);`,
    "greet.ts": `export interface Person { name: string } export const greet = (person: Person): string => \`hello \${person.name}\`;`,
    "late.ts": "export const late: number = 5;",
    "plain.js": "export const plain = import.meta.filename;",
    "data.json": { a: 1 },
  };
  await same(t, { run: ["main.ts"], files: typescript }, [
    [[...tsx, ...ours], tsx],
    [[...ours, ...tsx], tsx],
  ]);
});

test("a loader that fails is heard", async (t) => {
  const failing = {
    ...files,
    "hooks-thread.mjs": `export async function load(url, context, next) { if (url.endsWith("x.mjs")) throw Object.assign(new Error("no x"), { code: "E_X" }); return next(url, context); }`,
  };
  const theirs = ["--import", "./thread.mjs"];
  const run = [[[...theirs, "--import", "heatsync-rs/register"], theirs]];
  await same(t, { run: ["x.mjs"], files: { ...failing, "x.mjs": `console.log("never")` } }, run);
  if (!hasSyncHooks) return;
  const main = `await import("./src/x.mjs").catch((error) => console.log(error.code, error.message)); console.log("end");`;
  await same(t, { run: ["main.mjs"], files: { ...failing, "main.mjs": main } }, run);
});

/** Puts a module of its own around one of the program's, as import-in-the-middle does: only just after it was resolved. */
const AROUND = `
  const around = new Set();
  const isAround = (url) => url?.endsWith("?around");
  const wrapped = (resolved, parent) => {
    if (!resolved.url.endsWith("/src/it.mjs") || isAround(parent)) return resolved;
    around.add(resolved.url);
    return { ...resolved, url: resolved.url + "?around" };
  };
  const textOf = (url) => {
    const file = url.replace("?around", "");
    if (!isAround(url) || !around.delete(file)) return null;
    const source = "import * as inner from " + JSON.stringify(file) + "; export const it = () => \`<\${inner.it()}>\`;";
    return { format: "module", source, shortCircuit: true };
  };`;

test("what a loader puts around a module stays around its new versions", {
  skip: !hasSyncHooks && NATIVE,
}, async (t) => {
  const around = {
    "sync.mjs": `import { registerHooks } from "node:module"; ${AROUND}
      registerHooks({
        resolve: (specifier, context, next) => wrapped(next(specifier, context), context.parentURL),
        load: (url, context, next) => textOf(url) ?? next(url.replace("?around", ""), context),
      });`,
    "hooks-thread.mjs": `${AROUND}
      export const resolve = async (specifier, context, next) => wrapped(await next(specifier, context), context.parentURL);
      export const load = async (url, context, next) => textOf(url) ?? next(url.replace("?around", ""), context);`,
    "thread.mjs": files["thread.mjs"],
    "src/it.mjs": `export const it = () => 1;`,
    "main.mjs": `import { it } from "./src/it.mjs"; import * as all from "./src/it.mjs"; console.log(it(), Object.keys(all));
      const again = await import("./src/it.mjs"); console.log(again === all);`,
    "live.mjs": `import { it } from "./src/it.mjs"; import.meta.hot.accept("./src/it.mjs");
      let last; setInterval(() => { const text = it(); if (text !== last) console.log(last = text); }, 2);`,
  };
  for (const kind of kinds) {
    const theirs = ["--import", `./${kind}.mjs`];
    const ours = ["--import", "heatsync-rs/register"];
    await same(t, { run: ["main.mjs"], files: around }, [
      [[...theirs, ...ours], theirs],
      [[...ours, ...theirs], theirs],
    ]);
    const self = project(t, around);
    const program = self.run("live.mjs", { nodeArguments: ["--no-warnings", ...ours, ...theirs] });
    await program.line("<1>");
    for (const number of [2, 3]) {
      self.write("src/it.mjs", `export const it = () => ${number};`);
      await program.line(`<${number}>`);
    }
  }
});

/** What it passes on it knows by the format that it is asked with, as import-in-the-middle 3.6 does. */
const AROUND_COMMONJS = `
  export const resolve = async (specifier, context, next) => {
    const resolved = await next(specifier, context);
    const isTheirs = resolved.url.endsWith(".cjs") && !context.parentURL?.endsWith("?around");
    return isTheirs ? { ...resolved, url: resolved.url + "?around", shortCircuit: true } : resolved;
  };
  export const load = async (url, context, next) => {
    if (!url.endsWith("?around")) return next(url, context);
    const passedOn = context.format !== "commonjs" ? "" : "const all = inner.default; export { all as default }; export const it = () => \`<\${all.it()}>\`;";
    const source = "import * as inner from " + JSON.stringify(url.replace("?around", "")) + ";" + passedOn;
    return { format: "module", source, shortCircuit: true };
  };`;

test("what a loader puts around CommonJS is asked for anew as CommonJS", {
  skip: !hasSyncHooks && NATIVE,
}, async (t) => {
  const self = project(t, {
    "hooks-thread.mjs": AROUND_COMMONJS,
    "thread.mjs": files["thread.mjs"],
    "src/it.cjs": `exports.it = () => 1;`,
    "live.mjs": `import all, { it } from "./src/it.cjs"; import.meta.hot.accept("./src/it.cjs");
      let last; setInterval(() => { const text = it() + all.it(); if (text !== last) console.log(last = text); }, 2);`,
  });
  const flags = ["--no-warnings", "--import", "heatsync-rs/register", "--import", "./thread.mjs"];
  const program = self.run("live.mjs", { nodeArguments: flags });
  await program.line("<1>1");
  for (const number of [2, 3]) {
    self.write("src/it.cjs", `exports.it = () => ${number};`);
    await program.line(`<${number}>${number}`);
  }
});

test("what a loader of another thread throws names the program's file, not ours", async (t) => {
  const late = {
    ...files,
    "late.mjs": `import { register } from "node:module"; register("./hooks-thread.mjs", import.meta.url);
      await import("no-such-package").catch((error) => console.log(error.stack.split("\\n")[0].replace(/imported from .*[\\\\/]/, "by ")));`,
  };
  await same(t, { run: ["late.mjs"], files: late });
});
