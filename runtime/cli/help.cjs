// @ts-check
"use strict";

/** @param {string} version */
const heatsync = (version) => `heatsync ${version}: hot reloading for Node.js

Usage
  heatsync [options] [node options] script [arguments]
                      runs the script; modules that can are reloaded in place, other changes restart it
  heatsync inspect [options] [node options] script [arguments]
                      the same, and a local web page that shows the module graph, the updates, and what would need a
                      restart, and why
  heatsync doctor     what is installed, how files are watched here, and what would be slow
  heatsync --version
  heatsync --help

Options
  --clear-screen      clear the terminal at each start
  --signal=NAME       what the program is told when it is to end (SIGTERM)
  --grace=MS          milliseconds it then has before it is killed (5000); "off": none, "forever": no end
  --restart=GLOB      files whose changes restart the program, besides .env and --env-file; may be repeated
  --wait              wait for a change also when the program has ended well
  --page              the page of heatsync inspect (Node's own --inspect is the debugger's)
  --page-port=PORT    where it is served; otherwise at any free port
  --page-source       it may show lines of code, with errors; otherwise it shows none
  --no-register       nothing is reloaded in place: every change restarts
  --no-spare          no booted process stands by for the next restart

Everything else before the script is Node's (--inspect, --env-file=.env, --import=…). Type rs or press Return to restart
(through a pipe rs alone does; an empty line is the program's).
An uncaught error, exit code 1, 7 (a handler of uncaught errors threw), or 13 (a top-level await that never ends), and a
crash of Node itself (SIGABRT, SIGSEGV) are waited out: the next save starts the program again. Any other end of the program
is the runner's, with its exit code or signal.

Environment
  HEATSYNC_POLL=1       look at the files at an interval (or at that of so many milliseconds), should saves in a container's
                        bind mount go unseen
  HEATSYNC_TEARDOWN=1   timers, listeners and servers of a module end with its version
  HEATSYNC_CACHE=0      keep nothing in node_modules/.cache/heatsync-rs; or the folder to use in its place

package.json, key "heatsync": boundaries, restart, ignore, inspect. In a program: require("heatsync-rs"). See the README.
`;

/** @param {string} version */
const hotRunner = (version) => `hot-runner (heatsync ${version})

Usage
  hot-runner [--clear-screen] [--node-args="…"] script [--script-args="…"]

  --node-args=WORDS   Node's options; may be repeated
  --script-args=WORDS the script's arguments; may be repeated (words as a shell has them: "--name='J. Doe' --port=80")

and every option of heatsync, see heatsync --help. The program is started with Node's --enable-source-maps.
`;

module.exports = { heatsync, hotRunner };
