// @ts-check
"use strict";

// `heatsync-rs/hot`: types alone, `hot.d.ts`. dynohot 1.2 has its `Hot` under that name, and at run time a module without exports.
