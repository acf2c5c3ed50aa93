// @ts-check
"use strict";

// Files of which an update has put another version into `require.cache` by itself: Node has resolved nothing, so whoever listens to
// that has not heard of it.

/** @type {(file: string) => void} */
let noteReplaced = () => {};

/** @param {typeof noteReplaced} callback */
function onReplaced(callback) {
  noteReplaced = callback;
}

module.exports = { noteReplaced: (/** @type {string} */ file) => noteReplaced(file), onReplaced };
