// An update of sync.* that awaits for as long as a test wants, in a program under register that says what it sees.

/** Until there is a file `gate`. */
export const AWAITS = `console.log("awaits");
  const gate = process.getBuiltinModule("node:path").join(import.meta.dirname, "gate");
  while (!process.getBuiltinModule("node:fs").existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 5));`;

/**
 * For an entry point that imports Heatsync: loads `root.mjs`, whose exports are `root`, and says which updates failed.
 * @param {string} seen an expression, which may await: it is said whenever it is another one
 */
export const syncedAndSeen = (seen) => `const sync = new Heatsync();
  sync.events.on("error", ({ message }) => console.log("told", message));
  const root = await sync.import("./root.mjs");
  let last;
  setInterval(async () => {
    const seen = ${seen};
    if (seen !== last) console.log((last = seen));
  }, 5);`;
