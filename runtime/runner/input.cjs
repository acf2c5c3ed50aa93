// @ts-check
"use strict";

// What is typed at the runner: `rs` and Return, or Return alone, start the program anew; everything else is the
// program's. A terminal hands over line by line, so only a chunk that is one such line counts: empty lines within a piped
// file are the program's.

/**
 * @param {import("node:stream").Readable} input
 * @param {{ restart(reason: string): unknown, input(chunk: Buffer): void, endInput(): void }} runner
 * @returns {() => void} stops reading
 */
function readInput(input, runner) {
  /** @param {Buffer | string} chunk */
  const onData = (chunk) => {
    if (/^(rs)?\r?\n$/.test(String(chunk))) void runner.restart("by hand");
    else runner.input(Buffer.from(chunk));
  };
  const onEnd = () => runner.endInput();
  input.on("data", onData);
  input.on("end", onEnd);
  input.on("error", onEnd);
  return () => {
    input.off("data", onData);
    input.off("end", onEnd);
    input.pause();
  };
}

module.exports = { readInput };
