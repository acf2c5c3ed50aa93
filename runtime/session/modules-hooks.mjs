// @ts-check
// Node 20's loader hooks, on their own thread. The engine is one per process, so the version of a
// file is asked of the addon directly.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** @type {typeof import("../startup.cjs")} */
const { load: loadOwn } = createRequire(import.meta.url)("../startup.cjs");
/** @type {typeof import("../../native/load.cjs")} */
const { versionOf } = loadOwn("../native/load.cjs");
/** @type {typeof import("../commonjs/plain-loader.cjs")} */
const { isOfUnknownLanguage } = loadOwn("commonjs/plain-loader.cjs");
/** @type {typeof import("../typescript.cjs")} */
const { nativeSource, resolveNatively } = loadOwn("typescript.cjs");
let session = 0;
/** Then TypeScript is its own. */
let isRegistered = false;

/** To the program's thread: what only other loaders can have served, and what that imports. @type {import("node:worker_threads").MessagePort} */
let port;

/** @param {{ session: number, isRegistered: boolean, port: import("node:worker_threads").MessagePort }} data */
export function initialize(data) {
  ({ isRegistered, session, port } = data);
}

/** @param {string | undefined} url */
const isOfLoader = (url) => url?.startsWith("file:") === true && isOfUnknownLanguage(fileURLToPath(url));

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  const found = isRegistered ? null : resolveNatively(specifier, context);
  const resolved = found ? { url: found, shortCircuit: true } : await nextResolve(specifier, context);
  if (isOfLoader(context.parentURL)) port.postMessage({ parentUrl: context.parentURL, url: resolved.url });
  if (!resolved.url.startsWith("file:") || /[?#]/.test(resolved.url)) return resolved;
  const version = versionOf(session, fileURLToPath(resolved.url));
  return version > 0 ? { ...resolved, url: `${resolved.url}?heatsync=${version}` } : resolved;
}

/** @type {import("node:module").LoadHook} */
export async function load(url, context, nextLoad) {
  const own = isRegistered ? null : nativeSource(url, context);
  if (own) return own;
  const loaded = await nextLoad(url, context);
  if (loaded.source != null && isOfLoader(url)) port.postMessage({ url });
  return loaded;
}

//# sourceURL=node:heatsync-rs/session/modules-hooks.mjs
