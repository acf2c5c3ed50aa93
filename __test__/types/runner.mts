// The runner as a library.

import { type Exit, type Runner, type RunOptions, run } from "heatsync-rs/runner";

const options: RunOptions = {
  script: "app.ts",
  scriptArguments: ["--port", "3000"],
  nodeArguments: ["--env-file=.env"],
  gracePeriod: Number.POSITIVE_INFINITY,
  signal: "SIGINT",
  input: process.stdin,
  inspect: { port: 4000, source: true },
};
const runner: Runner = run(options);
runner.on("start", ({ pid, restarts }) => pid + restarts);
runner.on("restart", ({ reason, files }) => [reason, ...files]);
runner.on("page", ({ url }) => new URL(url));
runner.on("crash", ({ code, signal }: Exit) => [code, signal]);
const { code, signal }: Exit = await runner.ended;
await runner.restart("because");
const end: Exit = await runner.stop("SIGKILL");

// @ts-expect-error a script is needed
run({});
// @ts-expect-error no such option
run({ script: "app.js", port: 3000 });
// @ts-expect-error it is served at 127.0.0.1 alone
run({ script: "app.js", inspect: { host: "0.0.0.0" } });
// @ts-expect-error a signal
runner.forward("SIGNO");

export { code, end, signal };
