// Yarn's Plug'n'Play: a package of the workspace is in no node_modules, and only the API that Yarn puts into Node knows where it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./support/project.mjs";

/** What Yarn's .pnp.cjs does of it: a function of its own in `node:module`, which takes the importer and the conditions. */
const PNP = `
const Module = require("node:module");
const path = require("node:path");
Module.findPnpApi = () => ({
  resolveRequest(request, issuer, { conditions }) {
    if (request !== "lib") throw Object.assign(new Error("not listed"), { code: "MODULE_NOT_FOUND" });
    if (path.dirname(issuer) !== path.join(__dirname, "app")) throw new Error("of whom? " + issuer);
    return path.join(__dirname, "lib", conditions.has("import") ? "import.mjs" : "require.cjs");
  },
});`;

for (const [name, loads] of Object.entries({
  "sync.import": `const m = await sync.import("lib"); setInterval(() => told(m.value), 5);`,
  "hmr()": `hmr("lib", "none", (m) => told(m.value));`,
})) {
  test(`${name} of a package that Plug'n'Play knows`, async (t) => {
    const own = project(t, {
      "pnp.cjs": PNP,
      "lib/import.mjs": "export const value = 1;",
      "lib/require.cjs": "exports.value = 'required';",
      "app/main.mjs": `
        import Heatsync, { hmr } from "heatsync-rs";
        const sync = new Heatsync({ persistentWatchers: true });
        let last;
        const told = (value) => value !== last && console.log("value", JSON.stringify((last = value)));
        ${loads}
        while (!last) await new Promise((go) => setTimeout(go, 5));
        await sync.import("other").catch(({ code, message }) => console.log("other", JSON.stringify([code, message])));`,
    });
    const running = own.run("app/main.mjs", { nodeArguments: ["--require", own.path("pnp.cjs")] });
    assert.equal(await running.value("value"), 1);
    const [code, message] = await running.value("other");
    assert.equal(code, "ERR_MODULE_NOT_FOUND");
    assert.match(message, /Cannot find the package 'other' imported from .*main\.mjs/);
    own.writeAtomically("lib/import.mjs", "export const value = 2;");
    assert.equal(await running.value("value"), 2);
  });
}
