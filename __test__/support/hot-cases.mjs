// What `import.meta.hot` makes of edits: programs, edits, and the events in their order. The order
// is dynohot 1.2.1's, measured (`HEATSYNC_DYNOHOT`, hot-semantics.test.mjs); where ours is another,
// `dynohot` has theirs and `why` says why.

import { acceptance } from "./hot-cases/acceptance.mjs";
import { graphs } from "./hot-cases/graphs.mjs";
import { steps } from "./hot-cases/steps.mjs";

/**
 * @typedef {object} Edit
 * @property {Record<string, string>} save
 * @property {string[]} events
 * @property {string | string[]} [ends] how the update ends: `accepted` if left out
 * @property {string[]} [dynohot]
 * @property {string} [why]
 */
/** @typedef {{ name: string, files: Record<string, string>, start: string[], edits: Edit[], dynohotStart?: string[] }} Case */

export const cases = [...acceptance, ...graphs, ...steps];
