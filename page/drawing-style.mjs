// @ts-check

// How the graph looks, in the colours of base.css.

/** @param {boolean} [isMany] edges are drawn in the fastest way @returns {import("cytoscape").StylesheetJson} */
export function styleOf(isMany = styleOf.isMany) {
  styleOf.isMany = isMany;
  const values = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => values.getPropertyValue(`--${name}`).trim();
  const tone = (/** @type {string} */ name) => ({
    "background-color": colour(`${name}-soft`),
    "border-color": colour(name),
  });
  return /** @type {any} */ ([
    {
      selector: "node",
      style: {
        shape: "round-rectangle",
        width: "data(width)",
        height: 28,
        label: "data(label)",
        "font-size": 12,
        "font-family": values.fontFamily,
        "text-valign": "center",
        "text-halign": "center",
        "min-zoomed-font-size": 6,
        color: colour("text"),
        "border-width": 1.5,
        "overlay-opacity": 0,
        "transition-duration": 0,
        ...tone("plain"),
      },
    },
    { selector: "node.live", style: tone("live") },
    // Not by colour alone.
    { selector: "node.restart", style: { ...tone("restart"), "border-style": "dashed" } },
    { selector: "node.bad", style: { ...tone("bad"), "border-style": "dotted", "border-width": 2.5 } },
    { selector: "node.boundary", style: { "border-style": "double", "border-width": 5 } },
    { selector: "node.itself", style: { "border-width": 3 } },
    { selector: "node.root", style: { shape: "cut-rectangle", "font-weight": "bold" } },
    {
      selector: "edge",
      style: {
        width: isMany ? 1 : 1.4,
        "line-color": colour("edge"),
        "target-arrow-color": colour("edge"),
        ...(isMany
          ? { "curve-style": "haystack", "haystack-radius": 0 }
          : {
              "curve-style": "straight",
              "source-endpoint": "outside-to-node",
              "target-endpoint": "outside-to-node",
              "target-arrow-shape": "triangle",
              "arrow-scale": 0.8,
            }),
        "overlay-opacity": 0,
      },
    },
    { selector: "edge.dynamic", style: { "line-style": "dashed" } },
    {
      selector: "edge.accepts",
      style: { "line-color": colour("live"), "target-arrow-color": colour("live") },
    },
    {
      selector: "edge.cycle",
      style: { "line-color": colour("cycle"), "target-arrow-color": colour("cycle") },
    },
    { selector: ".faded", style: { opacity: 0.18 } },
    {
      selector: "edge.way",
      style: {
        width: 3,
        "line-color": colour("restart"),
        "target-arrow-color": colour("restart"),
        opacity: 1,
      },
    },
    { selector: "node.way", style: { "border-width": 3 } },
    {
      selector: "node.fresh",
      style: { "background-color": colour("live"), color: colour("panel"), "border-color": colour("live") },
    },
    {
      selector: "node.chosen",
      style: {
        "outline-color": colour("accent"),
        "outline-width": 3,
        "outline-offset": 3,
        "font-weight": "bold",
      },
    },
  ]);
}
styleOf.isMany = false;
