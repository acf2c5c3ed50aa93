/// <reference types="node" />
import type { EventEmitter } from "node:events";
import type { WatchFileOptions } from "node:fs";

/**
 * Loads modules that reload in place: what {@link Heatsync.require} and {@link Heatsync.import} return is one object
 * per module, which keeps its identity and gets new properties whenever the file changes on disk.
 *
 * A program written for npm `heatsync` runs unchanged. Where this package does more than `heatsync`, the
 * documentation says so, and `new Heatsync({ deep: false })` turns the largest difference off.
 *
 * @example
 * const Heatsync = require("heatsync-rs"); // or: import Heatsync from "heatsync-rs"
 * const sync = new Heatsync();
 *
 * const handlers = sync.require("./handlers.js"); // do not destructure: the object lives, its properties change
 * sync.events.on("error", console.error); // else a failed reload is an unhandled 'error' event
 *
 * setInterval(() => handlers.tick(), 1000); // always the newest tick()
 */
declare class Heatsync {
  /**
   * The key of a static property that names a reloadable class, in place of the name of its constructor. Needed where
   * one file has several reloadable classes of the same name. As in npm `heatsync` 3.
   *
   * @example
   * class Session extends sync.reloadClassMethods(() => Session) {
   *   static [Heatsync.ClassKeySpecifier] = "websocket session";
   * }
   */
  static readonly ClassKeySpecifier: unique symbol;

  /**
   * What happened to the files of this instance (nothing is told of an update that its objects do not get, as of those
   * of others with `watchFS: false`):
   *
   * - an absolute path, without arguments: that file is about to be evaluated anew, as in npm `heatsync` (which emits it
   *   also for a save that does not parse);
   * - `"any"`, `(path: string)`: the same for every file;
   * - `"reload"`, `(path: string)`: the file has been evaluated and its object has its new properties (not in npm
   *   `heatsync`);
   * - `"error"`, `(error: any)`: a reload failed, `error.file` is the absolute path. Its message, or of what the module threw
   *   its stack, shows the lines of code there. The old properties stay, and the next save is tried again. Without a
   *   listener Node throws, as for every `EventEmitter`.
   *
   * @example
   * sync.events.on("reload", file => console.log(`live: ${file}`));
   * sync.events.on("error", error => console.error(error.file, error));
   */
  events: EventEmitter<any>;

  /**
   * The class to extend so that existing instances get new methods when the file reloads; then call
   * {@link Heatsync.reloadClassMethods}. Each `Heatsync` instance has its own. As in npm `heatsync`.
   */
  ReloadableClass: Heatsync.Class;

  /**
   * @param options see {@link Heatsync.Options}
   *
   * @example
   * const sync = new Heatsync({ ignore: ["**\/*.generated.js"] });
   */
  constructor(options?: Heatsync.Options);

  /**
   * Loads a module and keeps the returned object up to date. The first load is synchronous; later ones follow the
   * file, a millisecond or so after a save. CommonJS, JSON, and ES modules without top-level await.
   *
   * The module must export a plain object: one whose `constructor.name` is `"Object"`. Arrays, classes, functions,
   * frozen objects, primitives and bare `Object.create(null)` objects can't be changed in place and are refused.
   *
   * npm `heatsync` reloads a file only when that very file changes. Here a change in a file it uses, however deep
   * (packages excepted), reloads what lies between as well; `deep: false` goes back to `heatsync`'s way.
   *
   * @param id relative to the calling file, absolute, a `file:` URL, an `#import` of the caller's package, or the name
   *   of a package
   * @returns the stable object; for a list of ids, the list of their objects
   * @throws whatever the module throws at its first load, or an error that names the file and what it exports instead
   *   of a plain object
   *
   * @example
   * const utils = sync.require("./utils.js");
   * const [tests, config] = sync.require(["../tests/index.js", "./config.json"]);
   */
  require<T = any>(id: string): T;
  require<T = Array<any>>(id: Array<string>): T;
  /** @param _from the folder that relative ids start from, in place of the calling file's */
  require<T = any>(id: string, _from: string): T;
  require<T = Array<any>>(id: Array<string>, _from: string): T;

  /**
   * {@link Heatsync.require} for every kind of module, top-level await included: resolves to one stable plain object
   * that carries the exports of the module (of an ES module, its namespace's).
   *
   * @param id as for {@link Heatsync.require}
   * @param importAttributes as in `import(id, { with: importAttributes })`; used again at each reload, and for every id
   *   of a list
   * @returns a promise of the stable object; for a list of ids, of the list of their objects
   *
   * @example
   * const routes = await sync.import("./routes.mjs");
   * const config = await sync.import("./config.json", { type: "json" });
   */
  import<T = any>(id: string, importAttributes?: ImportAttributes): Promise<T>;
  import<T = Array<any>>(id: Array<string>, importAttributes?: ImportAttributes): Promise<T>;
  /** @param _from the folder that relative ids start from, in place of the calling file's */
  import<T = Array<any>>(
    id: Array<string>,
    importAttributes: ImportAttributes | undefined,
    _from: string,
  ): Promise<T>;
  import<T = any>(id: string, importAttributes: ImportAttributes | undefined, _from: string): Promise<T>;

  /**
   * Adds a listener that is removed when the calling file reloads. As in npm `heatsync`, it is added on the next turn
   * of the event loop.
   *
   * @param method `"on"` (the default) or `"once"`
   * @returns `target`
   * @throws {TypeError} if `target` has no such method
   *
   * @example
   * sync.addTemporaryListener(process, "SIGUSR2", () => console.log(stats()));
   */
  addTemporaryListener<Target extends EventEmitter>(
    target: Target,
    // Of overloads `Parameters` sees the last one alone: with @types/node before 26, `"upgrade"` of a server.
    event: Parameters<Target["on"]>[0] | (string & {}) | symbol,
    callback: (...args: Array<any>) => any,
    method?: "on" | "once",
  ): Target;

  /**
   * `setTimeout` that is cleared when the calling file reloads. As in npm `heatsync`.
   *
   * @param ms milliseconds
   *
   * @example
   * sync.addTemporaryTimeout(() => console.log("no edit for a minute"), 60_000);
   */
  addTemporaryTimeout(callback: () => void, ms?: number): NodeJS.Timeout;
  addTemporaryTimeout<TArgs extends any[]>(
    callback: (...args: TArgs) => void,
    ms?: number,
    ...args: TArgs
  ): NodeJS.Timeout;

  /**
   * `setInterval` that is cleared when the calling file reloads. As in npm `heatsync`.
   *
   * @param ms milliseconds
   *
   * @example
   * sync.addTemporaryInterval(() => queue.flush(), 5000);
   */
  addTemporaryInterval(callback: () => void, ms?: number): NodeJS.Timeout;
  addTemporaryInterval<TArgs extends any[]>(
    callback: (...args: TArgs) => void,
    ms?: number,
    ...args: TArgs
  ): NodeJS.Timeout;

  /**
   * Reloads a file now, changed or not, watched or not. As in npm `heatsync`: of an ES module a promise, of a CommonJS
   * module the object itself.
   *
   * @param id as for {@link Heatsync.require}; need not have been loaded before
   * @throws if the file can't be loaded; the error itself goes to {@link Heatsync.events} `"error"`. Of an id that leads to
   *   no file it is what is thrown
   *
   * @example
   * const sync = new Heatsync({ watchFS: false });
   * const routes = sync.require("./routes.js");
   * process.on("SIGHUP", () => sync.resync("./routes.js"));
   */
  resync<T = any>(id: string): T;
  /** @param _from the folder that relative ids start from, in place of the calling file's */
  resync<T = any>(id: string, _from: string): T;
  resync<T = Array<any>>(id: Array<string>): T;
  resync<T = Array<any>>(id: Array<string>, _from: string): T;

  /**
   * A value that outlives reloads of the calling file: the getter runs once, later calls give what it returned.
   * Values are kept per file and key. As in npm `heatsync`.
   *
   * @param getter makes the value the first time
   * @param key left out, the name of the variable is read from the source line of the call
   * @throws if no key is given and the line has no variable name
   *
   * @example
   * const sessions = sync.remember(() => new Map());
   */
  remember<T>(getter: () => T, key?: string): T;

  /**
   * Gives the existing instances of a class the methods of its newest version. Fields and the constructor's work stay
   * as they were; instances are held weakly. The class keeps its file and its name (or its
   * {@link Heatsync.ClassKeySpecifier}). As in npm `heatsync`. Private names (`#x`) are not for such a class: each version
   * has its own, and a newer method can't read that of an older instance (V8 throws "Cannot read private member").
   *
   * @param loadedClass a class with {@link Heatsync.ReloadableClass} as an ancestor, or a function that returns it (so
   *   that it can stand in the class's own `extends`), which is called on the next turn of the event loop. (TypeScript
   *   before 5.5 takes it for a class that extends itself, if the type says more than `Function`.)
   * @param options `keepInstanceof: true`: `instanceof` takes all versions of the class for one, so that it stays true
   *   for whoever still holds an older version: a module that was not evaluated anew, `catch` clauses of running code.
   *   Left out, an instance is one of the newest version only. A `static [Symbol.hasInstance]` of the class's own is
   *   left alone (not in npm `heatsync`)
   * @returns {@link Heatsync.ReloadableClass}
   * @throws if it is no class, or has no such ancestor
   *
   * @example
   * class Room extends sync.ReloadableClass {
   *   greet() { return "hello"; }
   * }
   * sync.reloadClassMethods(Room);
   *
   * @example
   * class Hall extends sync.reloadClassMethods(() => Hall) {}
   *
   * @example
   * class NotFound extends sync.ReloadableClass {}
   * sync.reloadClassMethods(NotFound, { keepInstanceof: true });
   */
  reloadClassMethods(
    // biome-ignore lint/complexity/noBannedTypes: see above
    loadedClass: Heatsync.Class | Function,
    options?: { keepInstanceof?: boolean },
  ): Heatsync.Class;

  /**
   * Ends everything this instance does: temporary listeners and timers, watching, remembered values. Objects it gave
   * out stay usable and no longer change. As in npm `heatsync`.
   *
   * @example
   * process.once("SIGTERM", () => sync.dispose());
   */
  dispose(): Promise<void>;
}

declare namespace Heatsync {
  /** `fs.watch`, `fs.watchFile`, or a function called in the same way. */
  export type WatchFunction = (
    path: string,
    options: WatchFileOptions & { bigint?: false },
    cb: (...args: any[]) => any,
  ) => any;

  /** Any class, abstract ones included. */
  export type Class = abstract new (...args: any) => any;

  export interface Options {
    /** Whether files are watched and reload by themselves; else only {@link Heatsync.resync} reloads. Default `true`. */
    watchFS?: boolean | undefined;
    /**
     * Whether watching keeps the process alive. Default `false`, as npm `heatsync` documents it.
     */
    persistentWatchers?: boolean | undefined;
    /**
     * Watches each file in place of the native watcher. Called with the path, `{ persistent }` and a callback.
     * Default: the native watcher, which sees in-place and atomic saves, deletion and re-creation.
     */
    watchFunction?: WatchFunction | undefined;
    /**
     * Milliseconds without a further event before a file is reloaded. Default: none with the native watcher, which
     * waits only for a save to be complete (npm `heatsync`: 1000).
     */
    watchDebounceMS?: number | undefined;
    /**
     * Whether a change in a file that a loaded module uses reloads what lies between. Default `true`. `false` is
     * exactly npm `heatsync`: only files passed to `require` and `import` reload. Not in npm `heatsync`.
     */
    deep?: boolean | undefined;
    /**
     * Watch by looking at files at an interval: `true`, or the interval in milliseconds. Default `false`: done only
     * where the system can't report changes (network file systems, no watches left), saying so once. Not in npm
     * `heatsync`.
     */
    poll?: boolean | number | undefined;
    /** Globs of files whose changes are ignored, e.g. `["**\/*.log"]`. Not in npm `heatsync`. */
    ignore?: string[] | undefined;
    /**
     * How ES modules are evaluated anew. `"runtime"` (the default): as functions under the module's own URL; old
     * versions are collected once nothing of the program's holds them. `"query"`: imported again under
     * `?heatsync=N`, which Node keeps for the life of the process. It counts for the whole thread, from the moment one
     * instance asks for it, and is used by itself where module hooks of others (`module.register`, `--loader`) say what
     * a file means. Under register and `hot.init` it means nothing. Not in npm `heatsync`, which always imports again.
     */
    esm?: "runtime" | "query" | undefined;
  }

  /** @deprecated npm `heatsync`'s name for {@link Options}. */
  export type SyncOptions = Options;

  export interface HmrOptions {
    /** Clear the terminal before each callback but the first. Default `true`; never when the output is no terminal. */
    clearEveryTime?: boolean | undefined;
    /** Files whose changes are ignored: globs, or expressions tested against the absolute path. Not in `node-esm-hmr`. */
    ignore?: string | RegExp | Array<string | RegExp> | undefined;
    /** Ends the watching when aborted; that a callback then rejects with its reason is no error. Not in `node-esm-hmr`. */
    signal?: AbortSignal | undefined;
    /** How ES modules are evaluated anew: see {@link Options.esm}. Not in `node-esm-hmr`. */
    esm?: "runtime" | "query" | undefined;
    /** Keeps the process alive until closed, as `node-esm-hmr` does. Default `true`. */
    persistent?: boolean | undefined;
  }

  /** A promise that resolves after the first callback, as in `node-esm-hmr`, and the means to end it. */
  export interface HmrHandle extends Promise<void> {
    /** Resolves once the first callback is done and changes are being watched. */
    readonly ready: Promise<void>;
    /** Ends the watching; resolves once a callback that is running has ended. */
    close(): Promise<void>;
  }

  /** Gets the namespace of the module; awaited before the next one starts. */
  export type HmrCallback<T = any> = (module: T) => unknown;

  /**
   * Imports a module, hands it to the callback, and does so again after each change: under the watch path (any file
   * there) or in the files the module uses. An error while loading, or thrown by the callback, is logged and the next
   * change is waited for. Follows `node-esm-hmr`.
   *
   * @param modulePath relative to the calling file, absolute, or a `file:` URL
   * @param watchPath a file, a folder (with all in it), a glob, or a list of these in which `!` excludes; relative to the
   *   working directory, as there. `node_modules`, `.git` and what editors put beside a file
   *   (`.x.swp`, `x~`, `.#x`) are left out; what the program writes there itself is not (see {@link HmrOptions.ignore}).
   *   Default `"."`
   * @param callback gets the module's namespace, first and after each change; may be async
   * @param options or just `clearEveryTime`
   *
   * @example
   * import { hmr } from "heatsync-rs";
   *
   * let server;
   * const watching = hmr("./app.js", "./src", async ({ createServer }) => {
   *   await server?.close();
   *   server = createServer();
   * });
   * await watching.ready;
   */
  export function hmr<T = any>(
    modulePath: string | URL,
    watchPath: string | string[] | undefined,
    callback: HmrCallback<T>,
    options?: HmrOptions | boolean,
  ): HmrHandle;

  /**
   * What happens under `heatsync-rs/register`: `hot.on("update", …)`; `hot.handler`, for servers; `hot.init`, for
   * boundaries. Asking for it registers nothing.
   */
  export const hot: import("./hot.js").HotEvents;

  /** `import.meta.hot`; typed there by `/// <reference types="heatsync-rs/import-meta" />`. */
  export type Hot<Data extends object = any> = import("./hot.js").Hot<Data>;

  /** How an update ended: a closed union, told apart by `type`. */
  export type UpdateResult = import("./hot.js").UpdateResult;

  /** Options of `hot.init`. */
  export type HotInitOptions = import("./boundaries.js").HotInitOptions;

  /** Options of the page of `heatsync inspect`. */
  export type InspectOptions = import("./boundaries.js").InspectOptions;

  /** What `hot.dump()` tells of a module. */
  export type DumpedModule = import("./boundaries.js").DumpedModule;

  /** The events of {@link hot} and {@link Hot}. */
  export type HotEventMap = import("./hot.js").HotEventMap;

  /**
   * The class itself: `const { Heatsync } = require("heatsync-rs")`, and `default` for tools that compile
   * `import Heatsync from` to CommonJS.
   */
  export { TheClass as default, TheClass as Heatsync };
}

// Inside the namespace `Heatsync` would name its own export.
import TheClass = Heatsync;

export = Heatsync;
