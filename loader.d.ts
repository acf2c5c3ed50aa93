/**
 * What `module.register()` hands to the loader.
 *
 * @example
 * import { register } from "node:module";
 * register("heatsync-rs/loader", { parentURL: import.meta.url, data: { silent: true } });
 */
export interface LoaderOptions {
  /** Modules whose `file:` URL matches are run by Node, and are not reloaded. Packages never are. */
  ignore?: RegExp;
  /** Write nothing to standard error. @default false */
  silent?: boolean;
}

/** A loader for `--loader` and `module.register()`. Where it can be, `heatsync-rs/register` is the better way. */
export function initialize(options?: LoaderOptions): void;

/** Node's `load` hook: serves facades for the project's ES modules. */
export const load: import("node:module").LoadHook;
