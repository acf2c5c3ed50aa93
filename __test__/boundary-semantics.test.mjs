// What a program written for hot-hook sees: who is evaluated anew and when, what is disposed, what its parent hears.
// With HEATSYNC_HOT_HOOK=<folder> the same is expected of hot-hook 1.0 in that folder's node_modules.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BoundaryProgram, main } from "./support/boundaries.mjs";

const hosts = process.env.HEATSYNC_HOT_HOOK ? [false, true] : [false];

/** Says when it is evaluated and disposed. @param {string} name @param {string} more */
const says = (name, more) =>
  `console.log("eval ${name}"); import.meta.hot?.dispose(() => console.log("dispose ${name}"));\n${more}\n`;
const app = says("app", `import { v } from "./view.js"; export const text = () => "app " + v;`);
const view = (/** @type {unknown} */ v) => says("view", `export const v = ${v};`);
const hotImport = `(await import("./app.js", { with: { hot: "true" } })).text()`;

/**
 * @param {string} name
 * @param {Omit<ConstructorParameters<typeof BoundaryProgram>[1], "isHotHook">} options
 * @param {[Record<string, string> | "get", string[]][]} steps a save or a question, and what happens then
 */
function check(name, options, steps) {
  for (const isHotHook of hosts) {
    test(isHotHook ? `${name} (hot-hook)` : name, async (t) => {
      const it = new BoundaryProgram(t, { ...options, isHotHook });
      await it.ready();
      it.log();
      for (const [step, expected] of steps) {
        if (step === "get") await it.ask();
        else await it.save(step);
        assert.deepEqual(it.log(), expected, JSON.stringify(step));
      }
    });
  }
}

check(
  "a change below a boundary is live at the next import()",
  { files: { "main.js": main("", hotImport), "app.js": app, "view.js": view(1) } },
  [
    ["get", ["eval view", "eval app", "got app 1"]],
    ["get", ["got app 1"]],
    [{ "view.js": view(2) }, ["invalidated view.js app.js", "dispose view", "dispose app"]],
    ["get", ["eval view", "eval app", "got app 2"]],
    ["get", ["got app 2"]],
    [{ "app.js": app.replace(`"app "`, `"APP "`) }, ["invalidated app.js", "dispose app"]],
    ["get", ["eval app", "got APP 2"]],
  ],
);

check(
  "two changes, one import()",
  { files: { "main.js": main("", hotImport), "app.js": app, "view.js": view(1) } },
  [
    ["get", ["eval view", "eval app", "got app 1"]],
    [{ "view.js": view(2) }, ["invalidated view.js app.js", "dispose view", "dispose app"]],
    ["get", ["eval view", "eval app", "got app 2"]],
    [{ "view.js": view(3) }, ["invalidated view.js app.js", "dispose view", "dispose app"]],
    ["get", ["eval view", "eval app", "got app 3"]],
  ],
);

const options = { "package.json": { type: "module", hotHook: { boundaries: ["./pages/**"] } } };

check(
  "boundaries by glob, from package.json",
  {
    files: {
      ...options,
      "main.js": main("", `(await import("./pages/home.js")).v`),
      "pages/home.js": `export { v } from "../view.js";`,
      "view.js": view(1),
    },
  },
  [
    ["get", ["eval view", "got 1"]],
    [{ "view.js": view(2) }, ["invalidated view.js pages/home.js", "dispose view"]],
    ["get", ["eval view", "got 2"]],
  ],
);

check(
  "import.meta.hot.boundary, and boundaries below boundaries",
  {
    files: {
      "main.js": main(
        "",
        hotImport.replace(".text()", ".text").replace("(await", "await (await").concat("()"),
      ),
      "app.js": says(
        "app",
        `export const text = async () => "app " + (await import("./page.js", import.meta.hot?.boundary)).v;`,
      ),
      "page.js": says("page", `export { v } from "./view.js";`),
      "view.js": view(1),
    },
  },
  [
    ["get", ["eval app", "eval view", "eval page", "got app 1"]],
    [
      { "view.js": view(2) },
      ["invalidated view.js page.js app.js", "dispose view", "dispose page", "dispose app"],
    ],
    ["get", ["eval app", "eval view", "eval page", "got app 2"]],
    [
      {
        "app.js": says(
          "app",
          `export const text = async () => "APP " + (await import("./page.js", import.meta.hot?.boundary)).v;`,
        ),
      },
      ["invalidated app.js", "dispose app"],
    ],
    ["get", ["eval app", "got APP 2"]],
  ],
);

check(
  "what is not below a boundary asks for a full reload",
  {
    files: {
      "main.js": main(`import { config } from "./config.js";`, `${hotImport} + config`),
      "config.js": `export { v as config } from "./shared.js";`,
      "shared.js": "export const v = 1;",
      "app.js": `import { v } from "./shared.js"; export const text = () => "app " + v + " ";`,
    },
  },
  [
    ["get", ["got app 1 1"]],
    [{ "config.js": `export { v as config } from "./shared.js"; // 2` }, ["full-reload config.js"]],
    // One way to the root has a boundary, the other has none.
    [{ "shared.js": "export const v = 2;" }, ["full-reload shared.js"]],
    ["get", ["got app 1 1"]],
    [{ "main.js": `${main("", "0")}// 2` }, ["full-reload main.js"]],
  ],
);

check(
  "a boundary that is imported statically asks for a full reload, and so does what is below it",
  {
    files: {
      ...options,
      "main.js": main(`import { v } from "./pages/home.js";`, "v"),
      "pages/home.js": `export { v } from "../view.js";`,
      "view.js": view(1),
    },
  },
  [
    ["get", ["got 1"]],
    [
      { "pages/home.js": `export { v } from "../view.js"; // 2` },
      ["full-reload pages/home.js (should be reloadable)"],
    ],
    [{ "view.js": view(2) }, ["full-reload view.js (should be reloadable)"]],
    ["get", ["got 1"]],
  ],
);

check(
  "decline",
  {
    files: {
      "main.js": main("", hotImport),
      "app.js": `import { v } from "./view.js"; export const text = () => "app " + v;`,
      "view.js": `import.meta.hot?.decline(); export const v = 1;`,
    },
  },
  [
    ["get", ["got app 1"]],
    [{ "view.js": `import.meta.hot?.decline(); export const v = 2;` }, ["full-reload view.js"]],
  ],
);

check(
  "a version that throws rejects that import(), and the next one; the next save tries again",
  {
    files: {
      "main.js": main("", `(await import("./app.js", { with: { hot: "true" } })).v`),
      "app.js": "export const v = 1;",
    },
  },
  [
    ["get", ["got 1"]],
    [{ "app.js": `export const v = 2; throw new Error("broken");` }, ["invalidated app.js"]],
    ["get", ["threw broken"]],
    ["get", ["threw broken"]],
    [{ "app.js": "export const v = 3;" }, ["invalidated app.js"]],
    ["get", ["got 3"]],
  ],
);

check(
  "hot.init in a program that runs already",
  {
    nodeArguments: [],
    files: {
      "main.js": main(
        "",
        hotImport,
        `await hot.init({ root: import.meta.filename, rootDirectory: import.meta.dirname });`,
      ),
      "app.js": app,
      "view.js": view(1),
    },
  },
  [
    ["get", ["eval view", "eval app", "got app 1"]],
    ["get", ["got app 1"]],
    [{ "view.js": view(2) }, ["invalidated view.js app.js", "dispose view", "dispose app"]],
    ["get", ["eval view", "eval app", "got app 2"]],
    [{ "main.js": `${main("", "0")}// 2` }, ["full-reload main.js"]],
  ],
);

check(
  "restart globs",
  {
    files: {
      "package.json": { type: "module", hotHook: { restart: [".env", "./app.js"] } },
      "main.js": main("", hotImport),
      "app.js": app,
      "view.js": view(1),
      ".env": "A=1",
    },
  },
  [
    ["get", ["eval view", "eval app", "got app 1"]],
    [{ ".env": "A=2" }, ["full-reload .env"]],
    [{ "app.js": `${app}// 2` }, ["full-reload app.js"]],
    [{ "view.js": view(2) }, ["invalidated view.js app.js", "dispose view", "dispose app"]],
  ],
);

for (const [how, nodeArguments, init] of /** @type {const} */ ([
  ["register", undefined, ""],
  [
    "hot.init",
    [],
    "await hot.init({ root: import.meta.filename, rootDirectory: import.meta.dirname, boundaries: ['./app.js'] });",
  ],
])) {
  check(
    `${how}: what import() gave shows its own version for ever, the next one gives another`,
    {
      nodeArguments,
      files: {
        ...{ "package.json": { type: "module", hotHook: { boundaries: ["./app.js"] } } },
        "main.js": main(
          "",
          "await both()",
          `${init}
          const seen = new Set();
          const both = async () => {
            seen.add(await import("./app.js")).add(await import("./app.js"));
            return [...seen].map((it) => it.v + it.default + Object.keys(it)).join(" ");
          };`,
        ),
        "app.js": `export { v } from "./view.js"; export default "a";`,
        "view.js": "export const v = 1;",
      },
    },
    [
      ["get", ["got 1adefault,v"]],
      [{ "view.js": "export const v = 2;" }, ["invalidated view.js app.js"]],
      ["get", ["got 1adefault,v 2adefault,v"]],
      [{ "app.js": `export { v } from "./view.js"; export default "b";` }, ["invalidated app.js"]],
      ["get", ["got 1adefault,v 2adefault,v 2bdefault,v"]],
    ],
  );
}
