// @ts-check
"use strict";

// What is typed at the runner: `rs` and Return, or Return alone, start the program anew; everything else is the
// program's. A terminal hands over line by line, so only a chunk that is one such line counts: lines within a piped
// file are the program's. What somebody else types may come through a pipe (`concurrently`, an IDE), and what is written for the
// program, too: there an empty line is the program's, but where none runs.

/** Bytes that nobody has read. No person types as many; then a pipe's writer waits, as it would without us. */
const AT_MOST = 2 ** 20;

/**
 * @param {import("node:stream").Readable} input
 * @param {{ restart(reason: string): unknown, input(chunk: Buffer): void, endInput(): void, isWaiting: boolean,
 *   unreadBytes: number, onRead: () => void }} runner
 * @returns {() => void} stops reading
 */
function readInput(input, runner) {
  const isPipe = input === process.stdin && !process.stdin.isTTY;
  /** By us: whoever has given us the stream may have paused it, too. */
  let isHeld = false;
  /** @param {Buffer | string} chunk */
  const onData = (chunk) => {
    const [, word] = /^(|rs)\r?\n$/.exec(String(chunk)) ?? [];
    if (word === "rs" || (word === "" && (!isPipe || runner.isWaiting))) void runner.restart("by hand");
    else runner.input(Buffer.from(chunk));
    isHeld = runner.unreadBytes > AT_MOST;
    if (isHeld) input.pause();
  };
  runner.onRead = () => {
    if (isHeld) input.resume();
    isHeld = false;
  };
  const onEnd = () => runner.endInput();
  input.on("data", onData);
  input.on("end", onEnd);
  input.on("error", onEnd);
  return () => {
    runner.onRead = () => {};
    input.off("data", onData);
    input.off("end", onEnd);
    input.off("error", onEnd);
    input.pause();
  };
}

module.exports = { readInput };
