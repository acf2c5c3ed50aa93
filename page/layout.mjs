// @ts-check

// (modules and who imports whom) → where they are drawn: importers left of what they import, members of a cycle in one
// column, few crossings. Pure, and linear enough for thousands of modules, which general graph layouts are not.

/**
 * @typedef {object} Placed
 * @property {string} id
 * @property {number} width
 * @property {string[]} imports
 * @property {string | number} [cycle] members of one have the same
 */

const ROW = 44;
const GAP = 72;
/** Between columns of one layer. */
const NARROW = 20;
/** How often the order in columns is improved. */
const SWEEPS = 6;

/**
 * @param {Placed[]} nodes
 * @returns {Map<string, { x: number, y: number }>} the middles of nodes
 */
export function layout(nodes) {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const imports = new Map(
    nodes.map(({ id, imports: all }) => [id, all.filter((it) => known.has(it) && it !== id)]),
  );
  /** @type {Map<string, string[]>} */
  const importers = new Map(nodes.map(({ id }) => [id, []]));
  for (const [id, all] of imports) for (const it of all) importers.get(it)?.push(id);
  const layers = layersOf(nodes, imports);
  order(layers, imports, importers, new Map(nodes.map(({ id, cycle }) => [id, cycle])));
  return coordinates(layers, known, nodes.length);
}

/**
 * Each as far right as its longest way from the left.
 * @param {Placed[]} nodes
 * @param {Map<string, string[]>} imports
 * @returns {string[][]}
 */
function layersOf(nodes, imports) {
  const keyOf = new Map(nodes.map(({ id, cycle }) => [id, cycle === undefined ? `m ${id}` : `c ${cycle}`]));
  const key = (/** @type {string} */ id) => /** @type {string} */ (keyOf.get(id));
  /** @type {Map<string, Set<string>>} */
  const below = new Map(nodes.map(({ id }) => [key(id), new Set()]));
  /** @type {Map<string, number>} */
  const waiting = new Map([...below.keys()].map((it) => [it, 0]));
  for (const [id, all] of imports) {
    const own = below.get(key(id));
    for (const other of all.map(key)) {
      if (other === key(id) || own?.has(other)) continue;
      own?.add(other);
      waiting.set(other, (waiting.get(other) ?? 0) + 1);
    }
  }
  /** @type {Map<string, number>} */
  const depth = new Map();
  const open = [...waiting].flatMap(([it, count]) => (count === 0 ? it : []));
  for (const it of open) depth.set(it, 0);
  for (const it of open) {
    for (const other of below.get(it) ?? []) {
      depth.set(other, Math.max(depth.get(other) ?? 0, (depth.get(it) ?? 0) + 1));
      const left = (waiting.get(other) ?? 0) - 1;
      waiting.set(other, left);
      if (left === 0) open.push(other);
    }
  }
  /** @type {string[][]} */
  const layers = [];
  // By name at first: files of one folder stay together where nothing else says otherwise.
  for (const id of nodes.map((node) => node.id).sort()) {
    const layer = depth.get(key(id)) ?? 0;
    layers[layer] ??= [];
    layers[layer].push(id);
  }
  return Array.from(layers, (layer) => layer ?? []);
}

/**
 * Barycenters: each as near as can be to the middle of its neighbours in the columns beside it.
 * @param {string[][]} layers
 * @param {Map<string, string[]>} imports
 * @param {Map<string, string[]>} importers
 * @param {Map<string, string | number | undefined>} cycles their members stay together
 */
function order(layers, imports, importers, cycles) {
  /** From 0 to 1. @type {Map<string, number>} */
  const heights = new Map();
  const note = (/** @type {string[]} */ layer) => {
    layer.forEach((id, place) => {
      heights.set(id, (place + 0.5) / layer.length);
    });
  };
  for (const layer of layers) note(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const neighbours = isDown ? importers : imports;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      const middles = new Map(
        layer.map((id) => {
          const those = neighbours.get(id) ?? [];
          const sum = those.reduce((total, it) => total + (heights.get(it) ?? 0), 0);
          return [id, those.length > 0 ? sum / those.length : (heights.get(id) ?? 0)];
        }),
      );
      const units = unitsOf(layer, middles, cycles);
      const middle = (/** @type {string} */ id) => units.get(cycles.get(id) ?? id) ?? 0;
      const unit = (/** @type {string} */ id) => String(cycles.get(id) ?? id);
      layer.sort((a, b) => middle(a) - middle(b) || (unit(a) < unit(b) ? -1 : unit(a) > unit(b) ? 1 : 0));
      note(layer);
    }
  }
}

/**
 * The middle of each cycle, or of a module that is in none.
 * @param {string[]} layer
 * @param {Map<string, number>} middles
 * @param {Map<string, string | number | undefined>} cycles
 */
function unitsOf(layer, middles, cycles) {
  /** @type {Map<string | number, number[]>} */
  const all = new Map();
  for (const id of layer) {
    const unit = cycles.get(id) ?? id;
    all.set(unit, [...(all.get(unit) ?? []), middles.get(id) ?? 0]);
  }
  return new Map([...all].map(([unit, of]) => [unit, of.reduce((a, b) => a + b, 0) / of.length]));
}

/**
 * @param {string[][]} layers
 * @param {Map<string, Placed>} known
 * @param {number} count
 */
function coordinates(layers, known, count) {
  // Many leaves of one importer would be a line a mile high: a layer may have several columns.
  const rows = Math.max(12, Math.ceil(Math.sqrt(count) * 1.7));
  /** @type {Map<string, { x: number, y: number }>} */
  const found = new Map();
  let left = 0;
  for (const layer of layers) {
    const columns = Math.ceil(layer.length / rows);
    const height = Math.ceil(layer.length / columns);
    for (let column = 0; column < columns; column++) {
      const ids = layer.slice(column * height, (column + 1) * height);
      const width = Math.max(...ids.map((id) => known.get(id)?.width ?? 0));
      ids.forEach((id, row) => {
        found.set(id, { x: left + width / 2, y: (row - (ids.length - 1) / 2) * ROW });
      });
      left += width + NARROW;
    }
    left += GAP - NARROW;
  }
  return found;
}
