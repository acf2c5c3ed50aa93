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
  /**
   * Timers that a module sets, listeners it adds to `process` and servers it lets listen end with its version, though
   * it has no dispose handler for them. With `--import` the environment variable `HEATSYNC_TEARDOWN=1` does the same.
   * @default false
   */
  teardown?: boolean;
  /** Write nothing to standard error. @default false */
  silent?: boolean;
}

/** dynohot's name for {@link LoaderOptions}. */
export type DynohotLoaderOptions = LoaderOptions;

/** `import.meta.hot`: dynohot has it here, too. */
export type { Hot } from "./hot.js";

/** A loader for `--loader` and `module.register()`. Where it can be, `heatsync-rs/register` is the better way. */
export function initialize(options?: LoaderOptions): void;

/** Node's `load` hook: serves facades for the project's ES modules. */
export const load: import("node:module").LoadHook;

/** Node's `resolve` hook: sees who imports what. */
export const resolve: import("node:module").ResolveHook;
