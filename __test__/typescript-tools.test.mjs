// The developer's tools with TypeScript: breakpoints by URL, coverage, profiles, `node --test`, `node --watch`,
// `--eval`, `--print`, and the REPL. All name places of the `.ts` file.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { inspected } from "./support/inspector.mjs";
import { project, until } from "./support/project.mjs";

const run = promisify(execFile);
const register = ["--no-warnings", "--import", "heatsync-rs/register"];
const environment = { ...process.env, NODE_OPTIONS: "", NODE_TEST_CONTEXT: undefined, NO_COLOR: "1" };

/** Erasable, rewritten (an enum), and lowered (standard decorators). @param {number} n */
const dep = (n) => `interface Unused { a: string }
enum Level {
  low = 1,
}
const plus = (v: unknown, c: ClassFieldDecoratorContext) => (x: number): number => x + ${n};
class Counter<T> {
  @plus count: number = Level.low;
}
export function f(a: number): number {
  const b: number = a + new Counter<string>().count;
  return b;
}
import.meta.hot?.accept();
console.log("version ${n}");
`;
const main = `import { f } from "./dep.js";
type Global = { go?: boolean };
setInterval((): void => {
  const all = globalThis as Global;
  if (!all.go) return;
  all.go = false;
  console.log("f", f(1));
}, 1);
`;

// What VS Code's debugger (js-debug) sends for a breakpoint: an expression over URLs, before any script is there.
const asVsCode = (/** @type {string} */ file) => {
  const escaped = pathToFileURL(file).href.replaceAll(/[/.*+?^${}()|[\]\\]/g, "\\$&");
  return { urlRegex: `^(?:${escaped}|${file.replaceAll(/[/.*+?^${}()|[\]\\]/g, "\\$&")})$`, columnNumber: 0 };
};

const documented = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../docs/vscode.md");

test("a breakpoint set as VS Code sets it, before and after reloads", async (t) => {
  // The launch configuration of the docs.
  const [, json] = /```json\n(.*?)```/s.exec(fs.readFileSync(documented, "utf8")) ?? [];
  const { program: file, runtimeArgs } = JSON.parse(json ?? "{}").configurations[0];
  const entry = path.basename(file);
  const self = project(t, { "package.json": { type: "module" }, [entry]: main, "dep.ts": dep(1) });
  const program = await inspected(t, self.directory, ["--no-warnings", ...runtimeArgs, entry]);
  const { send, next, said, pending } = program;
  /** @type {Map<string, string>} */
  const urls = new Map();
  program.each("Debugger.scriptParsed", ({ scriptId, url }) => void urls.set(scriptId, url));
  await send("Debugger.enable");
  await send("Runtime.enable");
  const { breakpointId } = await send("Debugger.setBreakpointByUrl", {
    ...asVsCode(self.path("dep.ts")),
    lineNumber: 10,
  });
  await send("Runtime.runIfWaitingForDebugger");
  await next("Debugger.paused");
  await send("Debugger.resume");
  for (const version of [1, 2, 3]) {
    if (version > 1) self.write("dep.ts", dep(version));
    await until(() => said.stdout.includes(`version ${version}\n`), `version ${version}`);
    await send("Runtime.evaluate", { expression: "globalThis.go = true" });
    const { callFrames, hitBreakpoints } = await next("Debugger.paused");
    const [{ location, functionName, callFrameId }] = callFrames;
    assert.equal(path.basename(urls.get(location.scriptId) ?? ""), "dep.ts");
    assert.deepEqual([location.lineNumber, functionName], [10, "f"]);
    assert.deepEqual(hitBreakpoints, [breakpointId]);
    const { result } = await send("Debugger.evaluateOnCallFrame", { expression: "b", callFrameId });
    assert.equal(result.value, 2 + version);
    await send("Debugger.resume");
    await until(() => said.stdout.includes(`f ${2 + version}\n`), "its result");
  }
  assert.deepEqual(pending("Debugger.paused"), []);
});

/** Lines of a function's ranges, by V8's coverage. @param {string} folder @param {string} file @param {string} name */
function covered(folder, file, name) {
  const source = fs.readFileSync(file, "utf8");
  const line = (/** @type {number} */ offset) => source.slice(0, offset).split("\n").length;
  const found = fs.readdirSync(folder).flatMap((report) => {
    const { result } = JSON.parse(fs.readFileSync(path.join(folder, report), "utf8"));
    return result.filter((/** @type {any} */ it) => it.url === pathToFileURL(file).href);
  });
  assert.equal(found.length, 1, `${file} once`);
  const wanted = found[0].functions.find((/** @type {any} */ it) => it.functionName === name);
  assert.ok(wanted, `${name} in ${JSON.stringify(found[0].functions)}`);
  return wanted.ranges.map((/** @type {any} */ it) => [line(it.startOffset), line(it.endOffset), it.count]);
}

const toCover = {
  "package.json": { type: "module" },
  "erasable.ts": `type A = {
  a: string;
};
export function unused(a: A): string {
  return a.a;
}
export function used<T>(a: T): number {
  if (a as unknown) {
    return 1;
  }
  return 2;
}
used<number>(1);
`,
  "rewritten.ts": `enum E {
  a,
}
export class K {
  constructor(private e: E) {}
  used(): E {
    if (this.e) {
      return 1;
    }
    return 2;
  }
}
new K(E.a).used();
`,
  "main.ts": `import "./erasable.js";\nimport "./rewritten.js";\n`,
};

test("NODE_V8_COVERAGE counts lines of .ts", async (t) => {
  const self = project(t, toCover);
  const folder = self.path("covered");
  await run(process.execPath, [...register, "main.ts"], {
    cwd: self.directory,
    env: { ...environment, NODE_V8_COVERAGE: folder },
  });
  const of = (/** @type {string} */ file, /** @type {string} */ name) =>
    covered(folder, self.path(file), name);
  assert.deepEqual(of("erasable.ts", "unused"), [[4, 6, 0]]);
  assert.deepEqual(of("erasable.ts", "used"), [
    [7, 12, 1],
    [10, 12, 0],
  ]);
  assert.deepEqual(of("rewritten.ts", "used"), [
    [6, 11, 1],
    [7, 9, 0],
  ]);
});

test("--cpu-prof names lines of .ts", async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "main.ts": `type N = number;\n\nfunction busy(n: N): N {\n  let sum: N = 0;\n  for (let i = 0; i < n; i++) sum += Math.sqrt(i) % 3;\n  return sum;\n}\nenum E {\n  a = 3e7,\n}\nfunction after(e: E): N {\n  return busy(e);\n}\nconsole.log(after(E.a) > 0);\n`,
  });
  await run(process.execPath, [...register, "--cpu-prof", "--cpu-prof-dir=profiles", "main.ts"], {
    cwd: self.directory,
    env: environment,
  });
  const [name] = fs.readdirSync(self.path("profiles"));
  const { nodes } = JSON.parse(fs.readFileSync(self.path("profiles", name), "utf8"));
  const url = pathToFileURL(self.path("main.ts")).href;
  const busy = nodes.find((/** @type {any} */ it) => it.callFrame.functionName === "busy");
  assert.deepEqual([busy?.callFrame.url, busy?.callFrame.lineNumber], [url, 2]);
  const lines = (busy.positionTicks ?? []).map((/** @type {any} */ it) => it.line);
  assert.ok(lines.includes(5), `line 5 in ${lines}`);
});

test("node --test runs .ts", async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "a.test.ts": `import test from "node:test";\nimport assert from "node:assert";\nimport { twice, Level } from "./twice.js";\n\ntest("good", (): void => assert.equal(twice(Level.low), 2));\ntest("bad", () => {\n  const n: number = twice(2);\n  assert.equal(n, 5);\n});\n`,
    "twice.ts": `export enum Level { low = 1 }\nexport const twice = (n: number): number => n * 2;\n`,
    "b.test.cts": `import test from "node:test";\ntest("in CommonJS", () => {});\n`,
  });
  const args = [...register, "--test", "--test-reporter=tap", "a.test.ts", "b.test.cts"];
  const failed = await run(process.execPath, args, { cwd: self.directory, env: environment }).catch(
    (error) => error,
  );
  assert.equal(failed.code, 1, failed.stdout);
  assert.match(failed.stdout, /# pass 2\n# fail 1\n/);
  assert.match(failed.stdout, /a\.test\.ts:8:10/);
});

test("node --watch beside register: what is accepted is reloaded, the entry restarts", async (t) => {
  const main = (/** @type {string} */ word) =>
    `import { version } from "./dep.js";\nlet last: number;\nconsole.log("${word}", process.pid);\n` +
    "setInterval(() => { if (version !== last) console.log(process.pid, (last = version)); }, 2);\n";
  const self = project(t, {
    "package.json": { type: "module" },
    "main.ts": main("start"),
    "dep.ts": "export const version: number = 1;\nimport.meta.hot?.accept();\n",
  });
  const program = self.run("main.ts", { nodeArguments: [...register, "--watch"] });
  try {
    const [, first] = (await program.line(/^start /)).split(" ");
    await program.line(`${first} 1`);
    self.write("dep.ts", "export const version: number = 2;\nimport.meta.hot?.accept();\n");
    await program.line(`${first} 2`);
    self.write("main.ts", main("again"));
    const [, second] = (await program.line(/^again /)).split(" ");
    assert.notEqual(first, second);
    await program.line(`${second} 2`);
  } finally {
    // The watcher ends its child with it, which SIGKILL would leave behind.
    program.child.kill("SIGTERM");
    await program.exit;
  }
});

test("--eval, --print and the REPL find .ts", async (t) => {
  const self = project(t, {
    "package.json": { type: "module" },
    "level.ts": "export enum Level { low = 1 }\nexport default (n: number): number => n + Level.low;\n",
    "old.cts": "enum E { a = 7 }\nexport const e: E = E.a;\n",
  });
  const options = { cwd: self.directory, env: environment };
  const print = async (/** @type {string[]} */ args) =>
    (await run(process.execPath, [...register, ...args], options)).stdout;
  assert.equal(await print(["-p", 'require("./old.cts").e + require("./level.ts").Level.low']), "8\n");
  assert.equal(await print(["-e", 'import("./level.ts").then((it) => console.log(it.default(2)))']), "3\n");
  const module = 'import add from "./level.ts"; import old from "./old.cts"; console.log(add(old.e));';
  assert.equal(await print(["--input-type=module", "-e", module]), "8\n");
  const program = self.run("-i", { nodeArguments: register });
  program.child.stdin?.write('require("./old.cts").e + 100\n');
  await program.line(/107$/);
  program.child.stdin?.write('(await import("./level.ts")).default(200)\n');
  await program.line(/201$/);
  program.child.stdin?.end(".exit\n");
  assert.deepEqual(await program.exit, { code: 0, signal: null });
});
