// @ts-check
// Node 20's loader hooks, on their own thread. The engine is one per process, so the version of a
// file is asked of the addon directly.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const { versionOf } = require("../native/load.cjs");
const { nativeSource, resolveNatively } = require("./typescript.cjs");
let session = 0;
/** Then TypeScript is its own. */
let isRegistered = false;

/** @param {{ session: number, isRegistered: boolean }} data */
export function initialize(data) {
  ({ isRegistered, session } = data);
}

/** @type {import("node:module").ResolveHook} */
export async function resolve(specifier, context, nextResolve) {
  const found = isRegistered ? null : resolveNatively(specifier, context);
  const resolved = found ? { url: found, shortCircuit: true } : await nextResolve(specifier, context);
  if (!resolved.url.startsWith("file:") || /[?#]/.test(resolved.url)) return resolved;
  const version = versionOf(session, fileURLToPath(resolved.url));
  return version > 0 ? { ...resolved, url: `${resolved.url}?heatsync=${version}` } : resolved;
}

/** @type {import("node:module").LoadHook} */
export async function load(url, context, nextLoad) {
  return (isRegistered ? null : nativeSource(url)) ?? nextLoad(url, context);
}
