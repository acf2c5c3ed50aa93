// A server under constant load while it is edited. The long form, with Fastify: benches/edits.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../benches/support.mjs";
import { editsUnderLoad, FILES } from "./support/edits-under-load.mjs";
import { project } from "./support/project.mjs";

test("40 random edits under load: no request fails, none is answered by an older version", async (t) => {
  const self = project(t, FILES);
  const program = self.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
  const port = (await program.line(/^port /)).slice(5);
  const url = `http://127.0.0.1:${port}/`;
  const result = await editsUnderLoad({
    ...{ self, program, url, edits: 40, chance: random(5), withMain: true, connections: 4 },
  });
  assert.deepEqual(result.failures, []);
  assert.ok(result.answered > 40, String(result.answered));
  assert.ok(Object.keys(result.kinds).length >= 9);
  // One port, from the first to the last.
  assert.equal(program.stdout.match(/port /g)?.length, 1);
});
