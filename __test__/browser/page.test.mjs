// The page of `heatsync inspect` in a browser: what is drawn and said, by mouse and keyboard, in light and dark. Needs the path of a
// Chromium in HEATSYNC_BROWSER; `npm test` finds it. HEATSYNC_SCREENSHOTS=<folder> keeps pictures.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { pageUrl } from "../support/page.mjs";
import { runnerProject } from "../support/runner.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.HEATSYNC_BROWSER,
    // Chromium has no sandbox for root, who runs most containers.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
});
after(() => browser?.close());

const shop = {
  "package.json": { type: "module" },
  "main.js": `import { handle } from "./src/app.js";\nimport "./src/database.js";\nimport.meta.hot?.accept("./src/app.js");\nsetInterval(() => {}, 1000);\n`,
  "src/app.js": `import { list } from "./routes/orders.js";\nimport "./routes/users.js";\nimport "./text.js";\nexport const handle = list;\n`,
  "src/routes/orders.js": `import { format } from "./users.js";\nimport { price } from "../price.js";\nexport const list = () => format(price);\nexport const name = "orders";\n`,
  "src/routes/users.js": `import * as orders from "./orders.js";\nexport const format = (value) => [orders, value];\n`,
  "src/price.js": `export const price = 1;\nimport.meta.hot?.accept();\n`,
  "src/text.js": `import settings from "./settings.json" with { type: "json" };\nexport const text = settings;\n`,
  "src/settings.json": { colour: "green" },
  "src/database.js": `import "./secrets.js";\nimport.meta.hot?.decline();\nexport const pool = {};\n`,
  "src/secrets.js": "export {};\n",
};

/**
 * A program with its page open.
 * @param {import("node:test").TestContext} t
 * @param {Record<string, string | object>} [files]
 * @param {{ words?: string[], theme?: "light" | "dark", width?: number, height?: number }} [options]
 */
async function open(t, files = shop, { words = [], theme = "light", width = 1440, height = 900 } = {}) {
  const { project, start } = runnerProject(t, files);
  const program = start(["inspect", ...words, "main.js"]);
  const url = await pageUrl(program);
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height } });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  /** @type {string[]} */
  const wrong = [];
  page.on("console", (message) => {
    // What the test itself does to the program shows here, too.
    if (message.type() === "error" && !/ERR_CONNECTION|ERR_INCOMPLETE/.test(message.text()))
      wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) wrong.push(`asked for ${request.url()}`);
  });
  await page.goto(url);
  // Violations of the content security policy are errors of the console.
  t.after(() => assert.deepEqual(wrong, []));
  return { project, program, page, url };
}

/** @param {import("playwright-core").Page} page @param {string} name */
async function picture(page, name) {
  const folder = process.env.HEATSYNC_SCREENSHOTS;
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/** @param {import("playwright-core").Page} page @param {string} name */
const treeItem = (page, name) => page.getByRole("treeitem", { name });

/** What the drawing says of itself. @param {import("playwright-core").Page} page @param {RegExp} wanted */
async function label(page, wanted, isWanted = true) {
  const end = Date.now() + 20_000;
  for (;;) {
    const text = (await page.locator("#canvas").getAttribute("aria-label")) ?? "";
    if (wanted.test(text) === isWanted) return;
    assert.ok(Date.now() < end, `the drawing says ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** @param {import("playwright-core").Page} page */
const entries = (page) => page.locator("#entries > li");

/** How much of the drawing is not background. @param {import("playwright-core").Page} page */
const drawn = (page) =>
  page.evaluate(() => {
    let count = 0;
    for (const canvas of document.querySelectorAll("#canvas canvas")) {
      const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
      const context = /** @type {HTMLCanvasElement} */ (canvas).getContext("2d");
      const { data } = /** @type {CanvasRenderingContext2D} */ (context).getImageData(0, 0, width, height);
      for (let at = 3; at < data.length; at += 4) if (data[at] > 0) count++;
    }
    return count;
  });

/** @param {import("playwright-core").Page} page */
async function accessibilityProblems(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await /** @type {any} */ (window).axe.run(document);
    return violations.map(
      (/** @type {any} */ it) =>
        `${it.id}: ${it.nodes.map((/** @type {any} */ node) => node.html).join(" ")}`,
    );
  });
}

describe("the graph", () => {
  it("is drawn, and said in the list of modules", async (t) => {
    const { page } = await open(t);
    await treeItem(page, "secrets.js").waitFor();
    const canvas = page.locator("#canvas");
    await label(page, /: 9 modules, 10 imports/);
    assert.ok((await drawn(page)) > 5_000);
    assert.match((await page.locator("#counts").textContent()) ?? "", /9 modules.*1 import cycle/);
    assert.match((await treeItem(page, "orders.js").textContent()) ?? "", /reloads in place.*in a cycle/);
    assert.match((await treeItem(page, "database.js").textContent()) ?? "", /declined/);
    assert.match((await treeItem(page, "main.js").textContent()) ?? "", /needs a full reload, root/);
    // By mouse: somewhere in the drawing there is a module.
    await treeItem(page, "price.js").click();
    assert.match((await page.locator("#details").textContent()) ?? "", /applied in place.*It accepts itself/);
    await page.getByLabel("only around the chosen module").check();
    await label(page, /: 5 modules/);
    await page.getByLabel("only around the chosen module").uncheck();
    await label(page, /: 9 modules/);
    await page.getByRole("button", { name: "Show all" }).click();
    await picture(page, "graph-light");
    const box = /** @type {{ x: number, y: number, width: number, height: number }} */ (
      await canvas.boundingBox()
    );
    await page.mouse.click(box.x + box.width - 3, box.y + 3);
    assert.match((await page.locator("#details").textContent()) ?? "", /^Choose a module/);
    let chosen = "";
    for (let x = box.x + 20; x < box.x + box.width && !chosen; x += 30) {
      await page.mouse.click(x, box.y + box.height / 2);
      chosen = (await page.locator("#details .module-name").count()) ? "yes" : "";
    }
    assert.equal(chosen, "yes", "a click on a module chooses it");
  });

  it("says why a chosen file would need a full reload", async (t) => {
    const { page } = await open(t);
    await treeItem(page, "secrets.js").click();
    const details = page.locator("#details");
    assert.match(
      (await details.textContent()) ?? "",
      /A change restarts the program\..*src\/database\.js would be evaluated anew, and declined/,
    );
    assert.deepEqual(await details.locator(".way .name").allTextContents(), [
      "src/database.js",
      "src/secrets.js",
    ]);
    await details.getByRole("button", { name: "main.js" }).first().isHidden();
    await details.locator(".way button").first().click();
    assert.equal(await details.locator(".module-name").textContent(), "src/database.js");
    await treeItem(page, "text.js").click();
    assert.match(
      (await details.textContent()) ?? "",
      /A change evaluates \(2\).*src\/text\.js.*src\/app\.js.*And tells \(1\)main\.js|A change evaluates/,
    );
  });
});

describe("the updates", () => {
  it("show an edit at once, with what was evaluated, and errors with their place", async (t) => {
    const { page, project } = await open(t, shop, { words: ["--page-source"] });
    await treeItem(page, "price.js").waitFor();
    project.write("src/price.js", `export const price = 2;\nimport.meta.hot?.accept();\n`);
    const live = entries(page).filter({ hasText: "src/price.js" }).first();
    await live.waitFor();
    assert.match((await live.textContent()) ?? "", /live.*ms.*Evaluated \(1\)/);
    assert.match(
      (await page.locator("#news").textContent()) ?? "",
      /^src\/price\.js: live, 1 evaluated, in [\d.]+ m?s$/,
    );
    await page.locator('[data-key="src/price.js"]').filter({ hasText: "v1" }).waitFor();

    project.write("src/text.js", `export const text = = 1;\n`);
    const broken = entries(page).filter({ hasText: "not updated" });
    await broken.waitFor();
    assert.match((await broken.textContent()) ?? "", /SyntaxError.*src\/text\.js:1:\d+/);
    assert.match(
      (await broken.locator("pre").first().textContent()) ?? (await broken.textContent()) ?? "",
      /text = = 1/,
    );
    project.write("src/text.js", `export const text = 1;\n`);
    await entries(page).filter({ hasText: "src/text.js" }).filter({ hasText: "live" }).waitFor();
    project.write("src/secrets.js", `export const changed = 1;\n`);
    await entries(page).filter({ hasText: "restart" }).first().waitFor();
    await page.locator(".state.running").waitFor();
    await entries(page).first().filter({ hasText: "started" }).waitFor();
    await treeItem(page, "app.js").click();
    await picture(page, "updates-light");
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  it("say that the connection is lost when the program has ended", async (t) => {
    const { page, program } = await open(t);
    await treeItem(page, "price.js").waitFor();
    program.child.kill("SIGTERM");
    await page.getByText("no connection, trying again").waitFor();
  });
});

describe("the keyboard", () => {
  it("leads from the top to a module's reasons and along its imports", async (t) => {
    const { page } = await open(t);
    await treeItem(page, "price.js").waitFor();
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute("data-key") ?? document.activeElement?.id ?? "",
      );
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "To the modules");
    await page.keyboard.press("/");
    assert.equal(await focused(), "search");
    await page.keyboard.type("user");
    await page.getByText("1 module found").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(), "src/");
    await page.keyboard.press("ArrowLeft");
    assert.equal(await page.locator('[data-key="src/"]').getAttribute("aria-expanded"), "false");
    assert.equal(await page.getByRole("treeitem").count(), 2);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(), "src/routes/");
    await page.keyboard.press("End");
    assert.equal(await focused(), "main.js");
    await page.keyboard.press("Home");
    await page.keyboard.type("sec");
    assert.equal(await focused(), "src/secrets.js");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator('[data-key="src/secrets.js"]').getAttribute("aria-selected"), "true");
    assert.match((await page.locator("#details").textContent()) ?? "", /restarts the program/);
    // Tab leaves the tree: one stop, whatever its size.
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "only-around");
    for (let stop = 0; stop < 4; stop++) await page.keyboard.press("Tab");
    assert.equal(await focused(), "canvas");
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("0");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#details .module-name").textContent(), "src/database.js");
    await page.keyboard.press("Escape");
    assert.match((await page.locator("#details").textContent()) ?? "", /^Choose a module/);
  });
});

describe("how it looks", () => {
  it("is dark where the system is, and readable in both", async (t) => {
    /** @type {string[]} */
    const backs = [];
    for (const theme of /** @type {const} */ (["light", "dark"])) {
      const { page, project } = await open(t, shop, { theme });
      await treeItem(page, "price.js").waitFor();
      project.write(
        "src/price.js",
        `export const price = 3;\nthrow new RangeError("the price is too high");\n`,
      );
      await entries(page).filter({ hasText: "RangeError" }).waitFor();
      await treeItem(page, "secrets.js").click();
      backs.push(
        await page.evaluate(
          () => getComputedStyle(document.body.querySelector(".panel") ?? document.body).backgroundColor,
        ),
      );
      assert.deepEqual(await accessibilityProblems(page), [], theme);
      await picture(page, `looks-${theme}`);
    }
    assert.equal(new Set(backs).size, 2);
  });

  it("fits a narrow window", async (t) => {
    const { page } = await open(t, shop, { width: 420, height: 800 });
    await treeItem(page, "price.js").waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await picture(page, "narrow");
  });
});

describe("2,000 modules", () => {
  it("are drawn, listed, found and chosen, and an edit among them shows", async (t) => {
    /** @type {Record<string, string | object>} */
    const files = { "package.json": { type: "module" } };
    const name = (/** @type {number} */ number) =>
      `src/area${number % 40}/part${Math.floor(number / 40) % 5}/module${number}.js`;
    for (let number = 1; number < 2000; number++) {
      const below = [number * 4, number * 4 + 1, number * 4 + 2, number * 4 + 3].filter((it) => it < 2000);
      const cross = number % 7 === 0 && number > 600 ? [number - 101] : [];
      const lines = [...below, ...cross].map((it) => `import "../../../${name(it)}";`);
      files[name(number)] = `${lines.join("\n")}\nexport const value = ${number};\n`;
    }
    files["main.js"] =
      `import "./${name(1)}";\nimport "./${name(2)}";\nimport "./${name(3)}";\nimport.meta.hot?.accept("./${name(1)}");\nsetInterval(() => {}, 1000);\n`;
    const { page, project } = await open(t, files);
    await label(page, /: 2000 modules/);
    assert.ok((await drawn(page)) > 20_000);
    await picture(page, "many");
    await page.getByLabel("Find modules").fill("module1999.js");
    await page.getByText("1 module found").waitFor();
    await treeItem(page, "module1999.js").click();
    assert.match(
      (await page.locator("#details").textContent()) ?? "",
      /A change (is applied in place|restarts)/,
    );
    await page.getByLabel("only around the chosen module").check();
    await label(page, /: 2000 modules/, false);
    await picture(page, "many-around");
    await page.getByLabel("only around the chosen module").uncheck();
    project.write(name(64), `export const value = "new";\n`);
    await entries(page)
      .filter({ hasText: name(64) })
      .first()
      .waitFor();
    await page
      .locator(`[data-key="${name(64)}"]`)
      .waitFor({ state: "detached" })
      .catch(() => {});
    await page.getByLabel("Find modules").fill("module64.js");
    await page
      .locator(`[data-key="${name(64)}"]`)
      .filter({ hasText: "v1" })
      .waitFor();
  });
});
