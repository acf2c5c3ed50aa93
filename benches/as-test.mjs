/**
 * Runs what a test would run, and then what that leaves for the test's end.
 * @template T
 * @param {(t: import("node:test").TestContext) => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function asTest(run) {
  /** @type {(() => unknown)[]} */
  const endings = [];
  const t = { after: (/** @type {() => unknown} */ ending) => void endings.push(ending) };
  try {
    return await run(/** @type {any} */ (t));
  } finally {
    for (const ending of endings) await ending();
  }
}
