// Reloadable classes beside `import.meta.hot`: instances keep the methods of the version that goes on, where the new one is given up.

import { test } from "node:test";
import { saveAtOnce, start } from "./support/hot-graph.mjs";

const room = (/** @type {string} */ it, /** @type {number} */ n, more = "") => `
  class Room extends sync.ReloadableClass { says() { return ${n}; } }
  sync.reloadClassMethods(Room);
  class Hall extends sync.reloadClassMethods(() => Hall) { says() { return ${n}; } }
  rooms.${it} ??= [new Room(), new Hall()];
  ${more} export const ${it} = ${n};`;
const FILES = {
  "setup.mjs": `import Heatsync from "heatsync-rs"; globalThis.sync = new Heatsync(); globalThis.rooms = {};`,
  "root.mjs": `import "./setup.mjs"; import { x } from "./x.mjs"; import { y } from "./y.mjs";
    for (const it of ["./x.mjs", "./y.mjs"]) import.meta.hot.accept(it);
    export const v = () => [x, y, ...[rooms.x, rooms.y].flat().map((it) => it.says())];`,
  "x.mjs": room("x", 1),
  "y.mjs": room("y", 1),
};

test("of two files that are saved together one throws: its instances stay, those of the other have the new methods", async (t) => {
  const program = await start(t, FILES);
  await program.shows("[1,1,1,1,1,1]");
  await saveAtOnce(program, { "x.mjs": room("x", 2, `throw new Error("x");`), "y.mjs": room("y", 2) });
  await program.shows("[1,2,1,1,2,2]");
  program.write("x.mjs", room("x", 3));
  await program.shows("[3,2,3,3,2,2]");
});

test("a version that throws: the instances stay", async (t) => {
  const program = await start(t, FILES);
  await program.shows("[1,1,1,1,1,1]");
  await program.save({ "x.mjs": room("x", 2, `throw new Error("x");`) });
  await program.save({ "y.mjs": room("y", 2) });
  await program.shows("[1,2,1,1,2,2]");
});
