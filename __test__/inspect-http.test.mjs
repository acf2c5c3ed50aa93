// The page of `heatsync inspect` as HTTP sees it: who may ask, what is told, and what is not.
import assert from "node:assert/strict";
import http from "node:http";
import net from "node:net";
import { describe, it } from "node:test";
import { ask, Events, pageUrl } from "./support/page.mjs";
import { project, until } from "./support/project.mjs";
import { runnerProject } from "./support/runner.mjs";

const SECRET = "const secret = 'only in the source';";
const files = {
  "package.json": { type: "module" },
  "main.js": `import { text } from "./view.js";\nimport "./fixed.js";\nimport.meta.hot?.accept("./view.js");\nsetInterval(() => {}, 1000);\nconsole.log("main", text);\n`,
  "view.js": `import { word } from "./word.js";\n${SECRET}\nexport const text = word;\nconsole.log("view", text);\n`,
  "word.js": `export const word = "one";\n`,
  "fixed.js": `export {};\n`,
};

/** @param {import("node:test").TestContext} t @param {string[]} words @param {typeof files} [these] */
async function inspected(t, words = ["inspect", "main.js"], these = files) {
  const { project: self, start } = runnerProject(t, these);
  const program = start(words);
  const url = await pageUrl(program);
  return { self, program, url, port: Number(new URL(url).port) };
}

describe("who may ask", () => {
  it("the URL that was printed, and no other host, origin, token or method", async (t) => {
    const { url, port } = await inspected(t);
    const { hostname, pathname } = new URL(url);
    assert.equal(hostname, "127.0.0.1");
    assert.match(pathname, /^\/[0-9a-f]{32}\/$/);

    const page = await ask(url);
    assert.equal(page.status, 200);
    assert.match(page.headers["content-type"] ?? "", /^text\/html/);
    const policy = String(page.headers["content-security-policy"]);
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]) {
      assert.ok(policy.split("; ").includes(part), part);
    }
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.equal(page.headers["referrer-policy"], "no-referrer");
    assert.equal(page.headers["access-control-allow-origin"], undefined);
    // It works offline: all it loads is beside it.
    for (const [, place] of page.body.matchAll(/(?:href|src)="([^"#]+)"/g)) {
      assert.equal((await ask(new URL(place, url))).status, 200, place);
      assert.doesNotMatch(place, /^\/|:/);
    }

    const allowed = [
      { host: `localhost:${port}` },
      { origin: `http://127.0.0.1:${port}` },
      { origin: `http://localhost:${port}` },
      { "sec-fetch-site": "same-origin" },
    ];
    for (const headers of allowed) {
      assert.equal((await ask(url, { headers })).status, 200, JSON.stringify(headers));
    }
    const refused = [
      { host: "127.0.0.1" },
      { host: `127.0.0.1:${port + 1}` },
      { host: `evil.example:${port}` },
      { host: `evil.example` },
      { origin: "http://evil.example" },
      { origin: `http://127.0.0.1:${port + 1}` },
      { origin: `https://127.0.0.1:${port}` },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const place of ["", "events", "page.js"]) {
      for (const headers of refused) {
        const { status, body } = await ask(new URL(place, url), { headers });
        assert.equal(status, 403, `${place} ${JSON.stringify(headers)}`);
        assert.doesNotMatch(body, /main\.js|event:/);
      }
    }
    const token = pathname.slice(1, -1);
    for (const path of [
      "/",
      "/events",
      "/page.js",
      `/${"0".repeat(32)}/events`,
      `/${token.slice(1)}/events`,
      `/${token.toUpperCase()}x/`,
      `/events?token=${token}`,
      `//${token}/`,
    ]) {
      assert.equal((await ask(url, { path })).status, 403, path);
    }
    for (const name of [
      "../package.json",
      "main.js",
      "wire.d.ts",
      ".built",
      "constructor",
      "%2e%2e",
      "page.js%00",
    ]) {
      assert.equal((await ask(url, { path: `/${token}/${name}` })).status, 404, name);
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"]) {
      assert.equal((await ask(url, { method })).status, 405, method);
    }
  });

  it("only at 127.0.0.1", async (t) => {
    const { port } = await inspected(t);
    for (const host of ["127.0.0.2", "::1"]) {
      const outcome = await new Promise((resolve) => {
        const socket = net.connect({ host, port });
        socket.on("connect", () => resolve("connected")).on("error", ({ code }) => resolve(code));
        t.after(() => socket.destroy());
      });
      assert.notEqual(outcome, "connected", host);
    }
  });
});

describe("what is told", () => {
  it("modules with what a change comes to, and updates as they end, without a line of source", async (t) => {
    const { self, url } = await inspected(t);
    const events = new Events(t, url);
    const main = await events.module("main.js", ({ accepts }) => accepts.length > 0);
    assert.deepEqual(main.imports, ["view.js", "fixed.js"]);
    assert.deepEqual(main.accepts, ["view.js"]);
    assert.equal(main.isRoot, true);
    assert.deepEqual(main.change, { kind: "exposed", way: ["main.js"] });
    const { modules } = events;
    assert.deepEqual(modules.get("view.js").change, { kind: "accepted", way: [] });
    assert.deepEqual(modules.get("word.js").change, { kind: "accepted", way: [] });
    assert.deepEqual(modules.get("fixed.js").change, { kind: "exposed", way: ["main.js", "fixed.js"] });
    assert.equal(events.type, "text/event-stream");
    const [{ event, data }] = events.all;
    assert.equal(event, "state");
    assert.equal(data.program.script, "main.js");
    assert.equal(data.program.hasRunner, true);

    self.write("word.js", `export const word = "two";\n`);
    const live = await events.entry(({ type }) => type === "accepted");
    assert.deepEqual(live.files, ["word.js"]);
    assert.deepEqual(live.evaluated, ["word.js", "view.js"]);
    assert.deepEqual(live.acceptedBy, ["main.js"]);
    assert.ok(live.milliseconds > 0);
    assert.equal((await events.module("word.js", ({ version }) => version > 0)).version, 1);

    self.write("view.js", `import { word } from "./word.js";\n${SECRET}\nexport const text = = word;\n`);
    const broken = await events.entry(({ type }) => type === "linkError");
    assert.deepEqual(broken.files, ["view.js"]);
    assert.equal(broken.error.name, "SyntaxError");
    assert.equal(broken.error.file, "view.js");
    assert.equal(broken.error.line, 3);
    assert.equal(broken.error.frame, undefined);

    self.write(
      "view.js",
      `${SECRET}\nexport const text = 1;\nfunction fails() { throw new TypeError("no\\n${"and"} more"); }\nfails();\n`,
    );
    const threw = await events.entry(({ type }) => type === "evaluationError");
    assert.equal(threw.error.name, "TypeError");
    assert.equal(threw.error.message, "no");
    assert.match(threw.error.stack[0], /^at fails \(view\.js:3:26\)$/);

    self.write("view.js", `export const text = 3;\n`);
    await events.entry(({ type, files: [file] }) => type === "accepted" && file === "view.js");
    await until(() => !events.modules.has("word.js"), "the end of word.js");
    assert.doesNotMatch(events.text, /secret|export const|throw new/);
  });

  it("code frames, if source was asked for", async (t) => {
    const { self, url } = await inspected(t, ["inspect", "--page-source", "main.js"]);
    const events = new Events(t, url);
    await events.module("main.js", ({ accepts }) => accepts.length > 0);
    self.write("view.js", `${SECRET}\nexport const text = = 1;\n`);
    const { error } = await events.entry(({ type }) => type === "linkError");
    assert.match(`${error.frame} ${error.message}`, /export const text = = 1;/);
    assert.equal(events.all[0].data.program.showsSource, true);
  });

  it("restarts: the page stays, and has the modules of the new process", async (t) => {
    const { self, program, url } = await inspected(t);
    const events = new Events(t, url);
    await events.module("fixed.js");
    const first = events.all[0].data.program.pid;
    self.write("fixed.js", `import "./new.js";\n`);
    self.write("new.js", `export {};\n`);
    const restart = await events.entry(({ type }) => type === "restarted");
    // The program asks for it because of the one; the runner may have heard of the other first.
    assert.ok(
      restart.files.some((/** @type {string} */ file) => ["fixed.js", "new.js"].includes(file)),
      JSON.stringify(restart),
    );
    await events.module("new.js");
    const { pid, state } = events.all.findLast(({ event }) => event === "program")?.data ?? {};
    assert.notEqual(pid, first);
    assert.equal(state, "running");
    assert.ok(events.entries.filter(({ type }) => type === "started").length >= 2);

    self.write("fixed.js", `throw new Error("at the start");\n`);
    await events.entry(({ type }) => type === "crashed");
    assert.equal(events.all.findLast(({ event }) => event === "program")?.data.state, "waiting");
    self.write("fixed.js", `export { = };\n`);
    // It waits for a change: any change starts it.
    self.write("fixed.js", `export {};\n`);
    await until(() => !events.modules.has("new.js"), "the end of new.js");
    assert.equal(events.isOver, false);
    program.child.kill("SIGTERM");
    await until(() => events.isOver, "the end of the page");
    await assert.rejects(ask(url), { code: "ECONNREFUSED" });
  });

  it("what does not parse, and would have restarted the program", async (t) => {
    const { self, url } = await inspected(t, ["inspect", "--no-register", "main.cjs"], {
      ...files,
      "main.cjs": `require("./part.cjs"); setInterval(() => {}, 1000); console.log("up");`,
      "part.cjs": `${SECRET} exports.a = 1;`,
    });
    const events = new Events(t, url);
    const part = await events.module("part.cjs");
    assert.deepEqual(part.change, { kind: "plain", way: ["main.cjs", "part.cjs"] });
    self.write("part.cjs", `${SECRET} exports.a = = 1;`);
    const { error, files: changed } = await events.entry(({ type }) => type === "broken");
    assert.deepEqual(changed, ["part.cjs"]);
    assert.equal(error.line, 1);
    assert.doesNotMatch(events.text, /only in the source/);
  });

  it("sync.require and CommonJS", async (t) => {
    const { self, url } = await inspected(t, ["inspect", "bot.cjs"], {
      ...files,
      "bot.cjs": `const sync = new (require("heatsync-rs"))(); sync.events.on("error", () => {});
        sync.require("./commands.cjs"); require("./plain.cjs"); setInterval(() => {}, 1000);`,
      "commands.cjs": `exports.say = require("./words.cjs").word;`,
      "words.cjs": `exports.word = 1;`,
      "plain.cjs": `exports.word = 1;`,
    });
    const events = new Events(t, url);
    const commands = await events.module("commands.cjs", ({ isSynced }) => isSynced);
    assert.deepEqual(commands.change, { kind: "synced", way: [] });
    assert.equal((await events.module("words.cjs")).change.kind, "synced");
    assert.equal((await events.module("plain.cjs")).change.kind, "plain");
    self.write("words.cjs", `exports.word = 2;`);
    const live = await events.entry(({ type }) => type === "accepted");
    assert.deepEqual(live.files, ["words.cjs"]);
    assert.deepEqual(new Set(live.evaluated), new Set(["words.cjs", "commands.cjs"]));
    self.write("words.cjs", `throw new Error("bad words");`);
    const { error } = await events.entry(({ type }) => type === "evaluationError");
    assert.equal(error.message, "bad words");
  });

  it("boundaries, and the reason of what is not below one", async (t) => {
    const { self, url } = await inspected(t, ["inspect", "main.js"], {
      "package.json": { type: "module", heatsync: { boundaries: ["./controllers/*.js"] } },
      "main.js": `import "./routes.js"; await import("./controllers/users.js"); await import("./controllers/orders.js"); setInterval(() => {}, 1000);`,
      "routes.js": `import "./controllers/fixed.js";`,
      "controllers/orders.js": `import "../price.js"; import.meta.hot?.accept("../price.js");`,
      "price.js": `export {};`,
      "controllers/users.js": `import "../service.js";`,
      "controllers/fixed.js": `export {};`,
      "service.js": `export {};`,
    });
    const events = new Events(t, url);
    const users = await events.module("controllers/users.js");
    assert.equal(users.isBoundary, true);
    assert.deepEqual(users.change, { kind: "boundary", way: [] });
    assert.equal((await events.module("service.js")).change.kind, "boundary");
    // The nearest counts: a handler below the boundary, and then the boundary.
    assert.equal((await events.module("price.js", ({ change }) => change.kind === "accepted")).version, 0);
    assert.equal((await events.module("controllers/orders.js")).change.kind, "boundary");
    assert.deepEqual((await events.module("controllers/fixed.js")).change, {
      kind: "fixed",
      way: ["routes.js", "controllers/fixed.js"],
    });
    self.write("service.js", `export const changed = 1;`);
    const entry = await events.entry(
      ({ type, files: [file] }) => type === "accepted" && file === "service.js",
    );
    assert.deepEqual(entry.evaluated, []);
    await events.module("service.js", ({ version }) => version === 1);
    self.write("controllers/fixed.js", `export const changed = 1;`);
    // The program may be gone before it has told of it itself.
    const { reason } = await events.entry(({ type }) => type === "restarted");
    assert.match(reason, /a boundary that routes\.js imports statically/);
  });
});

describe("the option inspect", () => {
  it("is one of run(), whose event has the URL", async (t) => {
    const self = project(t, {
      ...files,
      "tool.mjs": `import { run } from "heatsync-rs/runner";
        const runner = run({ script: "main.js", inspect: { port: 0, source: true }, log: () => {} });
        runner.on("page", ({ url }) => console.log("page", JSON.stringify(url)));
        process.on("message", () => { runner.stop(); process.disconnect(); });`,
    });
    const program = self.run("tool.mjs");
    const url = await program.value("page");
    const events = new Events(t, url);
    await events.module("view.js");
    assert.equal(events.all[0].data.program.showsSource, true);
    program.child.send("stop");
    assert.deepEqual(await program.exit, { code: 0, signal: null });
    assert.equal(program.stderr.includes("page:"), false);
    for (const [inspect, message] of [
      ["1", /run: inspect must be true, false or an object/],
      ["{ port: 99999 }", /run: inspect\.port/],
    ]) {
      self.write(
        "wrong.mjs",
        `import { run } from "heatsync-rs/runner"; run({ script: "main.js", inspect: ${inspect} });`,
      );
      const wrong = self.run("wrong.mjs");
      assert.equal((await wrong.exit).code, 1);
      assert.match(wrong.stderr, /** @type {RegExp} */ (message));
    }
  });

  for (const words of [["main.js"], ["inspect", "main.js"]]) {
    it(`in package.json, under the runner: one page, the runner's (${words.join(" ")})`, async (t) => {
      const { self, program, url } = await inspected(t, words, {
        ...files,
        "package.json": /** @type {any} */ ({ type: "module", heatsync: { inspect: true } }),
      });
      const events = new Events(t, url);
      await events.module("view.js");
      assert.equal(events.all[0].data.program.hasRunner, true);
      self.write("fixed.js", `import "./new.js";\n`);
      self.write("new.js", `export {};\n`);
      await events.module("new.js");
      assert.equal(program.stderr.match(/page: http/g)?.length, 1, program.stderr);
    });
  }

  it("serves the page from the program itself, which ends as ever", async (t) => {
    const self = project(t, {
      ...files,
      "package.json": { type: "module", heatsync: { inspect: true } },
      "main.js": `import "./view.js"; import.meta.hot?.accept("./view.js"); process.on("message", () => process.disconnect());`,
    });
    const program = self.run("main.js", { nodeArguments: ["--import", "heatsync-rs/register"] });
    const url = await pageUrl(program);
    const events = new Events(t, url);
    await events.module("view.js");
    assert.equal(events.all[0].data.program.hasRunner, false);
    assert.equal((await ask(url, { headers: { host: "evil.example" } })).status, 403);
    self.write("word.js", `export const word = "two";\n`);
    await events.entry(({ type }) => type === "accepted");
    // Neither the server nor an open page keeps it.
    program.child.send("end");
    assert.deepEqual(await program.exit, { code: 0, signal: null });
  });

  it("has the runner serve it, if there is one", async (t) => {
    const { url, program } = await inspected(t, ["main.js"], {
      ...files,
      "main.js": `import { hot } from "heatsync-rs"; await hot.init({ inspect: { source: true } }); await import("./view.js"); setInterval(() => {}, 1000);`,
    });
    const events = new Events(t, url);
    await events.module("view.js");
    assert.equal(events.all[0].data.program.hasRunner, true);
    assert.equal(events.all[0].data.program.showsSource, true);
    assert.equal(program.stderr.match(/page: http/g)?.length, 1);
  });

  it("a port that is taken, and options that are wrong", async (t) => {
    const taken = http.createServer();
    await new Promise((resolve) => void taken.listen(0, "127.0.0.1", () => resolve(undefined)));
    t.after(() => taken.close());
    const { port } = /** @type {net.AddressInfo} */ (taken.address());
    const { project: self, start } = runnerProject(t, files);
    const busy = start(["inspect", `--page-port=${port}`, "main.js"]);
    assert.deepEqual(await busy.exit, { code: 1, signal: null });
    assert.equal(busy.stderr, `heatsync: port ${port} is in use, which the page was to have\n`);
    for (const [words, message] of /** @type {const} */ ([
      [["--page-port=web"], /--page-port takes a port, not "web"/],
      [["--page-port=70000"], /--page-port takes a port/],
      [["--page=yes"], /--page takes no value/],
      [[], /no script to run is named/],
    ])) {
      const program = start(["inspect", ...words]);
      assert.equal((await program.exit).code, 2);
      assert.match(program.stderr, message);
    }
    for (const [inspect, message] of /** @type {const} */ ([
      [1, /inspect must be true, false or an object/],
      [{ port: -1 }, /inspect\.port must be a whole number/],
      [{ source: "yes" }, /inspect\.source must be true or false/],
      [{ host: "0.0.0.0" }, /inspect: there is no option "host"; there are port, source/],
    ])) {
      self.write(
        "wrong.mjs",
        `import { hot } from "heatsync-rs"; await hot.init({ inspect: ${JSON.stringify(inspect)} });`,
      );
      const program = self.run("wrong.mjs");
      await program.exit;
      assert.match(program.stderr, message);
    }
  });
});
