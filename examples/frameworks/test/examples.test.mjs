// Each example is started, edited on disk and asked over HTTP. Edits are made while requests are being answered.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { programs, startPostgres } from "../postgres/start.js";
import { copy, Server } from "./support.mjs";

const register = ["--import", "heatsync-rs/register"];
const heatsync = path.resolve(import.meta.dirname, "../../../runtime/cli/main.cjs");

test("node:http: every request is answered by one version, also a slow one, and the port stays", async (t) => {
  const server = await new Server(copy(t, "node-http"), [...register, "main.js"]).ready();
  await server.answers("hello 1");
  const slow = server.get("/slow");
  await server.program.line("answering slowly");
  server.edit("greeting.js", "hello 1", "hello 2");
  await server.answers("hello 2", "/", "hello 1");
  assert.equal(await slow, "hello 1");
  server.edit("main.js", "server.on(", "// another version\nserver.on(");
  await server.updated("main.js");
  await server.answers("hello 2", "/", "hello 2");
  // What does not parse changes nothing.
  server.edit("greeting.js", '"hello 2"', '"hello');
  await server.program.waitFor(() => server.program.stderr.includes("greeting.js"), "report");
  await server.answers("hello 2", "/", "hello 2");
  server.edit("greeting.js", '"hello', '"hello 3"');
  await server.answers("hello 3", "/", "hello 2");
  assert.doesNotMatch(server.program.stderr, /EADDRINUSE/);
});

test("Express: the newest app, without a route twice", async (t) => {
  const server = await new Server(copy(t, "express"), [...register, "main.js"]).ready();
  await server.answers("hello 1");
  const routes = await server.get("/routes");
  for (const version of [2, 3, 4]) {
    server.edit("routes.js", `hello ${version - 1}`, `hello ${version}`);
    await server.answers(`hello ${version}`, "/", `hello ${version - 1}`);
  }
  assert.equal(await server.get("/routes"), routes);
});

test("Fastify: handlers behind boundaries", async (t) => {
  const server = await new Server(copy(t, "fastify"), [...register, "main.js"]).ready();
  await server.answers("hello 1");
  const routes = await server.get("/routes");
  const slow = server.get("/slow");
  await server.program.line("answering slowly");
  server.edit("helpers/greet.js", "hello 1", "hello 2");
  await server.answers("hello 2", "/", "hello 1");
  assert.equal(await slow, "hello 1");
  server.edit(
    "handlers/hello.js",
    "async (_request) => greet()",
    "async (_request) => greet().toUpperCase()",
  );
  await server.answers("HELLO 2", "/", "hello 2");
  assert.equal(await server.get("/routes"), routes);
});

test("Hono: TypeScript and JSX, started by the command", async (t) => {
  const server = await new Server(copy(t, "hono"), [heatsync, "main.ts"]).ready();
  await server.answers("<p>hello 1</p>");
  const routes = await server.get("/routes");
  server.edit("page.tsx", "{name} 1", "{name} 2");
  await server.answers("<p>hello 2</p>", "/", "<p>hello 1</p>");
  server.edit("app.tsx", 'name="hello"', 'name="bye"');
  await server.answers("<p>bye 2</p>", "/", "<p>hello 2</p>");
  assert.equal(await server.get("/routes"), routes);
});

test("NestJS: decorators with metadata; the application is closed and made anew", async (t) => {
  const server = await new Server(copy(t, "nestjs"), [...register, "main.ts"], { PORT: "0" }).ready();
  await server.answers("hello 1");
  server.edit("app.service.ts", "hello 1", "hello 2");
  await server.ready(); // a port of its own choice: another one
  await server.answers("hello 2");
  server.edit("app.controller.ts", "@Get()", '@Get("/greeting")');
  await server.ready();
  await server.answers("hello 2", "/greeting");
  assert.doesNotMatch(server.program.stderr, /EADDRINUSE/);
});

// Its own requirement.
const isOld = Number(process.versions.node.split(".")[0]) < 24;
test("AdonisJS: hot-hook's own case, boundaries on controllers", {
  skip: isOld && "needs Node.js 24",
}, async (t) => {
  const server = await new Server(copy(t, "adonisjs"), [
    "--import",
    "hot-hook/register",
    "bin/server.ts",
  ]).ready();
  await server.answers("hello 1");
  server.edit("app/controllers/hello_controller.ts", "hello", "good day");
  await server.answers("good day 1", "/", "hello 1");
  server.edit("app/services/version.ts", "1", "2");
  await server.answers("good day 2", "/", "good day 1");
});

test("a bot: commands, listeners and what it remembers", async (t) => {
  const project = copy(t, "bot");
  const bot = new Server(project, ["bot.js"]);
  const { program } = bot;
  const say = (/** @type {string} */ text) => program.child.stdin?.write(`${text}\n`);
  await program.line("ready");
  say("!ping");
  await program.line("pong 1");
  say("!count it");
  await program.line("it: 1 (1)");
  bot.edit("commands/ping.js", "pong 1", "pong 2");
  bot.edit("commands/count.js", "(1)", "(2)");
  bot.edit("events/joined.js", "welcome 1", "welcome 2");
  /** @param {string} text @param {string} wanted */
  const says = async (text, wanted) => {
    // A listener that is being exchanged says nothing; a command always answers.
    for (const lines = [""]; !lines.includes(wanted); ) {
      say(text);
      say("!count end");
      do lines.push(await program.line(/./));
      while (!lines.at(-1)?.startsWith("end: "));
    }
  };
  await says("!ping", "pong 2");
  await says("+Ann", "welcome 2 Ann");
  say("!count it");
  const counted = await program.line(/^it: \d+ \(\d\)$/);
  assert.match(counted, /^it: [2-9]/);
  say("!ping");
  await program.line("pong 2");
  // Whoever has joined was welcomed once.
  const before = program.lines.length;
  say("+Bob");
  say("!ping");
  await program.line("pong 2");
  assert.deepEqual(program.lines.slice(before), ["welcome 2 Bob", "pong 2"]);
});

const hasSqlite = process.getBuiltinModule?.("node:sqlite") !== undefined;
test("node:sqlite: the database is kept", { skip: !hasSqlite && "this Node.js has none" }, async (t) => {
  const server = await new Server(copy(t, "sqlite"), [...register, "main.js"]).ready();
  assert.equal(await server.get(), "visit 1, version 1");
  server.edit("answer.js", "version 1", "version 2");
  await server.updated("answer.js");
  assert.equal(await server.get(), "visit 2, version 2");
  server.edit("database.js", "// Version 1", "// Version 2");
  await server.updated("database.js");
  assert.equal(await server.get(), "visit 3, version 2");
  assert.equal(server.program.lines.filter((line) => line === "opening the database").length, 1);
});

test("PostgreSQL: the pool and its connections are kept", {
  skip: !programs() && "not installed",
}, async (t) => {
  const { env, stop } = await startPostgres();
  t.after(stop);
  const server = await new Server(copy(t, "postgres"), [...register, "main.js"], env).ready();
  const first = await server.get();
  assert.match(first, /^backend \d+, version 1$/);
  server.edit("answer.js", "version 1", "version 2");
  await server.answers(first.replace("1$", "2").replace("version 1", "version 2"), "/", first);
  server.edit("pool.js", "max: 1 }", "max: 1, application_name: 'again' }");
  await server.updated("pool.js");
  assert.equal(await server.get(), first.replace("version 1", "version 2"));
  await server.stop(); // the pool's connection with it
});
