// Paths that are not a-z: in the project's folder, in folders, in file names, in specifiers.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { errors, IMPORT, KINDS, live, REQUIRE } from "./support/observed.mjs";
import { project, until } from "./support/project.mjs";

const NAMES = [
  "a space",
  "per%cent",
  "per%20cent",
  "ha#sh",
  "que?stion",
  "ünïcødé",
  "日本語",
  "😀",
  "e\u0301", // not normalised
  "quo'te",
  'double"quote',
  "back`tick",
  "new\nline",
  "tab\t",
  "[brackets]{braces}(parens)",
  "!bang",
  "star*",
  "am&per;sand,=+@~^|<>:",
  "-dash",
  "...dots",
  " leading and trailing ",
];

/** What this file system and Node allow. @param {string} name */
function isAllowed(name) {
  if (process.platform === "win32") return !/[<>:"/\\|?*\n\t]/.test(name) && !name.endsWith(" ");
  return true;
}

for (const kind of KINDS) {
  const file = `mod.${kind.extension}`;

  for (const name of NAMES.filter(isAllowed)) {
    test(`${kind.name}: ${JSON.stringify(name)} in folder and file names`, async (t) => {
      const own = project(t, {});
      // The folder of the project, of a dependency, and the dependency itself.
      const dep = `${name}/${name}.${kind.extension}`;
      const specifier = kind === REQUIRE ? `./${dep}` : `./${encode(dep)}`;
      own.write(`${name}/package.json`, "{}");
      own.write(`${name}/${file}`, kind.passesOn(specifier));
      own.write(`${name}/${dep}`, kind.exports(1));
      own.write(`${name}/${kind.entry}`, kind.program(`./${file}`));
      // By URL: what Node makes of the command line differs between its versions.
      const url = pathToFileURL(own.path(name, kind.entry)).href;
      own.write(
        "start.mjs",
        `process.chdir(${JSON.stringify(own.path(name))});\nawait import(${JSON.stringify(url)});\n`,
      );
      const program = own.run("start.mjs");
      await live(program, 1);
      own.write(`${name}/${dep}`, kind.exports(2));
      await live(program, 2);
      own.writeAtomically(`${name}/${dep}`, kind.exports(3));
      await live(program, 3);
      own.writeAtomically(`${name}/${file}`, `// again\n${kind.passesOn(specifier)}`);
      await live(program, 3);
      assert.deepEqual(errors(program), []);
    });
  }
}

/** A path in a URL, as import wants it. @param {string} text */
const encode = (text) => text.split("/").map(encodeURIComponent).join("/");

for (const [title, kind, id] of /** @type {const} */ ([
  ["an absolute path", REQUIRE, (/** @type {string} */ file) => file],
  ["a file: URL", REQUIRE, (/** @type {string} */ file) => pathToFileURL(file).href],
  ["an absolute path", IMPORT, (/** @type {string} */ file) => file],
  ["a file: URL", IMPORT, (/** @type {string} */ file) => pathToFileURL(file).href],
])) {
  test(`${kind.name}: a name with %, # and ? given as ${title}`, async (t) => {
    const odd = process.platform === "win32" ? "100% #1" : "100% #1?x=%41";
    const own = project(t, {});
    const target = own.path(odd, `mod.${kind.extension}`);
    own.write(`${odd}/mod.${kind.extension}`, kind.exports(1));
    own.write(
      kind.entry,
      kind.program(id(target)).replace(/file === fs[^)]*\)\)/, `file === ${JSON.stringify(target)}`),
    );
    const program = own.run(kind.entry);
    await live(program, 1);
    own.write(path.relative(own.directory, target), kind.exports(2));
    await live(program, 2);
    fs.rmSync(target);
    own.write(path.relative(own.directory, target), kind.exports(3));
    await live(program, 3);
  });
}

test("sync.import: an error in an oddly named file names it as it is", async (t) => {
  const own = project(t, {});
  const name = "a #1 %.mjs";
  own.write(name, IMPORT.exports(1));
  own.write("mod.mjs", IMPORT.passesOn(`./${encode(name)}`));
  own.write("main.mjs", IMPORT.program("./mod.mjs"));
  const program = own.run("main.mjs");
  await live(program, 1);
  own.write(name, "\nlet a = ;");
  const error = await program.value("error");
  assert.equal(error.file, name);
  assert.ok(error.message.includes(`${own.path(name)}:2:9`), error.message);
  own.write(name, `throw new Error("thrown");\n${IMPORT.exports(0)}`);
  assert.equal((await program.value("error")).file, name);
});

for (const extension of ["ts", "cts"]) {
  test(`register: import() in CommonJS, .${extension}, of what is in a folder with %, # and ? in its name`, async (t) => {
    const odd = process.platform === "win32" ? "100% #1" : "100% #1?x=%41";
    /** @type {[name: string, text: string, sum: number][]} */
    const modules = [
      ["a.mjs", "export const sum = 1;", 1],
      ["b.cjs", "exports.sum = 20;", 20],
      ["c.ts", "export const sum: number = 300;", 300],
      ["d.cts", "const sum: number = 4000; exports.sum = sum;", 4000],
    ];
    const own = project(t, { "package.json": { type: "commonjs" } });
    own.write(`${odd}/package.json`, '{ "type": "module" }');
    for (const [name, text] of modules) own.write(`${odd}/${name}`, text);
    const imports = modules.map(([name]) => `import("./${encode(odd)}/${name}")`).join(", ");
    own.write(
      `main.${extension}`,
      `const all: Promise<{ sum: number }>[] = [${imports}];
      Promise.all(all).then((modules) => console.log(modules.map(({ sum }) => sum).join()));`,
    );
    const program = own.run(`main.${extension}`, { nodeArguments: ["--import", "heatsync-rs/register"] });
    await until(() => program.hasEnded, "the end");
    assert.equal(program.stderr, "");
    assert.equal(program.stdout.trim(), modules.map(([, , sum]) => sum).join());
  });
}
