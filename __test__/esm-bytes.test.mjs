// What files may begin with, and hold, that is no text: the code frame of what is uncaught is that of plain Node.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { test } from "node:test";
import { project } from "./support/project.mjs";

const sources = {
  "a byte order mark": Buffer.from(
    "\ufeffexport let n = 1; export function f() { n++; throw new Error(n); } f();\n",
  ),
  "bytes that are no UTF-8": Buffer.concat([
    Buffer.from("export let n = '"),
    Buffer.from([0xff, 0xc3, 0xe2, 0x82]),
    Buffer.from("'; export function f() { n += 1; throw new Error(n); } f();\n"),
  ]),
};

for (const [name, source] of Object.entries(sources)) {
  test(name, (t) => {
    const self = project(t, { "main.mjs": `import "./a.mjs";` });
    fs.writeFileSync(self.path("a.mjs"), source);
    const ended = (/** @type {string[]} */ ...flags) => {
      const options = { cwd: self.directory, encoding: /** @type {const} */ ("utf8") };
      const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, "main.mjs"], options);
      return { stdout, stderr, status };
    };
    assert.deepEqual(ended("--import", "heatsync-rs/register"), ended());
  });
}
