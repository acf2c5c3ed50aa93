// @ts-check

// The module graph, drawn by Cytoscape.

import cytoscape from "cytoscape";
import { styleOf } from "./drawing-style.mjs";
import { layout } from "./layout.mjs";
import { importsOf, shortNames } from "./model.mjs";
import { statusOf } from "./words.mjs";

/** @typedef {import("../runtime/inspect/wire").WireModule} WireModule */
/** @typedef {import("./model.mjs").Model} Model */

/** Modules from which on every frame counts. */
const MANY = 400;
/** Milliseconds for which what was evaluated is marked. */
const FRESH = 4000;
const LONGEST = 26;

export class Drawing {
  #container;
  #choose;
  /** @type {cytoscape.Core | null} */
  #graph = null;
  /** @type {Model | null} */
  #model = null;
  /** @type {string | null} */
  #chosen = null;
  #onlyAround = false;
  /** What is drawn, and where: nodes and edges. */
  #shape = "";
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #fresh = new Map();

  /** @param {HTMLElement} container @param {(name: string | null) => void} choose */
  constructor(container, choose) {
    this.#container = container;
    this.#choose = choose;
    // It moves and zooms by keys.
    container.tabIndex = 0;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#graph?.style(styleOf());
    });
    container.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Model} model */
  show(model) {
    this.#model = model;
    this.#draw();
  }

  /** @param {string | null} name */
  chosen(name) {
    this.#chosen = name;
    this.#draw();
    const node = name === null ? undefined : this.#graph?.getElementById(name);
    if (!node || node.empty() || !this.#graph || this.#onlyAround) return;
    const { x1, y1, x2, y2 } = this.#graph.extent();
    const { x, y } = node.position();
    if (x < x1 || x > x2 || y < y1 || y > y2) this.#graph.center(node);
  }

  /** @param {boolean} onlyAround only what is connected with the chosen module */
  restrict(onlyAround) {
    this.#onlyAround = onlyAround;
    this.#draw();
  }

  /** What was evaluated just now. @param {string[]} names */
  flash(names) {
    for (const name of names) {
      clearTimeout(this.#fresh.get(name));
      this.#fresh.set(
        name,
        setTimeout(() => {
          this.#fresh.delete(name);
          this.#graph?.getElementById(name).removeClass("fresh");
        }, FRESH),
      );
      this.#graph?.getElementById(name).addClass("fresh");
    }
  }

  #names() {
    const model = /** @type {Model} */ (this.#model);
    if (!this.#onlyAround || this.#chosen === null || !model.modules.has(this.#chosen)) {
      return [...model.modules.keys()];
    }
    const around = model.around(this.#chosen);
    return [...model.modules.keys()].filter((name) => around.has(name));
  }

  #draw() {
    if (!this.#model) return;
    const { modules } = this.#model;
    const shown = new Set(this.#names());
    const edges = [...shown].flatMap((name) =>
      [...importsOf(/** @type {WireModule} */ (modules.get(name)))].flatMap((to) =>
        shown.has(to) && to !== name ? [[name, to]] : [],
      ),
    );
    const shape = JSON.stringify([...shown, edges]);
    if (shape !== this.#shape || !this.#graph) this.#rebuild(shown, edges);
    this.#shape = shape;
    this.#refresh();
    const what = `The module graph: ${shown.size} modules, ${edges.length} imports. `;
    this.#container.setAttribute(
      "aria-label",
      `${what}The list of modules and the details of a module say the same. Arrow keys move it, plus and minus zoom, 0 shows all.`,
    );
  }

  /** @param {Set<string>} shown @param {string[][]} edges */
  #rebuild(shown, edges) {
    const { modules } = /** @type {Model} */ (this.#model);
    const labels = shortNames(shown);
    const nodes = [...shown].map((name) => {
      const full = labels.get(name) ?? name;
      const label = full.length > LONGEST ? `…${full.slice(1 - LONGEST)}` : full;
      const { cycle, imports, dynamicImports } = /** @type {WireModule} */ (modules.get(name));
      const all = [...new Set([...imports, ...dynamicImports])];
      return { id: name, label, width: Math.max(64, label.length * 7.4 + 26), cycle, imports: all };
    });
    const places = layout(nodes);
    const isMany = nodes.length > MANY;
    const before = this.#graph;
    const view = before && { zoom: before.zoom(), pan: before.pan(), count: before.nodes().length };
    before?.destroy();
    this.#graph = cytoscape({
      container: this.#container,
      elements: [
        ...nodes.map(({ id, label, width }) => ({
          group: /** @type {const} */ ("nodes"),
          data: { id, label, width },
          position: places.get(id),
        })),
        ...edges.map(([source, target]) => ({
          group: /** @type {const} */ ("edges"),
          data: { id: `${source}\n${target}`, source, target },
        })),
      ],
      style: styleOf(isMany),
      layout: { name: "preset", fit: true, padding: 24 },
      minZoom: 0.02,
      maxZoom: 2.5,
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: "single",
      // What costs time with many modules.
      hideEdgesOnViewport: isMany,
      textureOnViewport: isMany,
      ...(isMany && { pixelRatio: 1 }),
    });
    this.#graph.on("tap", (event) => {
      this.#choose(
        event.target === this.#graph ? null : (event.target.isNode?.() && event.target.id()) || null,
      );
    });
    // Few changes of shape are worth losing one's place.
    if (view && Math.abs(view.count - nodes.length) < view.count / 4 && !this.#onlyAround) {
      this.#graph.viewport({ zoom: view.zoom, pan: view.pan });
    } else this.fit();
  }

  /** Colours and marks. */
  #refresh() {
    const graph = this.#graph;
    if (!graph || !this.#model) return;
    const { modules } = this.#model;
    const chosen = this.#chosen === null ? undefined : modules.get(this.#chosen);
    const way = chosen?.change.way ?? [];
    const near = chosen && this.#model.around(chosen.name);
    graph.batch(() => {
      for (const node of graph.nodes().toArray()) {
        const module = modules.get(node.id());
        if (!module) continue;
        const classes = [
          statusOf(module).tone,
          module.isRoot && "root",
          module.isBoundary && "boundary",
          module.acceptsItself && "itself",
          module.cycle !== undefined && "cycle",
          module === chosen && "chosen",
          way.includes(module.name) && "way",
          near && !near.has(module.name) && "faded",
          this.#fresh.has(module.name) && "fresh",
        ];
        node.classes(classes.flatMap((it) => it || []));
      }
      for (const edge of graph.edges().toArray()) {
        const [source, target] = edge.id().split("\n");
        const from = modules.get(source);
        const to = modules.get(target);
        if (!from || !to) continue;
        const classes = [
          !from.imports.includes(target) && "dynamic",
          from.accepts.includes(target) && "accepts",
          from.cycle !== undefined && from.cycle === to.cycle && "cycle",
          isStep(way, source, target) && "way",
          near && !(near.has(source) && near.has(target)) && "faded",
        ];
        edge.classes(classes.flatMap((it) => it || []));
      }
    });
  }

  fit() {
    this.#graph?.fit(undefined, 24);
    // Few modules are no reason for letters as large as a hand.
    if (this.#graph && this.#graph.zoom() > 1.1) {
      this.#graph.zoom(1.1);
      this.#graph.center();
    }
  }

  /** @param {number} factor */
  zoom(factor) {
    const { clientWidth, clientHeight } = this.#container;
    const middle = { x: clientWidth / 2, y: clientHeight / 2 };
    this.#graph?.zoom({ level: this.#graph.zoom() * factor, renderedPosition: middle });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 60;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this.#graph?.panBy({ x: step, y: 0 }),
      ArrowRight: () => this.#graph?.panBy({ x: -step, y: 0 }),
      ArrowUp: () => this.#graph?.panBy({ x: 0, y: step }),
      ArrowDown: () => this.#graph?.panBy({ x: 0, y: -step }),
      "+": () => this.zoom(1.25),
      "=": () => this.zoom(1.25),
      "-": () => this.zoom(0.8),
      0: () => this.fit(),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    keys[event.key]();
    event.preventDefault();
  }

  /** How many nodes are drawn, for tests. */
  get size() {
    return this.#graph?.nodes().length ?? 0;
  }
}

/** @param {string[]} way @param {string} source @param {string} target */
const isStep = (way, source, target) =>
  way.some((name, place) => name === source && way[place + 1] === target);
