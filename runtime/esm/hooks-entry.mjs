// The hooks of Node 20 with `--experimental-default-type=module`: to CommonJS that is imported on their thread Node then gives a `require` that
// asks hooks for what they do not have, and it ends with ERR_METHOD_NOT_IMPLEMENTED. One that is made here does not.

import { createRequire } from "node:module";

/** @type {typeof import("./loader.cjs")} */
const { initialize, load, resolve } = createRequire(import.meta.url)("./loader.cjs");

export { initialize, load, resolve };

//# sourceURL=node:heatsync-rs/esm/hooks-entry.mjs
