// What modules that were written for Vite or webpack rely on, and no other test holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hotProgram } from "./support/hot-program.mjs";

test("one function listens for several modules, and for a version and the next: it goes on as long as one wants it", async (t) => {
  const listening = `import { heard } from "./heard.mjs"; import.meta.hot.on("app:ping", heard); import.meta.hot.accept();`;
  const { ask, said, save } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import "./b.mjs"; globalThis.ping = () => import.meta.hot.send("app:ping", "ping");`,
    "heard.mjs": `export const heard = (what) => say("heard", what);`,
    "a.mjs": `${listening} // 1`,
    "b.mjs": listening,
  });
  await ask("ping()");
  assert.deepEqual(said(), ["heard ping"]);
  await save({ "a.mjs": `${listening} // 2` });
  await ask("ping()");
  assert.deepEqual(said(), ["heard ping"]);
  // The one who is left.
  await save({ "a.mjs": "import.meta.hot.accept();" });
  await ask("ping()");
  assert.deepEqual(said(), ["heard ping"]);
  await save({ "b.mjs": "" });
  await ask("ping()");
  assert.deepEqual(said(), []);
});

test("what was taken back by off(), and is asked for again, outlives who asked first", async (t) => {
  const { ask, said, save } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; import { heard } from "./heard.mjs"; const { hot } = import.meta;
      globalThis.again = () => { hot.off("app:ping", heard); hot.on("app:ping", heard); };
      globalThis.ping = () => hot.send("app:ping", "ping");`,
    "heard.mjs": `export const heard = (what) => say("heard", what);`,
    "a.mjs": `import { heard } from "./heard.mjs"; import.meta.hot.on("app:ping", heard); import.meta.hot.accept();`,
  });
  await ask("again()");
  await save({ "a.mjs": "" });
  await ask("ping()");
  assert.deepEqual(said(), ["heard ping"]);
});

for (const extension of ["cjs", "mjs"]) {
  test(`.${extension}: webpack's error handler, which accepts itself again, is called once for each failure`, async (t) => {
    const hot = extension === "cjs" ? "module.hot" : "import.meta.webpackHot";
    const a = `
      ${hot}.dispose(() => say("disposed"));
      ${hot}.accept(function errorHandler(error, { moduleId, module }) {
        say(error.message, module.id === moduleId, module.hot === ${hot});
        module.hot.dispose(() => say("disposed again"));
        module.hot.accept(errorHandler);
      });`;
    const name = `a.${extension}`;
    const { said, save } = await hotProgram(t, {
      [`main.${extension}`]: extension === "cjs" ? `require("./a.cjs");` : `import "./a.mjs";`,
      [name]: a,
    });
    for (const [times, disposed] of /** @type {const} */ ([
      [1, "disposed"],
      [2, "disposed again"],
      [3, "disposed again"],
    ])) {
      const { type } = await save({ [name]: `throw new Error("failure ${times}");` });
      assert.deepEqual([type, said()], ["evaluationError", [disposed, `failure ${times} true true`]]);
    }
    assert.equal((await save({ [name]: "" })).type, "accepted");
    assert.deepEqual(said(), ["disposed again"]);
  });
}

for (const extension of ["cjs", "mjs"]) {
  test(`.${extension}: webpack's error handler finds in module.hot.data what the dispose handlers have put there`, async (t) => {
    const hot = extension === "cjs" ? "module.hot" : "import.meta.webpackHot";
    const a = `
      const store = { failures: 0 };
      ${hot}.dispose((data) => { data.store = store; data.once = 1; });
      ${hot}.accept((error, { module }) => {
        module.hot.data.store.failures += 1;
        module.hot.data.own = "handler";
        module.hot.data.once += 1;
      });
      ${hot}.accept((error) => { ${hot}.data.once += 10; });`;
    const name = `a.${extension}`;
    const { said, save } = await hotProgram(t, {
      [`main.${extension}`]: extension === "cjs" ? `require("./a.cjs");` : `import "./a.mjs";`,
      [name]: a,
    });
    for (const times of [1, 2]) await save({ [name]: `throw new Error("failure ${times}");` });
    const accepting = `say(JSON.stringify(${hot}.data)); ${hot}.accept();`;
    await save({ [name]: accepting });
    assert.deepEqual(said(), ['{"store":{"failures":2},"once":23,"own":"handler"}']);
    // What dispose handlers put there is for the next version alone, what others write there stays.
    await save({ [name]: `${accepting} // once more` });
    assert.deepEqual(said(), ['{"once":23,"own":"handler"}']);
  });
}

for (const [what, accepting] of [
  [
    "of an import",
    `import "./b.mjs"; import.meta.hot.accept("./b.mjs", again); function again() { say("told"); hot.accept("./b.mjs", () => say("later")); }`,
  ],
  [
    "of itself",
    `import "./b.mjs"; import.meta.hot.accept(again); function again() { say("told"); hot.accept(() => say("later")); }`,
  ],
]) {
  test(`a handler ${what} that accepts again is called once`, async (t) => {
    const { said, save } = await hotProgram(t, {
      "main.mjs": `import "./a.mjs";`,
      "a.mjs": `const { hot } = import.meta; ${accepting}`,
      "b.mjs": "",
    });
    assert.equal((await save({ "b.mjs": "//" })).type, "accepted");
    assert.deepEqual(said(), ["told"]);
  });
}

for (const [hot, again] of [
  ["module.hot", "start();"],
  ["module.hot", "setImmediate(start);"],
  ["import.meta.webpackHot", "setImmediate(start);"],
  ["import.meta.hot", "start();"],
  ["import.meta.hot", "return turn().then(start);"],
]) {
  test(`what a handler of ${hot} does again takes the place of what it did before: ${again}`, async (t) => {
    const extension = hot === "module.hot" ? "cjs" : "mjs";
    const { ask, said, save } = await hotProgram(t, {
      [`main.${extension}`]: `
        ${hot === "module.hot" ? `require("./a.cjs"), require("./b.cjs");` : `import "./a.cjs"; import "./b.cjs";`}
        const turn = () => new Promise((resolve) => setImmediate(resolve));
        let started = 0;
        function start() {
          started += 1;
          ${hot}.accept("./a.cjs", () => { say("a"); ${again} });
          ${hot}.accept(["./b.cjs"], (them) => { say("b", them.length); ${again} });
        }
        start();
        // Others are told, too, as before.
        for (const name of ["one", "two"]) ${hot}.accept("./a.cjs", () => say(name));
        globalThis.started = (wanted) => turn().then(() => (started < wanted ? globalThis.started(wanted) : started));`,
      "a.cjs": "",
      "b.cjs": "",
    });
    for (const [times, name, told] of /** @type {const} */ ([
      [2, "a.cjs", "a one two"],
      [3, "b.cjs", "b 1"],
      [4, "a.cjs", "one two a"],
      [5, "a.cjs", "one two a"],
    ])) {
      await save({ [name]: `// ${times}` });
      assert.equal(await ask(`started(${times})`), String(times));
      assert.equal(said().join(" "), told);
    }
  });
}

test("… but of what bind() gives, which all has one text, only that of the same function", async (t) => {
  const { said, save } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs"; const { hot } = import.meta; let hasMore = false;
      const first = (it) => say("first", it), second = (it) => { say("second", it); hot.accept("./a.mjs", second.bind(null, it + 1)); };
      hot.accept("./a.mjs", first.bind(null, 0));
      hot.accept("./a.mjs", () => { if (!hasMore) hot.accept("./a.mjs", second.bind(null, 1)); hasMore = true; });`,
    "a.mjs": "",
  });
  for (const [times, expected] of [["first 0"], ["first 0", "second 1"], ["first 0", "second 2"]].entries()) {
    await save({ "a.mjs": `// ${times}` });
    assert.deepEqual(said(), expected);
  }
});

test("what a dispose handler writes into import.meta.hot.data is there for the next versions, or gone", async (t) => {
  const a = (/** @type {string} */ written) => `
    const { data } = import.meta.hot;
    say(JSON.stringify(data));
    import.meta.hot.dispose((given) => { ${written} });
    import.meta.hot.accept();`;
  const { said, save } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs";`,
    "a.mjs": a("data.x = 1; data.y = 1;"),
  });
  said();
  for (const [written, had] of [
    ["data.x = 2; data.z = 3; given.z = 4;", { x: 1, y: 1 }],
    ["delete data.x; given.once = 5;", { x: 2, y: 1, z: 4 }],
    ["", { y: 1, once: 5 }],
    ["void 0;", { y: 1 }],
  ]) {
    await save({ "a.mjs": a(/** @type {string} */ (written)) });
    assert.deepEqual(said(), [JSON.stringify(had)]);
  }
});

for (const extension of ["cjs", "mjs"]) {
  test(`.${extension}: what a version writes into its data, after the next one has thrown, is there for the one after`, async (t) => {
    const hot = extension === "cjs" ? "module.hot" : "import.meta.hot";
    const a = `say(JSON.stringify(${hot}.data)); ${hot}.accept();`;
    const name = `a.${extension}`;
    const { ask, said, save } = await hotProgram(t, {
      [`main.${extension}`]: extension === "cjs" ? `require("./a.cjs");` : `import "./a.mjs";`,
      [name]: `${a} Object.assign(${hot}.data, { x: 1, y: 1, z: 1 }); ${hot}.dispose((data) => { data.given = 1; });
        globalThis.write = () => { const { data } = ${hot}; data.x = 2; delete data.y; data.more = 3; };`,
    });
    assert.equal((await save({ [name]: `${a} throw new Error("bad");` })).type, "evaluationError");
    assert.deepEqual(said(), ['{"x":1,"y":1,"z":1,"given":1}']);
    await ask("write()");
    // The mistake again: what was written is handed on to each.
    await save({ [name]: `${a} throw new Error("worse");` });
    await ask("write()");
    await save({ [name]: a });
    assert.deepEqual(said(), ['{"x":2,"z":1,"given":1,"more":3}']);
  });
}

test("what a version takes out of its data, after the next one has thrown, is not what its dispose handlers have put there", async (t) => {
  const a = (/** @type {number} */ v) => `const { hot } = import.meta; say(${v}, hot.data.state);
    globalThis.consume = () => { const { state } = hot.data; delete hot.data.state; return state; };
    hot.dispose((data) => { data.state = "of ${v}"; }); hot.accept();`;
  const { ask, said, save } = await hotProgram(t, { "main.mjs": `import "./a.mjs";`, "a.mjs": a(1) });
  await save({ "a.mjs": a(2) });
  await save({ "a.mjs": `throw new Error("3");` });
  assert.equal(await ask("consume()"), "of 1");
  await save({ "a.mjs": a(4) });
  assert.deepEqual(said(), ["4 of 2"]);
});

test("a prune handler gets what the dispose handlers have put there, whichever was added first", async (t) => {
  const { said, save } = await hotProgram(t, {
    "main.mjs": `import "./a.mjs";`,
    "a.mjs": `import "./b.mjs"; import.meta.hot.accept();`,
    "b.mjs": `const { hot } = import.meta; hot.data.own = 1;
      hot.prune((data) => say("first", JSON.stringify(data)));
      hot.dispose((data) => { say("disposed"); data.timer = 2; });
      hot.prune((data) => say("second", JSON.stringify(data)));`,
  });
  await save({ "a.mjs": "import.meta.hot.accept();" });
  assert.deepEqual(said(), ["disposed", `second {"own":1,"timer":2}`, `first {"own":1,"timer":2}`]);
});

test("as in Vite, null and false are no callback of accept()", async (t) => {
  const a = (/** @type {number} */ v) => `export const v = ${v}; import.meta.hot.accept(null);`;
  const { ask, save } = await hotProgram(t, {
    "main.mjs": `import { v } from "./a.mjs"; import "./b.mjs"; import "./c.mjs"; import "./d.mjs";
      globalThis.seen = () => v; import.meta.hot.accept("./b.mjs", null); import.meta.hot.accept(["./c.mjs"], false);`,
    "a.mjs": a(1),
    "b.mjs": "",
    "c.mjs": "",
    "d.mjs": `import.meta.hot.accept(false, null); import.meta.hot.acceptExports("x", null);`,
  });
  const { acceptedBy } = await save({ "a.mjs": a(2) });
  assert.deepEqual(acceptedBy, ["a.mjs"]);
  assert.equal(await ask("seen()"), "2");
  for (const [name, by] of [
    ["b.mjs", "main.mjs"],
    ["c.mjs", "main.mjs"],
    ["d.mjs", "d.mjs"],
  ])
    assert.deepEqual((await save({ [name]: "// saved" })).acceptedBy, [by]);
});

test("as in Vite, send() gives a promise", async (t) => {
  const { ask } = await hotProgram(t, {
    "main.mjs": `globalThis.send = () => import.meta.hot.send("app:ping").then(() => "sent");`,
  });
  assert.equal(await ask("send()"), "sent");
});

for (const [extension, add] of [
  ["cjs", "addStatusHandler"],
  ["mjs", "addStatusHandler"],
  ["cjs", "status"],
]) {
  test(`.${extension}: as in webpack, an update waits for what ${add}() is given`, async (t) => {
    const hot = extension === "cjs" ? "module.hot" : "import.meta.webpackHot";
    const { said, save } = await hotProgram(t, {
      [`main.${extension}`]: `${extension === "cjs" ? `require("./a.cjs")` : `import "./a.cjs"`};
        const turn = () => new Promise((resolve) => setImmediate(resolve));
        ${hot}.${add}(async (status) => {
          for (let turns = 0; turns < 20; turns++) await turn();
          say(status, ${hot}.status());
        });
        ${hot}.accept("./a.cjs", () => say("told"));
        ${hot}.on("afterUpdate", () => say("after"));`,
      "a.cjs": "",
    });
    await save({ "a.cjs": `say("evaluated");` });
    assert.deepEqual(said(), ["apply apply", "evaluated", "told", "idle idle", "after"]);
  });
}

test("as in webpack, status() takes null and false for no handler", async (t) => {
  const { ask } = await hotProgram(t, {
    "main.cjs": "globalThis.statuses = () => [undefined, null, false].map((it) => module.hot.status(it));",
  });
  assert.equal(await ask("statuses()"), "idle,idle,idle");
});
