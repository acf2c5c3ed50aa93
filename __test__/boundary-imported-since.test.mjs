// Beside boundaries, who accepts what he imports may import what sync.* holds from now on, which is saved with him.

import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";

test("what sync.* holds is saved together with who imports it from now on, and is accepted", async (t) => {
  const counted = "const id = (globalThis.count = (globalThis.count ?? 0) + 1);";
  const own = project(t, {
    "leaf.json": "1",
    "between.mjs": `import leaf from "./leaf.json" with { type: "json" }; ${counted} export const shown = () => leaf + " by " + id;`,
    "accepted.mjs": `export const shown = () => "nothing";`,
    "held.mjs": `export { shown } from "./between.mjs";`,
    "page.mjs": "",
    "main.mjs": `
        import fs from "node:fs";
        import Heatsync, { hot } from "heatsync-rs";
        import * as accepted from "./accepted.mjs";
        import.meta.hot.accept("./accepted.mjs");
        await hot.init(import.meta.url, { boundaries: ["./page.mjs"] });
        const sync = new Heatsync();
        const held = await sync.import("./held.mjs");
        process.on("message", (message) => {
          if (message === "busy") {
            fs.writeFileSync("busy", "");
            while (!fs.existsSync("go"));
            return;
          }
          const [one, other] = [accepted.shown(), held.shown()];
          console.log("values " + (one === other ? one.split(" ")[0] : [one, other]));
        });
        console.log("up");`,
  });
  const running = own.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await running.line("up");
  // The program is told of both at once.
  running.child.send("busy");
  await until(() => fs.existsSync(own.path("busy")));
  own.write("leaf.json", "2");
  own.write("accepted.mjs", `export { shown } from "./between.mjs";`);
  for (let times = 8; times > 0; times--) await own.olderThanNow();
  own.write("go", "");
  await running.answers("values 2");
  own.write("leaf.json", "3");
  await running.answers("values 3");
  assert.doesNotMatch(running.stderr, /keeps the old instance|full reload/);
});
