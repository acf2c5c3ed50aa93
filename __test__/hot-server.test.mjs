// `hot.handler`: a server that is never restarted answers with the newest code.

import assert from "node:assert/strict";
import http from "node:http";
import { createRequire } from "node:module";
import { test } from "node:test";
import { project, until } from "./support/project.mjs";

const { hot } = createRequire(import.meta.url)("../index.js");

/** @param {number} port @param {string} [path] @returns {Promise<string>} */
function get(port, path = "/") {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port, path }, (response) => {
      let text = "";
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}

const app = (/** @type {number} */ v) => `
export function app(request, response) {
  if (request.url !== "/slow") return void response.end("v${v}");
  response.write("v${v} begins, ");
  console.log("v${v} begins");
  process.once("message", () => response.end("v${v} ends"));
}`;

test("each request goes to the newest handler, one that is being answered ends where it began", {
  timeout: 30_000,
}, async (t) => {
  const self = project(t, {
    "main.mjs": `
      import { createServer } from "node:http";
      import { hot } from "heatsync-rs";
      import { app } from "./app.mjs";
      const server = createServer(hot.handler(() => app));
      server.listen(0, "127.0.0.1", () => console.log("port " + server.address().port));
      import.meta.hot?.accept("./app.mjs");`,
    "app.mjs": app(1),
  });
  const program = self.run("main.mjs", { nodeArguments: ["--import", "heatsync-rs/register"] });
  await until(() => /port \d+/.test(program.stdout), "the port");
  const port = Number(/port (\d+)/.exec(program.stdout)?.[1]);
  assert.equal(await get(port), "v1");
  const slow = get(port, "/slow");
  await until(() => program.stdout.includes("v1 begins"), "the slow request");
  for (let v = 2; v < 5; v++) {
    self.write("app.mjs", app(v));
    while ((await get(port)) !== `v${v}`);
  }
  program.child.send("end");
  assert.equal(await slow, "v1 begins, v1 ends");
  assert.equal(program.stdout.match(/port/g)?.length, 1);
});

test("this, arguments and result are passed on; without register too", () => {
  let newest = function (/** @type {any} */ ...values) {
    // @ts-expect-error: what it is called on
    return [this, ...values];
  };
  const handler = hot.handler(() => newest);
  const on = { handler };
  assert.deepEqual(on.handler(1, 2), [on, 1, 2]);
  newest = (...values) => values.reverse();
  assert.deepEqual(on.handler(1, 2), [2, 1]);
});

test("newest may be asynchronous", async () => {
  const handler = hot.handler(async () => (/** @type {number} */ a) => a + 1);
  assert.equal(await handler(1), 2);
  await assert.rejects(
    hot.handler(async () => null)(),
    /^TypeError: hot\.handler: the newest handler is no function but null$/,
  );
});

test("what is no function is refused", () => {
  assert.throws(() => hot.handler({}), /TypeError: hot\.handler: pass a function that returns the handler/);
  assert.throws(() => hot.handler(() => "app")(), /no function but string/);
});

test("the package is imported without registering anything", async (t) => {
  const self = project(t, {
    "main.mjs": `import { hot } from "heatsync-rs"; console.log(typeof hot.on, import.meta.hot);`,
  });
  const program = self.run("main.mjs");
  assert.deepEqual(await program.exit, { code: 0, signal: null });
  assert.equal(program.stdout, "function undefined\n");
});
