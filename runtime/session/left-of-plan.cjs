// @ts-check
"use strict";

// What `import.meta.hot` has left to do of an update, under register, where it comes first.

const { isPromise, react } = require("../intrinsics.cjs");
const { aboveInPlan } = require("./above-in-plan.cjs");

/** @typedef {import("./environment.cjs").First} First */
/** @typedef {import("../../native/addon").Session} NativeSession */
/** @typedef {import("../../native/addon").JsUpdate} Update */

/**
 * What `import.meta.hot` has left to do of a group.
 * @param {import("../../native/addon").JsGroup} group
 * @param {First} first
 * @returns {boolean | Rest} nothing: is it live?
 */
function restOf(group, first) {
  /** @type {string[]} */
  const live = [];
  const outcomes = group.modules.flatMap(({ changed, file }) => {
    if (!changed) return [];
    const outcome = first.takenCareOf.outcomeOf(file);
    if (outcome) live.push(file);
    return [outcome];
  });
  if (outcomes.length === 0) return { group, live };
  if (!outcomes.includes(null)) return !outcomes.includes(false);
  // What has failed there is of the same transaction here, which fails with it.
  return live.length === 0 || outcomes.includes(false)
    ? { group, live: [] }
    : { group: without(group, live), live };
}

/**
 * @typedef {{ group: import("../../native/addon").JsGroup, live: string[] }} Rest `live`: what changed and is not in the group any more
 */

/**
 * Only what lies above the other changes. Who accepts those that are live was told.
 * @param {import("../../native/addon").JsGroup} group
 * @param {string[]} live
 * @returns {import("../../native/addon").JsGroup}
 */
function without(group, live) {
  const above = aboveInPlan(group, ({ changed, file }) => changed && !live.includes(file));
  const modules = group.modules.filter((module) => above.has(module));
  const files = new Set(modules.map(({ file }) => file));
  const isOf = (/** @type {string} */ file) => files.has(file);
  // Who has what is live already was told of that, too.
  const outside = group.outside.filter(({ module }) => isOf(module));
  return { ...group, modules, outside, boundaries: group.boundaries.filter(isOf) };
}

/**
 * Who imports what `import.meta.hot` has evaluated keeps no old instance, though it is not held by sync.* or hmr(): once a function requires
 * it, and it is within reach, it would be evaluated once more. Unless it imports what is evaluated here, too.
 * @param {Update} plan
 * @param {(boolean | Rest)[]} rests of its groups
 * @param {First} first
 * @param {NativeSession} own
 */
function tellOfImporters({ groups, id }, rests, { takenCareOf }, own) {
  if (groups.every(({ outside }) => outside.length === 0)) return;
  const areAccepted = groups.map(
    ({ modules }, at) =>
      rests[at] === true && modules.every(({ changed, file }) => !changed || takenCareOf.isAccepted(file)),
  );
  const importers = (/** @type {boolean} */ isAccepted) =>
    groups
      .flatMap(({ outside }, at) => (areAccepted[at] === isAccepted ? outside : []))
      .map((it) => it.importer);
  const old = new Set(importers(false));
  const live = importers(true).filter((importer) => !old.has(importer));
  if (live.length > 0) own.accepted(id, live);
}

/**
 * @param {First} first
 * @param {NativeSession} own
 * @param {Update} plan
 * @param {typeof import("./apply.cjs").apply} apply
 * @returns {boolean[] | Promise<boolean[]>}
 */
function applyLeft(first, own, plan, apply) {
  const rests = plan.groups.map((group) => restOf(group, first));
  tellOfImporters(plan, rests, first, own);
  const groups = rests.flatMap((rest) => (typeof rest === "boolean" ? [] : [rest.group]));
  const all = (/** @type {boolean[]} */ live) => {
    const left = live.values();
    return rests.map((rest) => {
      if (typeof rest === "boolean") return rest;
      const isLive = left.next().value === true;
      if (!isLive && rest.live.length > 0) own.accepted(plan.id, rest.live);
      return isLive;
    });
  };
  const live = groups.length > 0 ? apply(own, { ...plan, groups }) : [];
  return isPromise(live) ? react(live, all) : all(live);
}

module.exports = { applyLeft };
