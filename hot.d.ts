import type { DumpedModule, HotInitOptions } from "./boundaries.js";

/** What a module exports. */
export type ModuleNamespace = Record<string, any>;

/**
 * `any` takes both ways, and is `any` again: `Partial<any>` has an index signature, whose `data.x`
 * `noPropertyAccessFromIndexSignature` refuses.
 */
type HandedOn<Data> = Data extends never ? any : Partial<Data>;

/** What handlers of {@link Hot.accept} are told about an error. */
export interface AcceptErrorContext {
  /** The module whose handler threw, an absolute path. */
  file: string;
  /** What it accepted; empty: itself. */
  specifiers: string[];
  /** webpack's name of `file`. */
  moduleId: string;
  /** webpack's: the file of what was updated, if it is an import that was accepted. */
  dependencyId?: string;
}

/**
 * `import.meta.hot` (also `import.meta.dynoHot`) of a module that runs under `heatsync-rs/register`; `undefined`
 * elsewhere, so that `import.meta.hot?.accept()` costs nothing in production. It belongs to one version of the module: the
 * next version has another one, and makes its own arrangements.
 *
 * Handlers may be async; each is awaited before the next step of the update. What has not ended after 5 seconds, a body's
 * top-level await included, is told of in one line, and is given up when you save its file, or one that it imports, again.
 *
 * @typeParam Data what the module's versions hand on to each other
 *
 * @example
 * import type { Hot } from "heatsync-rs";
 * import { createServer, type Server } from "node:http";
 *
 * const hot: Hot<{ server: Server }> | undefined = import.meta.hot;
 * const server = hot?.data.server ?? createServer().listen(3000);
 * hot?.dispose((data) => {
 *   data.server = server;
 * });
 * hot?.accept();
 */
export interface Hot<Data extends object = any> {
  /**
   * What the version before put into the object of its {@link Hot.dispose} handlers: that very object. Empty in the
   * first version (in dynohot and webpack it is `undefined` there). What a version writes into its own `data` stays for
   * all versions after it, as in Vite.
   *
   * @example
   * const hits = import.meta.hot ? (import.meta.hot.data.hits ??= new Map()) : new Map();
   */
  readonly data: HandedOn<Data>;

  /**
   * Updates of this module are its own affair: it is evaluated anew, its importers are not, they only see its new exports.
   *
   * @param onUpdate gets the new version's namespace; it is the old version's handler that is called. If it throws, or
   *   calls {@link Hot.invalidate}, the importers have to take care after all
   * @param onError if given, gets what `onUpdate` threw, and the update counts as accepted
   * @throws {TypeError} if a handler is no function
   *
   * @example
   * import.meta.hot?.accept();
   */
  accept<Self = ModuleNamespace>(
    onUpdate?: (self: Self) => unknown,
    onError?: (error: unknown, context: AcceptErrorContext) => unknown,
  ): void;

  /**
   * Updates of an import are this module's affair: the import is evaluated anew, this module is not. Its bindings are
   * the new ones when `onUpdate` is called.
   *
   * @param specifier as in the `import` declaration or `import()`; one that this module does not import is warned about
   * @param onUpdate gets the new version's namespace. If it throws, or calls {@link Hot.invalidate}, this module is
   *   evaluated anew. If that version is given up in the same update, since something else that imports it throws, `onUpdate`
   *   is called again, with the one that goes on. What it accepts again, the same imports by the same function, takes the former's place;
   *   other handlers of an import are called one after the other
   * @param onError if given, gets what `onUpdate` threw, and the update counts as accepted
   *
   * @example
   * import { routes } from "./routes.js";
   * import.meta.hot?.accept("./routes.js", () => router.replace(routes));
   */
  accept<Dependency = ModuleNamespace>(
    specifier: string,
    onUpdate?: (dependency: Dependency) => unknown,
    onError?: (error: unknown, context: AcceptErrorContext) => unknown,
  ): void;

  /**
   * The same for several imports. `onUpdate` gets the namespaces of all of them, in the order of the specifiers; it is
   * called once for an update of one or more. Is one of them not imported, the whole list is ignored.
   */
  accept<const Specifiers extends readonly string[]>(
    specifiers: Specifiers,
    onUpdate?: (dependencies: { -readonly [Index in keyof Specifiers]: any }) => unknown,
    onError?: (error: unknown, context: AcceptErrorContext) => unknown,
  ): void;

  /**
   * Vite's: updates of this module are its own affair where importers ask for these exports alone, or for none. An importer that asks
   * for others (also by `import *`, `export *` or `import()`, unless all exports are accepted) is evaluated anew, or has to be accepted
   * above.
   *
   * @param exports their names
   * @param onUpdate gets the new version's namespace. If it throws, or calls {@link Hot.invalidate}, the importers have to take care
   * @throws {TypeError} if a handler is no function
   *
   * @example
   * export const routes = [];
   * export const version = 1;
   * import.meta.hot?.acceptExports("version");
   */
  acceptExports<Self = ModuleNamespace>(
    exports: string | readonly string[],
    onUpdate?: (self: Self) => unknown,
  ): void;

  /**
   * This module can't be updated: an update that would evaluate it anew for its importers is refused.
   *
   * @param specifiers webpack's: only an update of these imports that it has not accepted is refused
   */
  decline(specifiers?: string | readonly string[]): void;

  /**
   * What marks an `import()` as a boundary: after a change of the module or of what it imports the next `import()` gives
   * the new version.
   *
   * @example
   * app.get("/users", async (request, reply) => {
   *   const { list } = await import("./users.js", import.meta.hot?.boundary);
   *   return list(request, reply);
   * });
   */
  readonly boundary: { readonly with: { readonly hot: "true" } };

  /**
   * Called before the next version is evaluated, and when the module is pruned. The last one added is called first.
   * Each is called once, also when the update then fails and this version goes on.
   *
   * @param onDispose gets the object that is `import.meta.hot.data` of the next version
   *
   * @example
   * const timer = setInterval(poll, 1000);
   * import.meta.hot?.dispose(() => clearInterval(timer));
   */
  dispose(onDispose: (data: Data) => unknown): void;

  /** Takes back what was given to {@link Hot.dispose}. */
  removeDispose(onDispose: (data: Data) => unknown): void;

  /** webpack's name of {@link Hot.dispose}. */
  addDisposeHandler(onDispose: (data: Data) => unknown): void;

  /** webpack's name of {@link Hot.removeDispose}. */
  removeDisposeHandler(onDispose: (data: Data) => unknown): void;

  /**
   * Called, after the dispose handlers, when nothing imports this module any more. One that throws is reported, and keeps no other
   * one from its turn.
   *
   * @param onPrune gets, as in Vite, the object that dispose handlers have got
   */
  prune(onPrune: (data: Data) => unknown): void;

  /**
   * In an update: the module can't be accepted after all, its importers must take care. Else an update of this module
   * is scheduled, as if its file had changed.
   *
   * @param message why, for listeners of the event `"invalidate"`
   *
   * @example
   * const watcher = fs.watch("payload.bin", () => import.meta.hot?.invalidate("payload.bin changed"));
   */
  invalidate(message?: string): void;

  /**
   * Listens to what happens to any module, until this version is replaced. Vite's names (`"vite:beforeUpdate"`) mean
   * the same. A listener that returns a promise is awaited (but for `invalidate` and `message`), one that throws is reported. A name that
   * is nearly one of these is told of.
   *
   * @returns a function that takes the listener away again
   */
  on<Event extends keyof HotEventMap>(
    event: Event | `vite:${Event}`,
    listener: (payload: HotEventMap[Event]) => unknown,
  ): () => void;
  /** The same for events of the program's own, which have a colon in their names. */
  on(event: `${string}:${string}`, listener: (payload: any) => unknown): () => void;

  /** Takes back what was given to {@link Hot.on}. */
  off<Event extends keyof HotEventMap>(
    event: Event | `vite:${Event}`,
    listener: (payload: HotEventMap[Event]) => unknown,
  ): void;
  off(event: `${string}:${string}`, listener: (payload: any) => unknown): void;

  /**
   * An event of the program's own, for whoever listens by {@link Hot.on} or {@link HotEvents.on} in this thread. (In Vite, where
   * the module is in a browser, it goes to the server; here the module is there already.) Listeners are not waited for.
   *
   * @returns as Vite's: it is fulfilled, since the event has been sent
   * @throws {TypeError} if it has the name of an event of ours, or begins with `vite:`
   *
   * @example
   * import.meta.hot?.on("jobs:done", ({ id }) => cache.delete(id));
   * import.meta.hot?.send("jobs:done", { id: 7 });
   */
  send(event: string, payload?: unknown): Promise<void>;

  /** webpack's: `"apply"` while an update is in flight, until its new versions are live. */
  status(): "idle" | "apply";
  /** The same as {@link Hot.addStatusHandler}. */
  status(onStatus: (status: "idle" | "apply") => unknown): void;

  /** webpack's: the same as the event `"status"`. */
  addStatusHandler(onStatus: (status: "idle" | "apply") => unknown): void;

  /** webpack's: takes back what was given to {@link Hot.addStatusHandler}. */
  removeStatusHandler(onStatus: (status: "idle" | "apply") => unknown): void;

  /** webpack's. Updates come by themselves, so that there is none to ask for: always `null`. */
  check(autoApply?: boolean | object): Promise<null>;

  /** webpack's. For the same reason: always empty. */
  apply(options?: object): Promise<string[]>;

  /**
   * A value that is created once and kept for all versions of this module, until nothing imports it any more.
   *
   * @param key names the value within this module
   * @param create called if there is no such value yet. If it throws, or its promise is rejected, the next version tries
   *   again
   * @param destroy called with the value (awaited, if it is a promise) when the module is pruned, or given up with its only version, which
   *   threw; that of the newest version. Left out: what {@link Hot.own} would end the value by, if there is such a thing
   * @returns the value; without `hot` there is nothing to keep: `import.meta.hot?.keep("pool", open) ?? open()`
   *
   * @example
   * const open = () => new Pool({ max: 10 });
   * export const pool = import.meta.hot?.keep("pool", open, (pool) => pool.end()) ?? open();
   */
  keep<Value>(key: unknown, create: () => Value, destroy?: (value: Awaited<Value>) => unknown): Value;

  /**
   * Ties something to this version: it is ended with it, in the order of {@link Hot.dispose} handlers. By
   * `Symbol.asyncDispose` or `Symbol.dispose` (timers have that), `close()` or `terminate()` (workers); a function is
   * called. A server stops listening, and requests that are being answered go on. What a version owns only after it was
   * replaced, since it awaited something, is ended at once.
   *
   * @returns the resource
   * @throws {TypeError} if there is nothing to end it by
   *
   * @example
   * const socket = new WebSocket(url);
   * import.meta.hot?.own(socket);
   * import.meta.hot?.own(setInterval(poll, 1000));
   */
  own<Resource>(resource: Resource): Resource;
}

/** What webpack's error handlers are told: that they accept again by `module.hot.accept` does no harm, the old version goes on. */
export interface WebpackErrorContext extends AcceptErrorContext {
  module: { id: string; filename: string; hot: WebpackHot };
}

/**
 * `import.meta.webpackHot`, and {@link CommonJsHot}: the same object as `import.meta.hot`, used as webpack documents it.
 *
 * What webpack calls `accept(errorHandler)` is told from {@link Hot.accept} with an update handler by the function: it takes two
 * parameters, or its name or that of its first parameter says so (`err`, `error`, `onError`, `console.error`).
 *
 * An error handler of {@link Hot.accept} for imports is also told what the new version of one of these has thrown. That is reported, too,
 * and the old version goes on.
 */
export interface WebpackHot<Data extends object = any, Context = WebpackErrorContext> extends Hot<Data> {
  // webpack's comes first: a function of two parameters would, by the generic ones, be given types that TypeScript then keeps.
  accept: {
    /**
     * webpack's: this module accepts itself, and `onError` gets what its new version has thrown. It is reported, too, and the old
     * version goes on.
     *
     * @example
     * module.hot?.accept((error, { moduleId }) => alert(`${moduleId}: ${error}`));
     */
    (onError: (error: any, context: Context) => unknown): void;
  } & Hot<Data>["accept"];
}

/** `module.hot` of a CommonJS file. */
export interface CommonJsHot<Data extends object = any>
  extends WebpackHot<Data, AcceptErrorContext & { module: NodeJS.Module }> {}

/** Part of every {@link UpdateResult}. Files are absolute paths. */
export interface UpdateResultBase {
  /** The files that changed, or whose module called {@link Hot.invalidate}. */
  files: string[];
  /** From the beginning of the update to its end. */
  milliseconds: number;
  /** What is written to standard error: one line, and what belongs to an error; files relative to the working directory. */
  message: string;
}

/** What is new is live. */
export interface AcceptedUpdate extends UpdateResultBase {
  type: "accepted";
  /** In the order of evaluation. */
  evaluated: string[];
  /** The modules that accepted, themselves or for an import. */
  acceptedBy: string[];
  /** What nothing imports any more. */
  pruned: string[];
}

/** A module on the way called {@link Hot.decline}. Nothing was evaluated. */
export interface DeclinedUpdate extends UpdateResultBase {
  type: "declined";
  declinedBy: string[];
}

/** One way up led to a root. */
export interface UnacceptedUpdate extends UpdateResultBase {
  type: "unaccepted";
  /** The way from the root to the change. */
  path: string[];
  /** Empty, unless a handler refused what had been evaluated already, which then stays. */
  evaluated: string[];
}

/** Where an error is from, as far as that is known. */
export interface ErrorPlace {
  /** An absolute path. */
  file?: string;
  /** 1-based. */
  line?: number;
  /** 1-based. */
  column?: number;
  /** The lines of code around it. */
  frame?: string;
  /** What may have been meant. */
  help?: string;
}

/** A file does not parse, or an import leads nowhere. Nothing was disposed or evaluated. */
export interface LinkErrorUpdate extends UpdateResultBase, ErrorPlace {
  type: "linkError";
  error: unknown;
  disposed: string[];
}

/**
 * A module threw. The old versions go on; what they closed in their dispose handlers stays closed until the next good save, which
 * may be one that takes the edit back. A process that nothing else keeps waits for it.
 */
export interface EvaluationErrorUpdate extends UpdateResultBase, ErrorPlace {
  type: "evaluationError";
  error: unknown;
  /** The modules whose dispose handlers had already run. */
  disposed: string[];
}

/** A dispose handler threw, so that the new version was not evaluated. The next save tries again. */
export interface FatalErrorUpdate extends UpdateResultBase, ErrorPlace {
  type: "fatalError";
  error: unknown;
  /** The modules whose dispose handlers had already run, the one that threw included. */
  disposed: string[];
}

/** How an update ended. Changes that have nothing to do with each other have a result each. */
export type UpdateResult =
  | AcceptedUpdate
  | DeclinedUpdate
  | UnacceptedUpdate
  | LinkErrorUpdate
  | EvaluationErrorUpdate
  | FatalErrorUpdate;

/** Events of {@link Hot.on} and {@link HotEvents.on}. */
export interface HotEventMap {
  /** Everything is linked, nothing is disposed yet. `files`: what changed. */
  beforeUpdate: { files: string[] };
  /** It was accepted. */
  afterUpdate: AcceptedUpdate;
  /** `files`: the modules that nothing imports any more. */
  beforePrune: { files: string[] };
  /** It takes a restart to see the change. */
  beforeFullReload: DeclinedUpdate | UnacceptedUpdate;
  /** A module called {@link Hot.invalidate}. */
  invalidate: { file: string; message: string | undefined };
  /** An update failed, or a handler of the module `file` threw. */
  error:
    | LinkErrorUpdate
    | EvaluationErrorUpdate
    | FatalErrorUpdate
    | (ErrorPlace & { type?: undefined; error: unknown; file: string });
  /** Every update, however it ended. */
  update: UpdateResult;
  /** What is written to standard error. */
  message: string;
  /** An update begins, or has ended: its new versions are live, or given up. */
  status: "idle" | "apply";
}

/** `hot` of the package: what happens under `heatsync-rs/register`, for programs and their tools. */
export interface HotEvents {
  /**
   * Turns boundaries on, as hot-hook's `hot.init`: a module that is imported by `import(specifier, { with: { hot: "true" } })`,
   * `import(specifier, import.meta.hot?.boundary)`, or matched by the option `boundaries`, is loaded anew by the next
   * `import()` after a change of it or of what it imports. Registers what `heatsync-rs/register` does: modules that are
   * loaded before it stay as they are. `heatsync-rs/register` itself calls it with the key `heatsync` of package.json.
   *
   * @param options see {@link HotInitOptions}
   * @throws {TypeError} rejects with the code HEATSYNC_INVALID_OPTION, if an option is unknown or wrong
   *
   * @example
   * import { hot } from "heatsync-rs";
   *
   * await hot.init(import.meta.url, { boundaries: ["./controllers/**"] });
   * const { start } = await import("./server.js");
   */
  init(root: string | URL, options?: HotInitOptions): Promise<void>;
  init(options?: HotInitOptions): Promise<void>;
  // Of overloads `Parameters` sees the last one alone, and that is how hot-hook's users name its options, and read them.
  init(options: HotInitOptions): Promise<void>;

  /**
   * The modules of the project as they are now, for tools and for looking: `console.table(await hot.dump())`. Empty when
   * nothing is registered.
   */
  dump(): Promise<DumpedModule[]>;

  /** {@link Hot.dispose} of the loaded module with this URL; for hot-hook's sake. */
  dispose(url: string, onDispose: (data: any) => unknown): void;

  /** {@link Hot.decline} of the loaded module with this URL; for hot-hook's sake. */
  decline(url: string): void;

  /**
   * A listener that returns a promise is awaited before the next step (but for `invalidate` and `message`), one that throws is reported.
   *
   * @returns a function that takes the listener away again
   * @throws {TypeError} if the listener is no function
   *
   * @example
   * import { hot } from "heatsync-rs";
   *
   * hot.on("update", (result) => {
   *   if (result.type === "unaccepted") process.exit(75); // the supervisor starts it again
   * });
   */
  on<Event extends keyof HotEventMap>(
    event: Event | `vite:${Event}`,
    listener: (payload: HotEventMap[Event]) => unknown,
  ): () => void;

  /** The same for events of the program's own, which have a colon in their names. */
  on(event: `${string}:${string}`, listener: (payload: any) => unknown): () => void;

  /** Takes a listener away again. */
  off<Event extends keyof HotEventMap>(
    event: Event | `vite:${Event}`,
    listener: (payload: HotEventMap[Event]) => unknown,
  ): void;
  off(event: `${string}:${string}`, listener: (payload: any) => unknown): void;

  /** {@link Hot.send}, from anywhere. */
  send(event: string, payload?: unknown): void;

  /**
   * A function that passes each call on to whatever `newest` returns at that moment: for servers, which take their
   * handler once. `this`, arguments and result are passed on; requests that are being answered end where they began.
   * Without register it does the same, and costs a call.
   *
   * @param newest reads the handler, usually an imported binding; may return a promise, then so does each call
   * @throws {TypeError} when called, if `newest` gives no function
   *
   * @example
   * import { createServer } from "node:http";
   * import { hot } from "heatsync-rs";
   * import { app } from "./app.js";
   *
   * createServer(hot.handler(() => app)).listen(3000);
   * import.meta.hot?.accept("./app.js");
   */
  handler<Handler extends (...values: any[]) => any>(newest: () => Handler): Handler;
  handler<Handler extends (...values: any[]) => any>(
    newest: () => Promise<Handler>,
  ): (...values: Parameters<Handler>) => Promise<Awaited<ReturnType<Handler>>>;
}
