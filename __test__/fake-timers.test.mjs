// Programs that put fake timers and clocks, which stand still or throw, in the place of Node's (sinon, node:test): what is saved goes live all the same.

import { test } from "node:test";
import { project } from "./support/project.mjs";

const FAKES = `
  const { setInterval } = globalThis;
  setInterval(() => {}, 10);
  process.on("message", () => {
    for (const name of ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate", "queueMicrotask"])
      globalThis[name] = () => ({ unref() { return this; } });
    process.nextTick = () => {};
    // What stands for it may call what it stands for (jsdom's does).
    Object.defineProperty(globalThis, "performance", { value: { now() { return performance.now(); } } });
    console.log("faked");
  });`;
const SYNC = `const sync = new Heatsync(); sync.events.on("error", (error) => console.log(error.name));`;
const SAID = `import { hot } from "heatsync-rs"; hot.on("error", ({ error }) => console.log(error.name));`;

/** @type {Record<string, { entry: string, main: string, saved: string, isRegistered?: boolean }>} */
const WAYS = {
  "sync.require": {
    entry: "main.cjs",
    saved: "saved.cjs",
    main: `const Heatsync = require("heatsync-rs"); ${SYNC} sync.require("./saved.cjs");`,
  },
  "sync.import": {
    entry: "main.mjs",
    saved: "saved.mjs",
    main: `import Heatsync from "heatsync-rs"; ${SYNC} await sync.import("./saved.mjs");`,
  },
  "import.meta.hot": {
    entry: "main.mjs",
    saved: "saved.mjs",
    isRegistered: true,
    main: `${SAID} import "./saved.mjs"; import.meta.hot.accept("./saved.mjs");`,
  },
  "import.meta.hot of CommonJS": {
    entry: "main.mjs",
    saved: "saved.cjs",
    isRegistered: true,
    main: `${SAID} import "./saved.cjs"; import.meta.hot.accept("./saved.cjs");`,
  },
};

for (const [name, { entry, main, saved, isRegistered }] of Object.entries(WAYS)) {
  test(`${name} beside fake timers`, async (t) => {
    const version = (/** @type {number} */ n) => `console.log("evaluated ${n}");\n`;
    const self = project(t, { [entry]: `${main}\n${FAKES}`, [saved]: version(1) });
    const program = self.run(entry, {
      nodeArguments: isRegistered ? ["--import", "heatsync-rs/register"] : [],
    });
    await program.line("evaluated 1");
    program.child.send("fake");
    await program.line("faked");
    for (const n of [2, 3]) {
      self.write(saved, version(n));
      await program.line(`evaluated ${n}`);
    }
    // What does not parse is told of after a while, and the next save mends it.
    self.write(saved, "const broken = ;");
    await program.line("SyntaxError");
    self.write(saved, version(4));
    await program.line("evaluated 4");
  });
}
