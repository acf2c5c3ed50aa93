// @ts-check
"use strict";

/** What Rust plans with, of a module of which there is nothing to say. @returns {import("../native/addon").JsHotModule} */
const plainModule = () => ({
  imports: [],
  isRoot: false,
  acceptsItself: false,
  declined: false,
  accepts: [],
  cause: "none",
});

module.exports = { plainModule };
