// What a function of CommonJS that sync.require() holds asks for is one instance with what import.meta.hot has evaluated, also where an
// update of both was about something else of sync.*.

import { test } from "node:test";
import { project } from "./support/project.mjs";

const counted = "const id = (globalThis.count = (globalThis.count ?? 0) + 1);";

test("what import.meta.hot has evaluated, and then a function asks for, is not evaluated once more", async (t) => {
  const below = (/** @type {number} */ value) => `export const value = ${value};`;
  const held = (/** @type {number} */ version) =>
    `exports.version = ${version}; exports.get = () => require("./between.mjs");`;
  const own = project(t, {
    "below.mjs": below(1),
    "between.mjs": `export { value } from "./below.mjs"; ${counted} export { id };`,
    "accepted.mjs": `export { value, id } from "./between.mjs";`,
    "other.mjs": `export { value } from "./below.mjs";`,
    "held.cjs": held(1),
    "main.mjs": `
      import Heatsync from "heatsync-rs";
      import { id, value } from "./accepted.mjs";
      import.meta.hot.accept("./accepted.mjs");
      const sync = new Heatsync();
      const other = await sync.import("./other.mjs");
      const held = sync.require("./held.cjs");
      const between = () => { const it = held.get(); return [held.version, it.value, it.id === id || "another"]; };
      process.on("message", () => console.log("values " + [value, other.value, ...between()]));
      console.log("up");`,
  });
  const running = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await running.line("up");
  await running.answers("values 1,1,1,1,true");
  own.write("below.mjs", below(2));
  await running.answers("values 2,2,1,2,true");
  own.write("held.cjs", held(2));
  await running.answers("values 2,2,2,2,true");
  own.write("below.mjs", below(3));
  await running.answers("values 3,3,2,3,true");
});
