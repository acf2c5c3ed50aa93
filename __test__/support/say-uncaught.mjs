// What a program dies of, on its standard output.
import fs from "node:fs";
import { inspect } from "node:util";

process.on("uncaughtExceptionMonitor", (error) => {
  const text =
    error instanceof Error ? `${error.name} ${error.code ?? ""}: ${error.message}` : inspect(error);
  fs.writeSync(1, `UNCAUGHT ${text}\n`);
});
