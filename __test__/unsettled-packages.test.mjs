// What Node says of a package that awaits something for ever is what it says without us.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { materialize } from "./support/oracle.mjs";

const node = Number.parseInt(process.versions.node, 10);
const register = new URL("../runtime/esm/register.cjs", import.meta.url).href;

const files = {
  "main.mjs": "import 'waits'; console.log('never');\n",
  "node_modules/waits/package.json": '{"exports": "./index.mjs"}',
  "node_modules/waits/index.mjs": "export const it = 1;\nawait new Promise(() => {});\n",
};

test("the place in a package that awaits for ever is a URL", {
  skip: node < 22 && "Node 20 says nothing",
}, async () => {
  const { directory, remove } = materialize(files);
  try {
    const [plain, registered] = await Promise.all([
      ending(directory, []),
      ending(directory, ["--import", register]),
    ]);
    assert.equal(plain.code, 13);
    assert.match(plain.stderr, /top-level await at file:.*waits\/index\.mjs:2/);
    assert.deepEqual(registered, plain);
  } finally {
    remove();
  }
});

/** @param {string} cwd @param {string[]} flags @returns {Promise<{ code: unknown, stderr: string }>} */
function ending(cwd, flags) {
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, "main.mjs"], { cwd }, (error, _, stderr) => {
      resolve({ code: error?.code ?? 0, stderr });
    });
  });
}
