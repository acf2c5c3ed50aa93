// The entry point that run.cjs gives Node: Node begins the evaluation as it begins any, with its
// frames under it, its exit codes, its words for an uncaught error.
import { createRequire } from "node:module";

const wait = createRequire(import.meta.url)("./index.cjs").enterProgram();
if (wait) await wait;
//# sourceURL=heatsync-rs:internal/program
