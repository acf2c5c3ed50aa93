/**
 * `node --import heatsync-rs/register app.mjs`: the ES modules of the project reload in place, and have an
 * `import.meta.hot`. Also `--require heatsync-rs/register`, both in `NODE_OPTIONS`, and `import "heatsync-rs/register"`
 * in a file that is itself preloaded. Only what is loaded afterwards takes part. It exports nothing.
 */
export {};
