/// <reference types="node" />
import type { EventEmitter } from "node:events";
import type { Readable } from "node:stream";
import type { InspectOptions } from "./boundaries.js";

/** What to run, and how. */
export interface RunOptions {
  /** The program's entry point: a path, relative to {@link RunOptions.cwd}. */
  script: string;
  /** What comes after the script: `process.argv.slice(2)` of the program. */
  scriptArguments?: string[];
  /** Node's options, which come before the script: `["--inspect", "--env-file=.env"]`. */
  nodeArguments?: string[];
  /** The Node.js that runs the program. Default: the one that runs this. */
  execPath?: string;
  /** The program's working directory. Default: this process's. */
  cwd?: string;
  /** The program's environment. Default: this process's. `NODE_OPTIONS` gets our preload in front. */
  env?: NodeJS.ProcessEnv;
  /** What the program is told when it is to end. Default: `"SIGTERM"`. */
  signal?: NodeJS.Signals;
  /**
   * Milliseconds the program, and what it has started, has after {@link RunOptions.signal} before it is killed. Default:
   * 5000. `0` kills at once, `Infinity` never.
   */
  gracePeriod?: number;
  /** Clears the terminal at each start. Default: false. */
  clearScreen?: boolean;
  /** Modules that can are reloaded in place. Default: true; with false, each change restarts. */
  register?: boolean;
  /** Files, folders and globs, relative to {@link RunOptions.cwd}, whose changes restart, besides `.env` and env files. Those that name `node_modules` mean what is in it. */
  restart?: string[];
  /** A booted process stands by, so that a restart need not wait for Node. Default: true. Not with `--inspect`, not on Windows. */
  spare?: boolean;
  /**
   * Serves the page of `heatsync inspect`: the module graph, the updates, and what would need a restart. Its URL is logged,
   * and told by the event `page`. Default: false.
   */
  inspect?: boolean | InspectOptions;
  /** Wait for a change also when the program has ended by itself, instead of ending. Default: false. */
  wait?: boolean;
  /**
   * What is typed: `rs` or an empty line restarts, everything else goes to the program; an empty line, too, if this is
   * `process.stdin` and no terminal. Default: the program has this process's standard input for itself.
   */
  input?: Readable;
  /** Called with each sentence for the user. Default: writes it to standard error after `[heatsync]`. */
  log?: (text: string) => void;
}

/** How a program ended: with an exit code, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunnerEvents {
  /** The program runs; `restarts` counts from 0. */
  start: [{ pid: number; restarts: number }];
  /** The program is being ended to start anew, because of `files` (absolute paths). */
  restart: [{ reason: string; files: string[] }];
  /** The program crashed; a change, or {@link Runner.restart}, starts it again. */
  crash: [Exit];
  /** The page is served. */
  page: [{ url: string }];
  /** What the program said with `process.send()`. */
  message: [any];
  /** Of boundaries: the next `import()` gives new versions of these files (absolute paths). */
  invalidated: [string[]];
}

/** A program that runs, again and again. */
export interface Runner extends EventEmitter<RunnerEvents> {
  /** The process the program runs in now. */
  readonly pid: number | undefined;
  /**
   * Resolves when it is all over, to how the program ended: by itself, or because of {@link Runner.stop}. Never rejects.
   * A crash is no end: it is waited for a change.
   */
  readonly ended: Promise<Exit>;
  /**
   * Ends the program and starts it anew.
   * @param reason for the user
   * @returns a promise for the moment the new one was started
   */
  restart(reason: string): Promise<void>;
  /**
   * Ends the program, what it has started, and the runner.
   * @param signal default: {@link RunOptions.signal}
   * @returns {@link Runner.ended}
   */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
  /** Hands a signal on to the program, as if it had got it itself. */
  forward(signal: NodeJS.Signals): void;
}

/**
 * Runs a program with hot reloading, as the command `heatsync app.js` does, and runs it anew when something changes that
 * can't be reloaded in place. The program ends with this process.
 *
 * @throws {TypeError} if an option is wrong
 * @throws {Error} with `code: "HEATSYNC_NO_SCRIPT"` if there is no such script
 *
 * @example
 * import { run } from "heatsync-rs/runner";
 *
 * const runner = run({ script: "src/server.ts", nodeArguments: ["--env-file=.env"] });
 * runner.on("restart", ({ files }) => console.log("again, because of", files));
 * const { code } = await runner.ended;
 */
export function run(options: RunOptions): Runner;
