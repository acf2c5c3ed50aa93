// What the program tells the page. Names of modules are their files, relative to the program's working directory, with
// forward slashes; a query or fragment they were imported with comes after, "[worker 1]/" before, where a worker thread has them.

export interface WireModule {
  name: string;
  /** In which worker thread it is, which has a graph of its own; its name begins with that. Not there: the main thread. */
  thread?: number;
  format: "module" | "commonjs" | "json";
  /** Imported from outside of the graph: the entry point, what a package or Node itself imports. */
  isRoot: boolean;
  /** Its importers get the newest version by `import()`. */
  isBoundary: boolean;
  /** It said `import.meta.hot.accept()`. */
  acceptsItself: boolean;
  /** It said `import.meta.hot.decline()`. */
  isDeclined: boolean;
  /** `sync.require`, `sync.import` or `hmr` loaded it. */
  isSynced: boolean;
  /** How often it was evaluated anew, or is to be by the next `import()`. */
  version: number;
  /** Members of an import cycle have the same number. */
  cycle?: number;
  /** Names. */
  imports: string[];
  /** Names, of what it has imported by `import()`. */
  dynamicImports: string[];
  /** Names, of imports whose updates it takes care of. */
  accepts: string[];
  change: Change;
}

/** What a change of a module comes to. */
export interface Change {
  /**
   * In place: "accepted" by handlers, "boundary": by the next import() above it, "synced": `sync.*` or `hmr` reload it.
   * Not: "exposed": a root is reached, "fixed": by way of a boundary that is imported statically, "declined", "plain":
   * nobody reloads it.
   */
  kind: "accepted" | "boundary" | "synced" | "exposed" | "fixed" | "declined" | "plain";
  /** Names: from a root, or from who declined, down to the module; "fixed": from who imports the boundary. */
  way: string[];
}

export interface WireError {
  name: string;
  message: string;
  /** As {@link WireModule.name}. */
  file?: string;
  line?: number;
  column?: number;
  /** Places only, no code. */
  stack: string[];
  /** The lines of code around it: only if source was asked for. */
  frame?: string;
  help?: string;
}

/** Something that happened. */
export interface WireEntry {
  /** Counts up. */
  id: number;
  /** `Date.now()` */
  at: number;
  type:
    | "accepted"
    | "declined"
    | "unaccepted"
    | "linkError"
    | "evaluationError"
    | "fatalError"
    | "handlerError"
    | "started"
    | "restarted"
    | "broken"
    | "crashed"
    | "ended";
  /** What changed. */
  files: string[];
  /** In the order of evaluation. */
  evaluated: string[];
  acceptedBy: string[];
  pruned: string[];
  /** "unaccepted": from the root to the change. "declined": who did. */
  way: string[];
  milliseconds?: number;
  /** Why, where that is not in the other fields. */
  reason?: string;
  error?: WireError;
}

export type NewEntry = Partial<WireEntry> & Pick<WireEntry, "type">;

export interface WireProgram {
  script: string;
  directory: string;
  pid: number;
  node: string;
  state: "running" | "restarting" | "waiting" | "ended";
  /** What can't be applied in place restarts it. */
  hasRunner: boolean;
  /** Lines of code are shown with errors. */
  showsSource: boolean;
}

/** New and changed modules, and the names of those that are gone. */
export interface WirePatch {
  set: WireModule[];
  gone: string[];
  /** Of a worker thread: says nothing of what the main thread has. */
  isOfWorker?: true;
}

/** All that there is, for a page that was just opened. */
export interface WireState {
  program: WireProgram;
  modules: WireModule[];
  entries: WireEntry[];
}

/** From the program to the runner. */
export type FromAgent =
  | { type: "page"; what: "wanted"; port: number; source: boolean }
  | { type: "page"; what: "entry"; entry: NewEntry }
  | { type: "page"; what: "patch"; patch: WirePatch };

/** From the runner to the program. */
export type ToAgent = { type: "page"; viewers: number };

/** What `inspect` of `hot.init`, of package.json and of `run()` comes to. */
export interface PageSettings {
  /** 0: any that is free. */
  port: number;
  source: boolean;
}
