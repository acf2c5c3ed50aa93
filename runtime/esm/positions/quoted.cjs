// @ts-check
"use strict";

/** Is it a whole literal of that text? "./a.js" is a part of "./a.json". @param {string} text @param {string} specifier */
function isQuoted(text, specifier) {
  const isQuote = (/** @type {string} */ sign) => sign !== "" && "\"'`".includes(sign);
  for (let at = text.indexOf(specifier); at >= 0; at = text.indexOf(specifier, at + 1)) {
    if (isQuote(text.charAt(at - 1)) && isQuote(text.charAt(at + specifier.length))) return true;
  }
  return false;
}

module.exports = { isQuoted };
