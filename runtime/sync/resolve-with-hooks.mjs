// @ts-check
// `import.meta.resolve` exists in ES modules only; it is the one synchronous way to ask Node's whole
// resolver, other loaders' hooks included.

/**
 * @param {string} url
 * @returns {string | undefined}
 */
export function resolveWithHooks(url) {
  try {
    return import.meta.resolve(url);
  } catch {
    return undefined;
  }
}

//# sourceURL=node:heatsync-rs/sync/resolve-with-hooks.mjs
