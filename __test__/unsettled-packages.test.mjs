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
const filesBelow = {
  "main.mjs": "import './first.mjs'; import './own.mjs'; console.log('never');\n",
  "first.mjs": "import 'waits'; console.log('never');\n",
  "own.mjs": "import 'node:fs';\n  await new Promise(() => {});\n",
  "node_modules/waits/package.json": '{"exports": "./index.mjs"}',
  "node_modules/waits/index.mjs":
    "import './ended.mjs';\nimport './below.mjs';\nimport '../../own.mjs'; await 0;\n",
  "node_modules/waits/ended.mjs": "await 0;\n",
  "node_modules/waits/below.mjs": "import './ended.mjs';\n\n await new Promise(() => {});\n",
};
const skip = node < 22 && "Node 20 says nothing";

test("the place in a package that awaits for ever is a URL", { skip }, () =>
  isSame(files, /top-level await at file:.*waits\/index\.mjs:2/),
);

test(
  "below a package it is the file that awaits, and a module of the project that it imports",
  { skip },
  () =>
    isSame(
      filesBelow,
      /top-level await at file:.*waits\/below\.mjs:3.*top-level await at file:.*own\.mjs:2/s,
    ),
);

/** @param {Record<string, string>} files @param {RegExp} words */
async function isSame(files, words) {
  const { directory, remove } = materialize(files);
  try {
    const [plain, registered] = await Promise.all([
      ending(directory, []),
      ending(directory, ["--import", register]),
    ]);
    assert.equal(plain.code, 13);
    assert.match(plain.stderr, words);
    assert.deepEqual(registered, plain);
  } finally {
    remove();
  }
}

/** @param {string} cwd @param {string[]} flags @returns {Promise<{ code: unknown, stderr: string }>} */
function ending(cwd, flags) {
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, "main.mjs"], { cwd }, (error, _, stderr) => {
      resolve({ code: error?.code ?? 0, stderr });
    });
  });
}
