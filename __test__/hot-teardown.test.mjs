// Opt-in: what a module has running ends with its version, though it never says so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";

const main = `
  import "./x.mjs";
  process.on("SIGWINCH", () => {});
  globalThis.counts = () => ({
    ours: process.listenerCount("SIGUSR2") + process.listenerCount("SIGWINCH"),
    port: globalThis.port,
  });`;

/** @param {number} n */
const x = (n) => `
  import http from "node:http";
  import { promisify } from "node:util";
  import.meta.hot.accept();
  import.meta.hot.dispose(() => console.log("handler of ${n}, listeners: " + process.listenerCount("SIGUSR2")));
  setInterval(() => process.stdout.write("${n}"), 1);
  setTimeout(() => console.log("never ${n}"), 1e8);
  const cleared = setInterval(() => console.log("never"), 1);
  clearInterval(cleared);
  await promisify(setTimeout)(1);
  process.on("SIGUSR2", () => {});
  process.once("SIGUSR2", () => {});
  const server = http.createServer((_, response) => response.end("${n}"));
  await new Promise((resolve, reject) => server.listen(globalThis.port ?? 0, "127.0.0.1", resolve).on("error", reject));
  globalThis.port = server.address().port;
  console.log("\\nready ${n}", JSON.stringify(globalThis.counts?.() ?? {}));`;

/** @param {import("node:test").TestContext} t @param {Record<string, string>} files @param {string} on */
function start(t, files, on = "1") {
  const self = project(t, files);
  const program = self.run("main.mjs", {
    nodeArguments: ["--import", "heatsync-rs/register"],
    env: { HEATSYNC_TEARDOWN: on },
  });
  const prints = (/** @type {RegExp} */ what) =>
    until(() => what.exec(program.stdout), String(what)).catch((error) => {
      throw new Error(`${error.message}\n${program.stdout.slice(-500)}\n${program.stderr}`);
    });
  return { self, program, prints };
}

test("timers, listeners of process and servers", async (t) => {
  const { self, program, prints } = start(t, { "main.mjs": main, "x.mjs": x(1) });
  await prints(/ready 1/);
  for (let n = 2; n < 5; n++) {
    self.write("x.mjs", x(n));
    // The port is free, and the listeners are those of this version and of main.
    const [, counts] = await prints(new RegExp(`ready ${n} (.*)\n`));
    assert.equal(JSON.parse(counts).ours, 3);
    await prints(new RegExp(`handler of ${n - 1}, listeners: 2`));
    const end = program.stdout.length;
    await until(() => program.stdout.slice(end).length > 20, "ticks");
    assert.match(program.stdout.slice(end), new RegExp(`^[${n}\\n]*$`), "only the newest ticks");
  }
  assert.doesNotMatch(program.stdout, /never/);
});

test("CommonJS: timers, listeners of process and servers", async (t) => {
  const y = (/** @type {number} */ n) => `#!/usr/bin/env node
    // A directive stays one.
    "use strict";
    const http = require("node:http");
    module.hot.accept();
    module.hot.dispose(() => console.log("handler of ${n}, listeners: " + process.listenerCount("SIGUSR2")));
    setInterval(() => process.stdout.write("${n}"), 1);
    setTimeout(() => console.log("never ${n}"), 1e8);
    const cleared = setInterval(() => console.log("never"), 1);
    clearInterval(cleared);
    require("node:util").promisify(setTimeout)(1).then(() => {
      process.on("SIGUSR2", () => {});
      process.once("SIGUSR2", () => {});
      const server = http.createServer((_, response) => response.end("${n}"));
      server.listen(globalThis.port ?? 0, "127.0.0.1", () => {
        globalThis.port = server.address().port;
        const isStrict = (function () { return this === undefined; })();
        console.log("\\nready ${n}", process.listenerCount("SIGUSR2"), isStrict, arguments.length);
      });
    });`;
  const { self, program, prints } = start(t, {
    "main.mjs": `import "./y.cjs"; import "./main.cjs";`,
    "main.cjs": `
      require("./y.cjs");
      require("plain");
      process.on("SIGWINCH", () => {});`,
    "y.cjs": y(1),
    "node_modules/plain/index.js": `
      setInterval(() => {}, 1e6);
      console.log("plain", setInterval === globalThis.setInterval, !/teardown/.test(module._compile), new Error().stack.includes("teardown"));`,
  });
  await prints(/^plain true true false$/m);
  await prints(/ready 1/);
  for (let n = 2; n < 5; n++) {
    self.write("y.cjs", y(n));
    await prints(new RegExp(`ready ${n} 2 true 5\\n`));
    await prints(new RegExp(`handler of ${n - 1}, listeners: 2`));
    const end = program.stdout.length;
    await until(() => program.stdout.slice(end).length > 20, "ticks");
    assert.match(program.stdout.slice(end), new RegExp(`^[${n}\\n]*$`), "only the newest ticks");
  }
  assert.doesNotMatch(program.stdout, /never/);
});

test("what a version begins after an update that failed ends with it, too", async (t) => {
  for (const [name, hot] of [
    ["x.mjs", "import.meta.hot"],
    ["x.cjs", "module.hot"],
  ]) {
    const x = (/** @type {number} */ n) => `
      ${hot}.accept();
      setInterval(() => process.stdout.write("${n}"), 1);
      globalThis.begin = () => setInterval(() => process.stdout.write("${n}"), 1);
      console.log("ready ${n}");`;
    const { self, program, prints } = start(t, {
      "main.mjs": `import "./${name}"; import { hot } from "heatsync-rs"; hot.on("update", ({ type }) => { console.log(type); if (type === "evaluationError") globalThis.begin(); });`,
      [name]: x(1),
    });
    await prints(/ready 1/);
    self.write(name, `${hot}.accept(); throw new Error("broken");`);
    await prints(/evaluationError/);
    self.write(name, x(2));
    await prints(/ready 2/);
    const end = program.stdout.length;
    await until(() => program.stdout.slice(end).length > 20, "ticks");
    assert.doesNotMatch(program.stdout.slice(end), /1/, name);
  }
});

test("listeners and servers that a version begins after an update that failed stay, and end with it", async (t) => {
  for (const [name, hot] of [
    ["x.mjs", "import.meta.hot"],
    ["x.cjs", "module.hot"],
  ]) {
    const x = (/** @type {number} */ n) => `
      ${hot}.accept();
      const net = process.getBuiltinModule("node:net");
      const server = net.createServer();
      globalThis.begin = () => {
        process.on("SIGUSR2", () => {});
        server.listen(0, () => console.log("listens, and", process.listenerCount("SIGUSR2")));
      };
      globalThis.former ??= () => false;
      console.log("ready ${n}", process.listenerCount("SIGUSR2"), globalThis.former());
      globalThis.former = () => server.listening;`;
    const { self, prints } = start(t, {
      "main.mjs": `import "./${name}"; import { hot } from "heatsync-rs"; setInterval(() => {}, 1000);
        hot.on("update", ({ type }) => { if (type === "evaluationError") begin(); });`,
      [name]: x(1),
    });
    await prints(/ready 1/);
    self.write(name, `${hot}.accept(); setTimeout(() => {}, 1); throw new Error("broken");`);
    await prints(/listens, and 1/);
    self.write(name, x(2));
    await prints(/ready 2 0 false/);
  }
});

test("a timer that is set again by refresh() ends with its version", async (t) => {
  const x = (/** @type {number} */ n) => `
    import.meta.hot.accept();
    const timer = setTimeout(() => { process.stdout.write("${n}"); timer.refresh(); }, 1);
    console.log("ready ${n}");`;
  const { self, program, prints } = start(t, { "main.mjs": `import "./x.mjs";`, "x.mjs": x(1) });
  await prints(/ready 1\n1{3}/);
  self.write("x.mjs", x(2));
  await prints(/ready 2/);
  const end = program.stdout.length;
  await until(() => program.stdout.slice(end).length > 20, "ticks");
  assert.match(program.stdout.slice(end), /^[2\n]*$/, "only the newest ticks");
});

test("a listener that has been removed is another module's, should that have added it since", async (t) => {
  const { self, prints } = start(t, {
    "main.mjs": `import "./x.mjs"; import "./y.mjs"; setInterval(() => {}, 1000);`,
    "shared.mjs": `export const told = () => {};`,
    "x.mjs": `import { told } from "./shared.mjs"; import.meta.hot.accept(); process.once("SIGUSR2", told); process.emit("SIGUSR2");`,
    "y.mjs": `import { told } from "./shared.mjs"; process.on("SIGUSR2", told); console.log("ready 1");`,
  });
  await prints(/ready 1/);
  self.write(
    "x.mjs",
    `import.meta.hot.accept(); console.log("ready 2, listeners: " + process.listenerCount("SIGUSR2"));`,
  );
  await prints(/ready 2, listeners: 1/);
});

test("nothing is kept of listeners that were removed, and servers that were closed", async (t) => {
  const { prints } = start(t, {
    "main.mjs": `import "./x.mjs";`,
    "x.mjs": `
      import net from "node:net";
      import v8 from "node:v8";
      import.meta.hot.accept();
      class Payload {}
      for (let n = 0; n < 100; n++) {
        const payload = new Payload();
        const listener = () => payload;
        process.once("SIGUSR2", listener).off("SIGUSR2", listener);
        process.once("SIGWINCH", listener).emit("SIGWINCH");
        await new Promise((resolve) => {
          const server = net.createServer(() => payload).listen(0, () => server.close(resolve));
        });
      }
      const look = () => {
        const left = v8.queryObjects(Payload, { format: "count" });
        if (left < 5) console.log("ready");
        else setTimeout(look, 20);
      };
      look();`,
  });
  await prints(/ready/);
});

test("a loop that awaits while its version is replaced does not go on", async (t) => {
  for (const [name, hot] of [
    ["x.mjs", "import.meta.hot"],
    ["x.cjs", "module.hot"],
  ]) {
    // While it awaits nothing of it runs that could be ended.
    const x = (/** @type {number} */ n) => `
      ${hot}.accept();
      async function poll() {
        process.stdout.write("${n}");
        await new Promise((resolve) => globalThis.setTimeout(resolve, 10));
        setTimeout(poll, 1);
        process.once("SIGUSR2", poll);
      }
      poll();
      console.log("ready ${n}");`;
    const { self, program, prints } = start(t, {
      "main.mjs": `import "./${name}"; setInterval(() => console.log("listeners " + process.listenerCount("SIGUSR2")), 20);`,
      [name]: x(1),
    });
    await prints(/ready 1/);
    for (let n = 2; n < 5; n++) {
      self.write(name, x(n));
      await prints(new RegExp(`ready ${n}`));
      // The one before has awaited for the last time.
      await new Promise((resolve) => setTimeout(resolve, 30));
      const end = program.stdout.length;
      await until(() => program.stdout.slice(end).length > 40, "rounds");
      const others = program.stdout.slice(end).replaceAll(/listeners \d+|\n/g, "");
      assert.match(others, new RegExp(`^${n}*$`), name);
    }
    await program.end();
  }
});

test("names that a CommonJS file declares or sets are its own, and its places stay", async (t) => {
  const x = `const { setTimeout } = require("node:timers/promises"); var setInterval = 1; function clearTimeout() { return 2; } setImmediate = 3; console.log(setInterval, clearTimeout(), setImmediate, typeof globalThis.setImmediate, /x.cjs:\\d+:\\d+/.exec(new Error().stack)[0]); setTimeout(1, 4).then(console.log);`;
  const { prints } = start(t, { "main.mjs": `import "./x.cjs";`, "x.cjs": x });
  await prints(new RegExp(`^1 2 3 function x.cjs:1:${x.indexOf("new Error") + 1}$`, "m"));
  await prints(/^4$/m);
});

test("names that a module declares or imports are its own", async (t) => {
  const { prints } = start(t, {
    "main.mjs": `import "./x.mjs";`,
    "x.mjs": `import { setTimeout } from "node:timers/promises"; const setInterval = 1; function clearTimeout() { return 2; } console.log(await setTimeout(1, 3), setInterval, clearTimeout(), typeof setImmediate);`,
  });
  await prints(/^3 1 2 function$/m);
});

test("members of a cycle", async (t) => {
  const b = (/** @type {number} */ n) =>
    `import "./a.mjs"; import.meta.hot.accept(); setInterval(() => process.stdout.write("${n}"), 1);`;
  const { self, program, prints } = start(t, {
    "main.mjs": `import "./a.mjs";`,
    "a.mjs": `import "./b.mjs"; import.meta.hot.accept();`,
    "b.mjs": b(1),
  });
  await prints(/1/);
  self.write("b.mjs", b(2));
  await prints(/2/);
  const end = program.stdout.length;
  await until(() => program.stdout.slice(end).length > 20, "ticks");
  assert.match(program.stdout.slice(end), /^2*$/);
});

test("CommonJS is strict where it says so, and else is not", async (t) => {
  const text = "exports.isStrict = (function () { return this === undefined; })();";
  const { prints } = start(t, {
    "main.mjs": `
      import sloppy from "./sloppy.cjs";
      import strict from "./strict.cjs";
      console.log("strict:", sloppy.isStrict, strict.isStrict);
      process.on("message", () => {});`,
    "sloppy.cjs": text,
    "strict.cjs": `// A comment first.\n"use strict";\n${text}`,
  });
  await prints(/^strict: false true$/m);
});

test("CommonJS that does not parse is refused in Node's words", async (t) => {
  const { prints } = start(t, {
    "main.mjs": `
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      for (const it of ["./broken.cjs", "./twice.cjs"]) {
        try { require(it); } catch ({ message }) { console.log("refused: " + message); }
      }
      process.on("message", () => {});`,
    "broken.cjs": "setTimeout(() => {}, 1; exports.v = 1;",
    "twice.cjs": "let it = 1; let it = 2;",
  });
  await prints(
    /^refused: missing \) after argument list\nrefused: Identifier 'it' has already been declared$/m,
  );
});

test("without the option nothing is touched", async (t) => {
  const { prints } = start(
    t,
    { "main.mjs": `console.log(setTimeout === globalThis.setTimeout, Object.hasOwn(process, "on"));` },
    "",
  );
  await prints(/^true false$/m);
});
