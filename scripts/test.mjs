// `npm test`: sets up what is missing, then runs every check, and goes on after a failed one.
//
//   node scripts/test.mjs [--only=js,rust,...] [--node=20,24] [--all] [test files for js]
//
// On all Node.js versions the JavaScript tests are shared out (__test__/support/shares.mjs), but with --all.
//
// The release build is made once, for the JavaScript tests and the package checks; clippy, rustdoc and the Rust tests
// share the dev profile, and with it one compiled set of dependencies.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { isFor } from "../__test__/support/shares.mjs";
import {
  ensureBuilt,
  ensureInstalled,
  ensurePageBuilt,
  isRunnable,
  parseArguments,
  root,
  run,
} from "./support.mjs";

/** @typedef {{ passed: number, failed: number }} Count */

const nodeMajors = ["20", "22", "24", "26"];
/** Updates are rehearsed in all programs of the tests on this one: it is a third of what they take. */
const REHEARSED = "24";
/** Tests of what differs by the Node.js, or what each is to show: they share out their programs, or are run on all. */
const ON_ALL = /^(?:addon|esm-|memory|package|register-|startup|typescript-)/;
const { options, rest: testFiles } = parseArguments(process.argv.slice(2));

/** @type {Record<string, () => Promise<Count>>} In this order. */
const steps = {
  fmt: () => all(["cargo", "fmt", "--check"]),
  clippy: () =>
    all(
      ["cargo", "clippy", "--all-targets", "--", "-D", "warnings"],
      ["cargo", "clippy", "--all-targets", "--no-default-features", "--", "-D", "warnings"],
    ),
  doc: () => all(["cargo", "doc", "--no-deps", "--document-private-items"]),
  rust: () => testsOf("cargo", ["test", "--no-default-features"]),
  lint: () => all(["node", bin("@biomejs/biome", "bin/biome"), "ci", "."]),
  types: () => all(...typeChecks()),
  build: async () => {
    await ensureBuilt();
    await ensurePageBuilt();
    return { passed: 1, failed: 0 };
  },
  package: () =>
    all(
      ["node", bin("publint", "src/cli.js"), "--strict", "--pack=npm"],
      ["node", bin("@arethetypeswrong/cli", "dist/index.js"), "--pack", "."],
    ),
  browser: testPage,
  js: testJavaScript,
  examples: testExamples,
  oldest: testOldest,
};
/** They need hundreds of packages, or other Node.js versions: `npm run test:examples`, `npm run test:oldest`. */
const onlyWhenNamed = ["examples", "oldest"];
/** What is run on the oldest versions: words and stacks, which the others are asked for, differ there. */
const ON_OLDEST = [
  ...["boundary-kinds", "esm-register", "hot-api", "hot-plain", "hot-semantics", "register-older-nodes"],
  ...[
    "runner-restart",
    "runner-typescript",
    "sync-ids",
    "sync-objects",
    "sync-programs",
    "typescript-register",
  ],
];
const needsBuild = ["package", "browser", "js", "examples", "oldest"];
/** What failed, in the words of who ran it: a log that is cut at its end still tells. */
const failures = /** @type {string[]} */ ([]);
/** The same of what passed when it was run once more. */
const flaky = /** @type {string[]} */ ([]);
/** Of a Node.js. More than that is no matter of how busy the machine is. */
const MOST_FLAKY_FILES = 2;
const needsModules = ["lint", "types", "build", "package", "browser", "js", "oldest"];

process.exitCode = await main();

/** @returns {Promise<number>} the exit code */
async function main() {
  const byDefault = Object.keys(steps).filter((name) => !onlyWhenNamed.includes(name));
  const wanted = typeof options.only === "string" ? options.only.split(",") : byDefault;
  const unknown = wanted.filter((name) => !(name in steps));
  if (unknown.length > 0) {
    console.error(`No step ${unknown.join(", ")}. Steps: ${Object.keys(steps).join(", ")}.`);
    return 2;
  }
  const chosen = Object.keys(steps).filter(
    (name) =>
      wanted.includes(name) || (name === "build" && wanted.some((other) => needsBuild.includes(other))),
  );
  if (chosen.some((name) => needsModules.includes(name))) await ensureInstalled(root);

  /** @type {string[]} */
  const summary = [];
  let passed = 0;
  let failed = 0;
  for (const name of chosen) {
    console.log(`\n── ${name}`);
    const started = performance.now();
    /** @type {Count} */
    let count;
    try {
      count = await steps[name]();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      count = { passed: 0, failed: 1 };
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const mark = count.failed > 0 ? "✗" : "✓";
    summary.push(
      `${mark} ${name.padEnd(8)} ${seconds.padStart(7)} s  ${count.passed} passed, ${count.failed} failed`,
    );
    passed += count.passed;
    failed += count.failed;
  }
  if (flaky.length > 0)
    console.log(`\n── what failed, and passed when it was run once more\n${flaky.join("\n")}`);
  if (failures.length > 0) console.log(`\n── what failed\n${failures.join("\n")}`);
  console.log(`\n${summary.join("\n")}\n`);
  if (flaky.length > 0)
    console.log(`Some passed only when run once more, on ${flaky.length} Node.js: see above`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

/**
 * Runs commands one after the other; each counts as one test.
 * @param {string[][]} commands
 * @returns {Promise<Count>}
 */
async function all(...commands) {
  const count = { passed: 0, failed: 0 };
  for (const [command, ...args] of commands) {
    const program = command === "node" ? process.execPath : command;
    const { code } = await run(program, args, { env: { RUSTDOCFLAGS: "-D warnings" } });
    if (code === 0) count.passed++;
    else {
      count.failed++;
      const line = [command, ...args.map((arg) => arg.replace(`${root}${path.sep}`, ""))].join(" ");
      failures.push(`failed (${code}): ${line}`);
      console.error(failures.at(-1));
    }
  }
  return count;
}

/**
 * A test runner's own count: cargo's or Node's. A run that fails without a failed test counts as one.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [who] ran them, for the list of what failed
 * @returns {Promise<Count>}
 */
async function testsOf(command, args, env, who = command) {
  const { code, output } = await run(command, args, { env });
  /** @param {RegExp} pattern */
  const sum = (pattern) =>
    [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  const passed = sum(/^(?:test result: \w+\. |. pass )(\d+)/gmu);
  const failed = sum(/^(?:test result: \w+\. \d+ passed; |. fail )(\d+)/gmu);
  if (code !== 0) failures.push(`${who} (${code}) ${whatFailed(output) ?? "says no more"}`);
  return { passed, failed: code !== 0 ? Math.max(failed, 1) : failed };
}

/** @param {string} output of cargo's test runner or Node's @returns {string | undefined} its last part, which names what failed */
function whatFailed(output) {
  const start = Math.max(output.lastIndexOf("\n✖ failing tests:"), output.lastIndexOf("\nfailures:\n"));
  return start < 0 ? undefined : output.slice(start).trim();
}

/** The public typings as users of each kind read them, on both compilers, and the runtime's JSDoc types. */
function typeChecks() {
  const resolutions = ["nodenext:nodenext", "node16:node16", "preserve:bundler"];
  const compilers = ["typescript", "typescript-latest"].map((name) => bin(name, "bin/tsc"));
  return [
    ...compilers.flatMap((tsc) =>
      resolutions.map((resolution) => {
        const [module, moduleResolution] = resolution.split(":");
        return [
          "node",
          tsc,
          "-p",
          "__test__/types",
          "--module",
          module,
          "--moduleResolution",
          moduleResolution,
        ];
      }),
    ),
    // The oldest TypeScript that takes all our declarations; @types/node's are too new for it.
    [
      "node",
      bin("typescript-oldest", "bin/tsc"),
      ...["-p", "__test__/types", "--module", "nodenext", "--moduleResolution", "nodenext", "--skipLibCheck"],
    ],
    ["node", bin("typescript", "bin/tsc"), "-p", "."],
    ["node", bin("typescript", "bin/tsc"), "-p", "page"],
  ];
}

/**
 * The page in a browser, on one Node.js: what it says is the same on all. Without a browser it is left out, unless
 * HEATSYNC_BROWSER=required.
 * @returns {Promise<Count>}
 */
async function testPage() {
  const browser = findBrowser();
  if (!browser) {
    const isRequired = process.env.HEATSYNC_BROWSER === "required";
    console.log(`${isRequired ? "" : "SKIP: "}no Chromium was found; HEATSYNC_BROWSER=<its path> names one`);
    return { passed: 0, failed: isRequired ? 1 : 0 };
  }
  const file = path.join("__test__", "browser", "page.test.mjs");
  const args = ["--test", "--test-reporter=spec", file];
  return testsOf(process.execPath, args, { HEATSYNC_BROWSER: browser });
}

/** @returns {string | undefined} */
function findBrowser() {
  const { HEATSYNC_BROWSER: named, PATH = "" } = process.env;
  if (named && named !== "required") return named;
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const places = names.flatMap((name) => PATH.split(path.delimiter).map((folder) => path.join(folder, name)));
  places.push("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
  return places.find((place) => fs.existsSync(place));
}

/** @returns {Promise<Count>} */
async function testJavaScript() {
  const folder = path.join(root, "__test__");
  const files =
    testFiles.length > 0
      ? testFiles
      : fs
          .readdirSync(folder)
          .filter((name) => name.endsWith(".test.mjs"))
          .sort()
          .map((name) => path.join("__test__", name));
  return onNodes(nodeMajors, files);
}

/**
 * Runs test files on each Node.js.
 * @param {string[]} majors unless others are asked for
 * @param {string[]} files
 * @returns {Promise<Count>}
 */
async function onNodes(majors, files) {
  const total = { passed: 0, failed: 0 };
  const isShared =
    options.node === undefined && options.all === undefined && !process.env.HEATSYNC_ALL && !testFiles.length;
  const them = await nodes(majors);
  // Where not all of them are, each is asked everything.
  const shared =
    isShared && nodeMajors.every((major) => them.some((node) => node.major === major && node.binary));
  for (const { major, binary } of them) {
    console.log(`\n── js on Node.js ${major}`);
    if (!binary) {
      console.error(`Node.js ${major} is not there`);
      total.failed++;
      continue;
    }
    const env = { ...envOf(binary, major === REHEARSED), HEATSYNC_SHARED: shared ? "1" : undefined };
    const asked = files.filter((file) => {
      const name = path.basename(file);
      return !shared || ON_ALL.test(name) || isFor(name, major);
    });
    if (asked.length < files.length)
      console.log(`${asked.length} of ${files.length} files; the others are run on other Node.js versions`);
    await addFilesOn(binary, asked, env, `Node.js ${major}`, total);
  }
  return total;
}

/** @param {string} binary @param {boolean} rehearses updates @returns {NodeJS.ProcessEnv} */
function envOf(binary, rehearses) {
  return {
    PATH: `${path.dirname(binary)}${path.delimiter}${process.env.PATH}`,
    ...(rehearses ? {} : { HEATSYNC_REHEARSE: "0" }),
    // Node.js 20 reads all root certificates as it starts if others are to be added to them: 55 ms of each test program.
    NODE_EXTRA_CA_CERTS: undefined,
    HEATSYNC_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS, // for who asks the registry
  };
}

/**
 * @param {string} binary
 * @param {string[]} files of tests
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name of the Node.js
 * @param {Count} total to which they are added
 */
async function addFilesOn(binary, files, env, name, total) {
  // Most tests wait for other processes, or for time to pass: one file more than there are cores keeps them busy.
  const parallel = `--test-concurrency=${os.availableParallelism() + 1}`;
  // What waits for ever is not to take all the time that CI has.
  const args = ["--test", "--test-reporter=spec", "--test-timeout=600000"];
  const count = await testsOf(binary, [...args, parallel, ...files], env, name);
  if (count.failed > 0) await testAgain(binary, args, env, count);
  total.passed += count.passed;
  total.failed += count.failed;
}

/**
 * What needs a busy machine to fail is a defect all the same, and is told of at the end; but everything else has passed
 * (CONTRIBUTING.md). HEATSYNC_STRICT=1: no second run.
 * @param {string} binary
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {Count} count of the first run, whose failures are the last ones that are known; corrected
 */
async function testAgain(binary, args, env, count) {
  const told = failures.at(-1) ?? "";
  const files = new Set([...told.matchAll(/^test at (.+):\d+:\d+$/gm)].map((match) => match[1]));
  if (process.env.HEATSYNC_STRICT || files.size === 0 || files.size > MOST_FLAKY_FILES) return;
  console.log(`\n── once more: ${[...files].join(", ")}`);
  const { code } = await run(binary, [...args, "--test-concurrency=1", ...files], { env });
  if (code !== 0) return;
  flaky.push(.../** @type {string[]} */ (failures.splice(-1)));
  count.passed += count.failed;
  count.failed = 0;
}

/** Real frameworks, on the oldest Node.js and on one that all of them support. @returns {Promise<Count>} */
async function testExamples() {
  const folder = path.join(root, "examples", "frameworks");
  await ensureInstalled(folder);
  return onNodes(["20", "24"], [path.join(folder, "test", "examples.test.mjs")]);
}

/** The first ones of each line that `engines` allows: what Node tells hooks has changed within a line, too. @returns {Promise<Count>} */
async function testOldest() {
  const folder = path.join(root, "scripts", "oldest-nodes");
  await ensureInstalled(folder);
  const total = { passed: 0, failed: 0 };
  for (const name of fs.readdirSync(path.join(folder, "node_modules"))) {
    const binary = path.join(folder, "node_modules", name, "bin", "node");
    if (!isRunnable(binary)) continue;
    const files = ON_OLDEST.map((file) => path.join("__test__", `${file}.test.mjs`));
    await addFilesOn(binary, files, envOf(binary, false), `the oldest ${name}`, total);
  }
  return total;
}

/**
 * The Node.js versions to test on: on Linux x64 all of them, elsewhere the one that runs this script.
 * @param {string[]} majors unless others are asked for
 * @returns {Promise<{ major: string, binary: string | undefined }[]>} without a binary: demanded, but missing
 */
async function nodes(majors) {
  const current = process.versions.node.split(".")[0];
  const wanted = typeof options.node === "string" ? options.node.split(",") : undefined;
  const folder = path.join(root, "scripts", "nodes");
  const onlyCurrent = wanted?.every((major) => major === current);
  if (process.platform === "linux" && process.arch === "x64" && !onlyCurrent) {
    await ensureInstalled(folder).catch((error) => console.error(error.message));
  }
  const found = (wanted ?? majors).map((major) => {
    const installed = path.join(folder, "node_modules", `node${major}`, "bin", "node");
    const binary = isRunnable(installed) ? installed : major === current ? process.execPath : undefined;
    return { major, binary };
  });
  const present = found.filter(({ binary }) => binary);
  const code = [path.join(root, "scripts", "build-code.mjs"), ...present.map(({ binary }) => String(binary))];
  await run(process.execPath, code);
  if (present.length === 0) return [{ major: current, binary: process.execPath }];
  const demanded =
    wanted !== undefined || (process.env.CI && process.platform === "linux" && process.arch === "x64");
  if (!demanded && present.length < found.length) {
    console.log(
      `Only ${present.map(({ major }) => major).join(", ")} of Node.js ${majors.join(", ")} found here.`,
    );
  }
  return demanded ? found : present;
}

/**
 * @param {string} name a dev dependency
 * @param {string} file
 */
function bin(name, file) {
  return path.join(root, "node_modules", name, file);
}
