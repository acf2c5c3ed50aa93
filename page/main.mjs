// @ts-check

// What is told, to what is shown.

import { details } from "./details.mjs";
import { byId, element, setText } from "./dom.mjs";
import { Drawing } from "./drawing.mjs";
import { Model } from "./model.mjs";
import { Timeline } from "./timeline.mjs";
import { Tree } from "./tree.mjs";
import { sentenceOf, some, stateWord } from "./words.mjs";

/** @type {Model | null} */
let model = null;
/** @type {string | null} */
let chosen = null;
let isConnected = false;

const tree = new Tree(byId("tree"), choose);
const timeline = new Timeline(byId("entries"), choose);
const drawing = new Drawing(byId("canvas"), choose);

/** @param {string | null} name */
function choose(name) {
  chosen = name;
  tree.chosen(name);
  drawing.chosen(name);
  showDetails();
}

function showDetails() {
  if (model) byId("details").replaceChildren(...details(model, chosen, choose));
}

let isDue = false;

/** Patches come in bursts: one look at them a frame is enough. */
function showSoon() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    show();
  });
}

function show() {
  showProgram();
  if (!model) return;
  tree.show(model);
  drawing.show(model);
  timeline.show(model);
  showDetails();
  const { modules, inPlace, boundaries, cycles } = model.counts();
  const parts = [
    some(modules, "module"),
    `${inPlace.toLocaleString("en")} reload in place`,
    boundaries > 0 && some(boundaries, "boundary", "boundaries"),
    cycles > 0 && some(cycles, "import cycle"),
  ].flatMap((it) => it || []);
  const now = parts.map((part) => element("li", {}, part));
  if (byId("counts").textContent !== parts.join("")) byId("counts").replaceChildren(...now);
  byId("no-entries").hidden = model.entries.length > 0;
  byId("no-modules").hidden = modules > 0;
  showFit();
}

function showProgram() {
  const { script, pid, node, state, showsSource } = model?.program ?? {};
  const word = isConnected && state ? stateWord(state) : stateWord("lost");
  setText(byId("state"), word);
  byId("state").className = `state ${isConnected ? state : "lost"}`;
  if (!model) return;
  setText(byId("script"), String(script));
  setText(byId("process"), `process ${pid}, Node.js ${node}${showsSource ? ", shows source" : ""}`);
  document.title = `${script} · heatsync`;
}

function connect() {
  const source = new EventSource("events");
  /** @param {string} event @param {(data: any) => void} listener */
  const on = (event, listener) => {
    source.addEventListener(event, (message) => {
      isConnected = true;
      listener(JSON.parse(message.data));
      showSoon();
    });
  };
  on("state", (state) => {
    timeline.clear();
    model = new Model(state);
  });
  on("program", (program) => {
    if (model) model.program = program;
  });
  on("patch", (patch) => model?.patch(patch));
  on("entry", (entry) => {
    model?.entry(entry);
    drawing.flash(entry.evaluated);
    setText(byId("news"), sentenceOf(entry));
  });
  source.addEventListener("error", () => {
    isConnected = false;
    showSoon();
  });
}

/** @type {{ query: string, onlyRestarts: boolean }} */
const view = { query: "", onlyRestarts: false };

function showFit() {
  const count = tree.filter(view);
  const isAll = view.query === "" && !view.onlyRestarts;
  setText(byId("found"), isAll ? "" : `${some(count, "module")} found`);
}

const search = /** @type {HTMLInputElement} */ (byId("search"));
search.addEventListener("input", () => {
  view.query = search.value;
  showFit();
});
search.addEventListener("keydown", ({ key }) => {
  if (key === "ArrowDown" || key === "Enter") tree.focusFirst();
});
const onlyRestarts = /** @type {HTMLInputElement} */ (byId("only-restarts"));
onlyRestarts.addEventListener("change", () => {
  view.onlyRestarts = onlyRestarts.checked;
  showFit();
});
const onlyAround = /** @type {HTMLInputElement} */ (byId("only-around"));
onlyAround.addEventListener("change", () => drawing.restrict(onlyAround.checked));
byId("fit").addEventListener("click", () => drawing.fit());
byId("zoom-in").addEventListener("click", () => drawing.zoom(1.25));
byId("zoom-out").addEventListener("click", () => drawing.zoom(0.8));

document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (event.key === "/" && !isTyping) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "Escape") {
    if (isTyping && search.value !== "") {
      search.value = "";
      view.query = "";
      showFit();
    } else choose(null);
  }
});

connect();
show();
