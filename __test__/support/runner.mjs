// A project with the runner in it: what is typed, what is printed, what is left behind.
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { project, until } from "./project.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const { bin } = createRequire(import.meta.url)(path.join(root, "package.json"));

/**
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string | object>} files
 */
export function runnerProject(t, files) {
  /** @type {import("./project.mjs").Program[]} */
  const runners = [];
  // Before the project's own end, whose SIGKILL would leave the programs behind for a moment: the runner ends them itself.
  t.after(async () => {
    for (const runner of runners) runner.child.kill("SIGTERM");
    await Promise.all(runners.map((runner) => runner.exit));
  });
  const self = project(t, files);
  return {
    project: self,
    /**
     * Starts `heatsync …words`.
     * @param {string[]} words
     * @param {{ env?: Record<string, string | undefined>, command?: "heatsync" | "hot-runner" }} [options]
     */
    start(words, { env, command = "heatsync" } = {}) {
      const program = self.run(path.join(root, bin[command]), { arguments: words, env });
      runners.push(program);
      return program;
    },
  };
}

/** @param {number} pid */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @param {number} pid */
export const gone = (pid) => until(() => !isRunning(pid), `the end of process ${pid}`);
