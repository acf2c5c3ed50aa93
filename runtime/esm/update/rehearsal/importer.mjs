// @ts-nocheck: import.meta.hot is typed for programs, not for us.
// What runtime/esm/update/rehearse.cjs has accept an update.

import * as namespace from "./module.mjs";
import { value } from "./module.mjs";

export const read = () => [namespace.value, value];
import.meta.hot.accept("./module.mjs", () => {});
