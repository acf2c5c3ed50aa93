// The ES module face of runtime/runner.
import runner from "./runtime/runner/index.cjs";

export const { run } = runner;
