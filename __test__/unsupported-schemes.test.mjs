// URLs that Node can't load (`virtual:x`, `https://…`) are refused in the words of `import`, and not in those of the `require()` that we
// link by: on Node 20 and 22 that is an assertion ("a bug in Node.js"), or "… is not a constructor".

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";
import { project } from "./support/project.mjs";

const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const files = {
  "http.mjs": `import "http://localhost/x.mjs";`,
  "virtual.mjs": `import x from "virtual:x";`,
  "package.mjs": `import "pkg";`,
  "above.mjs": `import "./virtual.mjs";`,
  "called.mjs": `for (const name of ["http", "virtual", "package"]) try { await import("./" + name + ".mjs"); } catch (error) {
    console.log(error.name, error.code, error.message); }`,
  "node_modules/pkg/package.json": { name: "pkg", type: "module", exports: "./index.js" },
  "node_modules/pkg/index.js": `import "https://localhost/x.mjs";`,
};

test("a program ends as by Node", (t) => {
  const { directory } = project(t, files);
  for (const entry of Object.keys(files).filter((name) => /^[^/]+\.mjs$/.test(name))) {
    const [plain, ours] = ["data:text/javascript,", "heatsync-rs/register"].map((preload) => {
      const { status, stderr, stdout } = spawnSync(process.execPath, ["--import", preload, entry], {
        ...{ cwd: directory, encoding: "utf8", env },
      });
      return { status, stdout, words: /^\w*Error.*$/m.exec(stderr)?.[0], code: /code: .*/.exec(stderr)?.[0] };
    });
    assert.deepEqual(ours, plain, entry);
    assert.match(`${plain.words}${plain.stdout}`, /ERR_UNSUPPORTED_ESM_URL_SCHEME/);
  }
});

test("a save is refused as import() is, at the place", async (t) => {
  const { ask, program, save } = await hotProgram(t, {
    "main.mjs": `import "./x.mjs"; import.meta.hot.accept("./x.mjs");
      globalThis.refused = (name) => import(name).then(() => "", (error) => error.code + " " + error);`,
    "x.mjs": "export const v = 1;",
    "other.mjs": "console.log('evaluated');",
    "virtual.mjs": files["virtual.mjs"],
    "http.mjs": files["http.mjs"],
  });
  for (const name of ["virtual.mjs", "http.mjs"]) {
    const { type, error, line } = await save({ "x.mjs": `import "./other.mjs";\n${files[name]}` });
    const words = await ask(`refused("./${name}")`);
    assert.match(words, /^ERR_UNSUPPORTED_ESM_URL_SCHEME /);
    assert.deepEqual([type, `ERR_UNSUPPORTED_ESM_URL_SCHEME ${error}`, line], ["linkError", words, 2]);
  }
  assert.doesNotMatch(program.stdout, /evaluated/);
});
