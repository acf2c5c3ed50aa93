/**
 * What the addon exports (src/binding). By hand, so that the runtime is type-checked without a
 * build; `__test__/addon.test.mjs` holds it against the binary.
 */

export type Format = "commonjs" | "module" | "json";

export interface JsModule {
  file: string;
  format: Format;
  /** Its own content changed, or it was reloaded by name. */
  changed: boolean;
  missing: boolean;
  reconfigured: boolean;
  /** Changed, though it holds what it was loaded from: what it went on without has come. */
  unedited?: true;
  /** Changed, and its text is kept for this update; else that is to be asked for. */
  planned?: boolean;
  importers: string[];
}

export interface JsGroup {
  /** Dependencies first. */
  modules: JsModule[];
  boundaries: string[];
  outside: { importer: string; module: string }[];
}

export interface JsProblem {
  code: string;
  message: string;
  file?: string;
  /** 1-based; 0: unknown. */
  line: number;
  column: number;
  frame?: string;
  help?: string;
  /** The text that does not parse. */
  source?: string;
  /** The specifier that does not resolve. */
  specifier?: string;
}

export interface JsUpdate {
  id: number;
  /** It is one group of modules that were edited, and no package.json ever was. */
  isUsual?: boolean;
  groups: JsGroup[];
  problems: JsProblem[];
}

export interface News {
  update: JsUpdate | null;
  /** Files whose last update failed, and which hold again what runs. */
  restored: string[];
  /** Files that appeared or vanished since the last call; `null`: too many to tell. */
  moved: string[] | null;
}

export interface JsStatus {
  backend: string;
  native: number;
  polled: number;
  lost: number;
  reasons: string[];
}

/** The program was asked for by `place`, which is a link to `file`, or below one. */
export function enteredThrough(place: string, file: string): void;

/** Why no update reloads a file that runs; `untaken`: why a worker thread's has not yet. */
export type Unreloaded = "wasm" | "import()" | "entry" | "of the entry" | "told" | "untaken" | "link";

export class Session {
  constructor(
    options: { poll?: boolean; pollInterval?: number; maxWatches?: number; conditions?: string[] },
    wake: () => void,
    notice: (text: string) => void,
    savedUnreloaded?: (file: string, why: Unreloaded) => void,
  );
  readonly id: number;
  /** The text the module is to be compiled from, if it is wanted and the engine has just read it. */
  loading(file: string, wantsSource: boolean, isNamed?: boolean): string | null;
  compiled(file: string, source: string): void;
  /** The load that was told failed, and nothing of the file runs: it is waited for. */
  failedFirstLoad(file: string): void;
  /** The load that was told failed, and what was loaded before runs on. */
  failedLoad(file: string): void;
  /** What the file was told to be loaded from was put back before any of it ran. */
  readInVain(file: string): void;
  /** New versions are linked beside those that run: what is told to be loaded until that has ended, they are made from. */
  beginAttempt(): void;
  /** They are linked, and stay; or all is as it was before. */
  endAttempt(isLinked: boolean): void;
  /** The load that was told went well, in an update that was not planned for it. */
  wentLive(file: string): void;
  /** What imports the file here was given the instance that `other`, a session of the same thread, was evaluating. */
  shares(file: string, other: Session): void;
  /** An update was to evaluate the file, which was not there. */
  wasGone(file: string): void;
  /** Nothing of the files is loaded any more: what they hold when they are loaded again is no news. */
  unloaded(files: string[]): void;
  /** Of what these hold, evaluated outside every update, nothing runs: it threw. True: that is news, for `blame`, too. */
  threw(files: string[]): boolean;
  /** What was saved while the update in flight is applied. */
  newer(): string[];
  /** Of the program: it is never evaluated anew, unless it is a boundary itself. */
  setEntry(file: string): void;
  /** What is loaded from now on, and nobody is to reload, is told of when it is saved. `all`: import() and the entry point, too. */
  tellUnreloaded(all: boolean): void;
  /** Node runs these, whatever is saved. */
  unreloadedByNode(files: string[]): void;
  /** What the engine does at a save is done once in vain, where it will be done. */
  rehearse(): void;
  /** `files` could not be evaluated; `attempted` were loaded while they were, and may be at fault. */
  blame(files: string[], attempted: string[]): void;
  /** `file`, which is being evaluated, has asked for `request` in vain, and may go on without it. */
  askedInVain(file: string, request: string, isImport: boolean, lack: number): void;
  /** The same of what can't be loaded because of `failed`, one of these. */
  goesWithoutFailed(file: string, failed: string[], lack: number): void;
  /** It has been evaluated, and has these of its lacks by now. The others are waited for. */
  wasEvaluated(file: string, had: number[]): void;
  /** `gone`, which `file` calls `request`, is not there any more, and goes on as it was. */
  mayLeadElsewhere(file: string, request: string, isImport: boolean, gone: string): void;
  link(edges: [file: string, imports: string[]][]): void;
  prepare(file: string): void;
  /** `prepare` of what the loader has loaded ahead. */
  prepareWith(file: string, loader: EsmLoader): void;
  /** Changed ES modules are made ready by `loader` before the update is taken. */
  compileWith(loader: EsmLoader): void;
  /** Nothing is watched until `beginWatches`, for a program that has not come to its event loop. */
  holdWatches(): void;
  /** What was saved since it was loaded is found now. */
  beginWatches(): void;
  addBoundaries(files: string[], deep: boolean, watch: boolean): void;
  removeBoundaries(files: string[], deep: boolean, watch: boolean): void;
  ignore(owner: number, root: string, patterns: string[]): void;
  stopIgnoring(owner: number): void;
  /** since: milliseconds by the clock of files, what was saved later has changed; else from now on. */
  addTrigger(
    trigger: number,
    target: string,
    root: string,
    patterns: string[],
    ignore: string[],
    since?: number,
  ): void;
  removeTrigger(trigger: number): void;
  takeTriggers(): { trigger: number; files: string[] }[];
  fire(trigger: number, files: string[]): void;
  touched(file: string): void;
  problems(file: string): JsProblem[];
  /** Files that these, or what they lead to, may lack, and whose coming would mend that. */
  lacking(files: string[]): string[];
  reachable(file: string): string[];
  /**
   * `News`, as runtime/session/news.cjs reads it. Null: nothing is new. A number: that is the update's, and all else is what was told last in
   * lines.
   */
  takeNews(): string | number | null;
  /** Files whose last update failed, and which hold again what runs. */
  takeRestored(): string[];
  /** JSON: `JsUpdate`. */
  forceUpdate(file: string): string | null;
  /** These are live whatever becomes of the rest of their group. */
  accepted(id: number, files: string[]): void;
  /** It was not begun, and is to be planned anew. */
  giveBack(id: number): void;
  finishUpdate(id: number, live: boolean[], evaluated?: string[]): boolean;
  resolve(
    specifier: string,
    from: string,
    asImport: boolean,
  ): { kind: "file" | "package" | "builtin" | "url"; value: string; link?: string };
  format(file: string): Format | null;
  /** A require hook has made CommonJS of it, whatever its text says. */
  takeAsCommonjs(file: string): void;
  bumpVersions(files: string[]): number[];
  restoreVersions(files: string[], versions: number[]): void;
  version(file: string): number;
  close(): void;
}

export function versionOf(session: number, file: string): number;
export function watchStatus(): JsStatus | null;
/** Does another thread of the process hear of a change of this file? */
export function isWatchedElsewhere(file: string): boolean;
/** Is this file's text the one the addon was built with? */
export function declares(declarations: string): boolean;
/** The tsconfigs that have been read, or looked for, by now, and the package.json files; those of `files` among them. */
export function knownConfigs(files: string[]): string[];
/** These files hold as they are from now on: a program that reads them is about to be started. */
export function holdConfigs(): void;
/** Has a tsconfig or a package.json of the project been edited since it was read? */
export function configsWereEdited(): boolean;
/** Has a package.json of the project been edited since it was read? Node goes by what it read. */
export function manifestsWereEdited(): boolean;
/** Had a package of the project this name, which Node goes by for good? */
export function isFormerName(name: string): boolean;
/** Files that change when what `specifier` leads to ("": no package in particular), or what `file` lacks of its packages, is installed. */
export function installation(specifier: string, file: string): string[];
/** null: a local one. */
export function fileSystemKind(path: string): string | null;

export interface JsRequest {
  specifier: string;
  attributes: [key: string, value: string][];
  target: "module" | "json" | "commonjs" | "native";
  /** Of a native target: what it is, when that is known. */
  file?: string;
  /** The URL's query and fragment; of a native target a part of `file`. */
  suffix?: string;
  /** Of a module or JSON. */
  url?: string;
  /** Of a module's record: `import defer * as ns` asks for it, too. */
  isDeferred?: boolean;
}

/** `name` absent: the namespace. */
export interface JsImport {
  request: number;
  name?: string;
  local: string;
}

export interface JsCell {
  local: string;
  kind: "function" | "var" | "lexical" | "default" | "namespace";
  pushed: boolean;
  /** Is it written over and over? */
  counted?: boolean;
  /** Of a namespace: the number of the import. */
  import?: number;
}

/** An ES module, ready to be compiled. */
export interface JsEsm {
  code: string;
  parameters: string[];
  /** Triples: line from 1, column from 0, column in the source. See `Edits::shifts`. */
  shifts: number[];
  requests: JsRequest[];
  imports: JsImport[];
  locals: { exported: string; cell: number }[];
  indirect: { exported: string; request: number; name?: string }[];
  stars: number[];
  cells: JsCell[];
  hasTopLevelAwait: boolean;
  usesPhases: boolean;
  /** … in declarations. */
  declaresPhases?: boolean;
  /** `assert` for `with`: syntax to Node 20 only. */
  usesAssert: boolean;
  /** What stands in the code for imports that are assigned to, and their names. */
  standIns?: [string, string][];
  /** Of rewritten TypeScript: the `mappings` of a source map, from the text that was transformed to the file. */
  mappings?: string;
  /** The package.json that leaves open what it is. */
  typeless?: string;
  /** The same as that of another version: only the code, and where that is in the cache, is another. */
  like?: string;
  /** In the code cache, if there is one. */
  key?: string;
  /** Where in the cache's data its code is, if it is there. */
  cachedStart?: number;
  cachedLength?: number;
}

/** The same as it is handed over: all but the code is JSON. */
export interface JsText {
  code: string;
  record: string;
}

/** What is loaded ahead has its file's place in the record. */
export interface JsEsmAhead extends JsEsm {
  file: string;
  url: string;
}

/** Several modules: `records` is JSON, a list in the order of `codes`. */
export interface JsAhead {
  codes: string[];
  records: string;
}

/** Reads the code cache of a file's project, once for the process. Null: there is to be none. */
export function openCodeCache(file: string, make: string): Buffer | null;
/** What another thread has opened. */
export function codeCacheData(): Buffer | null;
/** @param code what V8 has made of the text with that key */
export function addCode(key: string, code: Buffer): void;
/** V8's number of the script that a function is of; 0: of none, or it can't be had. */
export function scriptOf(of: Function): number;
/** The lines around a place in a text, `around` on either side (2 by default); null: it has no such line. */
export function codeFrame(
  text: string,
  line: number,
  column: number,
  length: number,
  around?: number,
): string | null;
/** What a function of an ES module is in its file, as that is now; null: it is not there. */
export function functionSource(file: string, compiled: string): string | null;
/** V8's code of a function that `vm.compileFunction` has made: with any other V8 ends the process. Null: it can't be had. */
export function codeOfFunction(compiled: Function): Buffer | null;
/** Adds the code of such functions. */
export function addFunctions(keys: string[], compiled: Function[]): void;
/** The text of a file of our own, outside V8's heap; null: it can't be read. */
export function ownText(file: string): string | null;
/** Where in the cache's data something is that has a key of its own: start and length. */
export function findCode(key: string): [start: number, length: number] | null;
/** The same, for a thread that has not got that data. */
export function copyOfCode(key: string): Buffer | null;
/** @param code what V8 has made of what every start needs of ourselves */
export function addStartup(key: string, code: Buffer): void;
/** The program is about to run: if nothing was kept of it, what is to be kept is written meanwhile. */
export function saveFirstCode(): void;
/** V8 refused what was in the cache. */
export function rejectCode(): void;

/** Corrects the coverage files that this process has written into a directory, and, for the first one, those that it writes there when it ends. */
export function correctCoverage(directory: string): void;

/** Call it when nothing of the program runs any more and Node is about to say why. */
export function catchLastWords(): void;

/** Has `correct` called whenever a stack of this thread is formatted, to change `sites` in place; `false`: it can't be. */
export function correctStacks(correct: (error: unknown, sites: NodeJS.CallSite[]) => void): boolean;

/** Has V8 take more frames of an error than its stack shows, or no more. */
export function deepenStacks(isWanted: boolean): void;
/** A line `url:line:column` for each, innermost first, as V8 has compiled them; none: they were not taken. */
export function deepFrames(error: unknown): string;

/** A top-level await, as Node shows one that never settled. */
export interface JsAwaited {
  /** From 1. */
  line: number;
  text: string;
  underline: string;
}
/** Where the module `path`, whose text is `source`, awaits at its top level. */
export function topLevelAwaits(source: string, path: string): JsAwaited[];

/** An import that is read from the namespace `name` is in, each time; without a name from an object in its own variable (`n.$l0`). */
export interface JsLiveImport {
  import: number;
  name?: string;
}

/** What names mean to the code of a direct eval; the transform writes these. */
export interface JsEvalSite {
  /** Names, and what stands for one that is read where it comes from. */
  imports: string[][];
  /** Names and numbers of cells. */
  cells: string[][];
  inFunction: boolean;
  prefix: string;
}

/** The code of a direct eval in a module of ours; null: as it is. */
export function evalCode(code: string, site: JsEvalSite): string | null;

/** This Node was started with `--preserve-symlinks`. */
export function preserveSymlinks(): void;

export class EsmLoader {
  /** `conditions`: those of `node --conditions`. */
  constructor(conditions?: string[]);
  /** Files that have come into the graph, and that are gone, since this was called before: `loadAhead` leaves out what is there. */
  knows(come: string[], gone: string[]): void;
  /** Reads and transforms a file and what it leads to on all cores. Before anything else is asked of it, call `nextAhead` until it gives null. */
  loadAhead(file: string): void;
  nextAhead(): JsAhead | null;
  /** Begins that for a program that is about to start. */
  beginAhead(file: string): void;
  forgetAhead(): void;
  /**
   * `like`: what the record of a known version, outside every cycle, has as that; where nothing else than the code is another one, that alone is
   * given.
   */
  load(file: string, cyclic: boolean, live: JsLiveImport[] | null): JsText | JsProblem;
  load(file: string, cyclic: boolean, live: null, like: string): string | JsText | JsProblem;
  /** The same, of a text that another loader made of the file. */
  loadText(file: string, source: string, cyclic: boolean, live: JsLiveImport[]): JsText | JsProblem;
  /** Does a native module write this export after it was evaluated? */
  reassigns(file: string, name: string): boolean;
  json(file: string): string | JsProblem;
  /** The project's files that the evaluation of `file` loads whatever happens: nothing in a function, a condition, a `try`. */
  leadsTo(file: string): string[];
  /** The names an ES module may import from a CommonJS file, `default` apart: a list, as JSON. */
  commonjsNames(file: string): string | JsProblem;
  /** What the update in flight evaluates as `file`, if the engine has read it for that. */
  plannedText(file: string): string | null;
  hasPlannedText(file: string): boolean;
  target(specifier: string, attributes: [string, string][], from: string): JsRequest;
  isModule(file: string): boolean;
  takeAsCommonjs(file: string): void;
  /** Where a file imports a name from a specifier. */
  importedAt(file: string, specifier: string, name: string, exported?: string[]): JsProblem | null;
  /** The JavaScript of a TypeScript or JSX file, for Node's own loaders; of `source`, if that is known to be its text. */
  javascript(
    file: string,
    isModule: boolean,
    isFirst: boolean,
    source?: string,
  ): { code: string; mappings?: string } | JsProblem;
  /** The project's file that `require(specifier)` names in a TypeScript file. */
  resolveRequired(specifier: string, from: string): string | null;
  /** The file that `require(specifier)` names in `from`, a package's, too. */
  resolvePackage(specifier: string, from: string): string | null;
  /** The text that holds of a package.json. */
  manifest(file: string): string | null;
  /** Where a file imports a specifier statically. */
  staticImportAt(file: string, specifier: string): JsProblem | null;
  clearCache(): void;
  /** The same of what may have changed since, as far as the engine was told; and of what was not there. */
  refresh(): void;
}

export interface JsHotModule {
  /** Places in the list. */
  imports: number[];
  /** Imported from outside of the graph. */
  isRoot: boolean;
  acceptsItself: boolean;
  declined: boolean;
  accepts: number[];
  cause: "none" | "changed" | "invalidated";
}

/** What causes that meet lead to: all or nothing. */
export interface JsHotGroup {
  causes: number[];
  verdict: "accepted" | "unaccepted" | "declined";
  /** Who declined, or the way from a root to the change. */
  modules: number[];
}

export interface JsHotPlan {
  groups: JsHotGroup[];
  /** Without an importer: modules to evaluate together; with one, it is told about the modules. */
  steps: { group: number; modules: number[]; importer?: number }[];
}

export function hotPlan(modules: JsHotModule[]): JsHotPlan;

/** What a change of a module would come to. */
export interface JsForecast {
  verdict: "accepted" | "unaccepted" | "declined";
  /** From a root, or from who declined, down to the module. */
  way: number[];
  /** The same for all members of an import cycle. */
  cycle?: number;
}

/** For each module; `cause` does not count. */
export function forecast(modules: JsHotModule[]): JsForecast[];

export interface JsBoundaryModule {
  /** Places in the list. */
  imports: number[];
  dynamicImports: number[];
  /** Imported from outside of the graph. */
  isRoot: boolean;
  isBoundary: boolean;
  isDeclined: boolean;
}

export interface JsReloadability {
  kind: "reloadable" | "exposed" | "fixed" | "declined";
  /**
   * "exposed": from a root down to the module. "fixed": the importer, the boundary it imports statically, down to the
   * module. "declined": who did.
   */
  way: number[];
}

export interface JsBoundaryPlan {
  refused: { changed: number; why: JsReloadability }[];
  /** The changed modules first, then who imports them. */
  invalidated: number[];
}

export function boundaryPlan(modules: JsBoundaryModule[], changed: number[]): JsBoundaryPlan;
export function reloadability(modules: JsBoundaryModule[]): JsReloadability[];

/** Globs, relative to a folder. */
export class PathMatcher {
  /** @throws {Error} if a glob is malformed */
  constructor(root: string, patterns: string[]);
  /** An absolute path. */
  matches(file: string): boolean;
}

export interface Addon {
  addCode: typeof addCode;
  addFunctions: typeof addFunctions;
  addStartup: typeof addStartup;
  boundaryPlan: typeof boundaryPlan;
  reloadability: typeof reloadability;
  PathMatcher: typeof PathMatcher;
  catchLastWords: typeof catchLastWords;
  correctStacks: typeof correctStacks;
  deepenStacks: typeof deepenStacks;
  deepFrames: typeof deepFrames;
  preserveSymlinks: typeof preserveSymlinks;
  topLevelAwaits: typeof topLevelAwaits;
  correctCoverage: typeof correctCoverage;
  codeCacheData: typeof codeCacheData;
  codeFrame: typeof codeFrame;
  codeOfFunction: typeof codeOfFunction;
  functionSource: typeof functionSource;
  scriptOf: typeof scriptOf;
  copyOfCode: typeof copyOfCode;
  declares: typeof declares;
  findCode: typeof findCode;
  forecast: typeof forecast;
  hotPlan: typeof hotPlan;
  openCodeCache: typeof openCodeCache;
  ownText: typeof ownText;
  rejectCode: typeof rejectCode;
  saveFirstCode: typeof saveFirstCode;
  EsmLoader: typeof EsmLoader;
  evalCode: typeof evalCode;
  Session: typeof Session;
  versionOf: typeof versionOf;
  watchStatus: typeof watchStatus;
  enteredThrough: typeof enteredThrough;
  isWatchedElsewhere: typeof isWatchedElsewhere;
  knownConfigs: typeof knownConfigs;
  holdConfigs: typeof holdConfigs;
  configsWereEdited: typeof configsWereEdited;
  manifestsWereEdited: typeof manifestsWereEdited;
  isFormerName: typeof isFormerName;
  fileSystemKind: typeof fileSystemKind;
  installation: typeof installation;
}
