/**
 * Options of {@link HotEvents.init}, and of the key `heatsync` (or `hotHook`) in package.json. Globs are relative to
 * `rootDirectory`, those that begin with `**` mean any folder.
 */
export interface HotInitOptions {
  /** The program's entry point, a path or `file:` URL. Under `heatsync-rs/register` it is found by itself. */
  root?: string | URL;
  /** What globs are relative to. @default the folder of `root`; of package.json; the working directory */
  rootDirectory?: string | URL;
  /**
   * Modules that are boundaries without a mark where they are imported. They must be imported by `import()`: that of a
   * package (`@fastify/autoload`), too.
   */
  boundaries?: string[];
  /** Files below `rootDirectory` whose changes ask for a full reload; they need not be modules. @default [".env"] */
  restart?: string[];
  /** The older name of `restart`; both may be given. */
  reload?: string[];
  /**
   * Modules that Node runs as they are and whose changes mean nothing.
   * @default node_modules, and the files that Vite makes of its configuration. What Next.js and Nuxt write while they run (`.next`,
   *   `.nuxt`, `.nitro`, `.vinxi`) never is the project's
   */
  ignore?: string[];
  /**
   * Called when a change can't be applied without starting the program anew. Then the message `hot-hook:full-reload` has
   * been sent to the parent process, if it listens. May be async; what it throws is reported. Not for a file that does not
   * parse: that is said, and the program that runs goes on (hot-hook asks for it).
   */
  onFullReloadAsked?: () => unknown;
  /**
   * A boundary that is imported statically is an error of the importer. Else a change of it, or below it, asks for a
   * full reload.
   * @default false
   */
  throwWhenBoundariesAreNotDynamicallyImported?: boolean;
  /**
   * False: the parent process says what changed, by the message `{ type: "hot-hook:file-changed", path }`.
   * @default true, unless the environment variable HEATSYNC_WATCH or HOT_HOOK_WATCH is "false"
   */
  watch?: boolean;
  /**
   * Serves a local web page that shows the module graph, the updates, and why a file would need a full reload; its URL is
   * written to standard error. Under `npx heatsync` the runner serves it, and it stays when the program is restarted.
   * @default false
   */
  inspect?: boolean | InspectOptions;
}

/** The page of `heatsync inspect`. It is for this machine alone, and for whoever has its URL. */
export interface InspectOptions {
  /** At 127.0.0.1. @default 0, any port that is free */
  port?: number;
  /** It may show lines of code, with errors. Otherwise it shows names of files and functions, and messages. @default false */
  source?: boolean;
}

/** A module of {@link HotEvents.dump}. Paths are relative to the root's folder, with forward slashes. */
export interface DumpedModule {
  path: string;
  /** Its importers get the newest version by `import()`. */
  boundary: boolean;
  /** Every way from the root to it crosses a boundary. */
  reloadable: boolean;
  /** How often it was evaluated anew, or is to be by the next `import()`. */
  version: number;
  /** Who imports it. */
  parents: string[];
  /** The same, as hot-hook calls it. */
  dependents: string[];
  /** What it imports. */
  dependencies: string[];
}
