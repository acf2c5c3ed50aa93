// How programs end.

import { esm } from "./parts.mjs";

/** @type {import("../same.mjs").Groups} */
export const ends = {
  ends: {
    "process.exitCode": {
      run: ["main.mjs"],
      files: { "main.mjs": `process.exitCode = 7; await 0; console.log("end");` },
    },
    "process.exit() while a module awaits": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; console.log("never");`,
        "x.mjs": `setTimeout(() => process.exit(3)); await new Promise(() => {});`,
      },
    },
    "an await that is never settled": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `process.on("exit", (code) => console.log("exit", code)); await new Promise(() => {});`,
      },
    },
    // Node 20 says nothing.
    ...(Number.parseInt(process.versions.node, 10) >= 22 && {
      "an await of a worker that is never settled, and what is said": {
        run: ["main.mjs"],
        files: {
          "main.mjs": `import { spawnSync } from "node:child_process";
            const flags = process.execArgv.filter((flag) => flag !== "--no-warnings");
            const { stdout, stderr } = spawnSync(process.execPath, [...flags, "./program.mjs"], { encoding: "utf8" }); console.log(stdout, stderr);`,
          "program.mjs": `import { Worker } from "node:worker_threads"; new Worker("./worker.mjs").on("exit", (code) => console.log("exit", code));`,
          "worker.mjs": `import "./x.mjs"; console.log("never");`,
          "x.mjs": `process.on("exit", (code) => console.log("thread", code)); await new Promise(() => {});`,
        },
      },
    }),
    "a throw": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; console.log("x"); throw new TypeError("no");`,
        "x.mjs": esm("x"),
      },
    },
    "a throw in a dependency": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `import "./x.mjs"; console.log("never");`,
        "x.mjs": `throw Object.assign(new RangeError("no"), { code: "E" });`,
      },
    },
    "a thrown string": { run: ["main.mjs"], files: { "main.mjs": `throw "text";` } },
    "a rejected await": { run: ["main.mjs"], files: { "main.mjs": `await 0; throw new Error("late");` } },
    "an unhandled rejection": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `Promise.reject(new Error("nobody")); setTimeout(() => console.log("never"), 50);`,
      },
    },
    "--unhandled-rejections": {
      run: ["--unhandled-rejections=warn", "main.mjs"],
      files: {
        "main.mjs": `Promise.reject(new Error("nobody")); setTimeout(() => console.log("still"), 5);`,
      },
    },
    "handlers of the program": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `process.on("uncaughtException", (error, origin) => console.log(error.message, origin)); process.on("unhandledRejection", (error) => console.log("R", error.message)); setTimeout(() => { throw new Error("timer"); }); Promise.reject(new Error("rejected")); queueMicrotask(() => console.log("micro"));`,
      },
    },
    "the order of ends": {
      run: ["main.mjs"],
      files: {
        "main.mjs": `process.on("beforeExit", () => console.log("beforeExit")); process.on("exit", () => console.log("exit")); setImmediate(() => console.log("immediate")); process.nextTick(() => console.log("tick")); Promise.resolve().then(() => console.log("promise")); console.log("sync");`,
      },
    },
    "a signal": {
      run: ["main.mjs"],
      files: { "main.mjs": `process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 1000);` },
    },
  },
};
