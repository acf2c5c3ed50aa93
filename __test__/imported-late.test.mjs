// What another thread tells of an import() is told late: who has asked may have left the graph by then.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { letGo } from "../runtime/commonjs/let-go.cjs";
import { ModuleMap } from "../runtime/esm/graph/module-map.cjs";
import { SourceTextModule } from "../runtime/esm/graph/module-record.cjs";
import { ImportedNatively } from "../runtime/esm/hooks/imported-natively.cjs";

const folder = path.dirname(fileURLToPath(import.meta.url));
const url = (/** @type {string} */ name) => pathToFileURL(path.join(folder, name)).href;

test("what has left the graph does not make what it has imported one that others import", () => {
  const imported = new ImportedNatively();
  /** @type {any} */
  const graph = { modules: new ModuleMap(), roots: new Set(), isBoundary: () => false };
  const module = Object.create(SourceTextModule.prototype, { file: { value: path.join(folder, "it.mjs") } });
  letGo(path.join(folder, "left.cjs"));
  imported.note(url("left.cjs"), url("it.mjs"), "./it.mjs");
  imported.link(graph);
  assert.equal(imported.isOfOthers(module), false);
  imported.note(url("other.cjs"), url("it.mjs"), "./it.mjs");
  imported.link(graph);
  assert.equal(imported.isOfOthers(module), true);
});
