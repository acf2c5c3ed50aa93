// A boundary that imports JSON which does not parse: its import() is rejected, each time until that is mended. On Node 20 what stands for the
// boundary was asked for once more to find out what is wrong, and so on: the program hung.

import { test } from "node:test";
import { project } from "./support/project.mjs";

test("what stands for a boundary finds JSON that does not parse", async (t) => {
  const own = project(t, {
    "data.json": "{ broken",
    "between.mjs": `export { default as value } from "./data.json" with { type: "json" };`,
    "page.mjs": `export { default as value } from "./data.json" with { type: "json" };`,
    "deep.page.mjs": `export { value } from "./between.mjs";`,
    "main.mjs": `
        import { hot } from "heatsync-rs";
        await hot.init(import.meta.url, { boundaries: ["./*page.mjs"] });
        const told = async (promise) => promise.then(({ value }) => value.n, (error) => error.name);
        process.on("message", async () => {
          console.log("values " + [await told(import("./page.mjs")), await told(import("./deep.page.mjs"))]);
        });
        console.log("up");`,
  });
  const running = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await running.line("up");
  await running.answers("values SyntaxError,SyntaxError");
  own.write("data.json", { n: 1 });
  await running.answers("values 1,1");
});
