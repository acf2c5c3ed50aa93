// Random versions of a tree, written over one another at once, compared with a fresh process after each (__test__/random-branches.test.mjs
// has a short form; docs/hot-notes.md what is known to fail).
//
//   node benches/branches.mjs [--trees=20] [--modules=40] [--steps=4] [--seed=N] [--ways=accept,init,…]
//     [--rapid=1]     some at once, milliseconds between
//     [--rich=0]      nothing that is loaded only when it is asked for
//     [--wide=1]      cycles, await, names passed on, imported by name, folders' index.js and strange names of folders, too
//     [--named=1]     asked for by names of package.json, too (`imports`, and the own name)
//     [--minimise=1]  what fails, with as few modules as it still fails with, its files, and it as a plan
//     [--racy=1]      and twice where it does not fail at once
//     [--plan=FILE]   such a plan
//     [--pieces=3]    each version in several pieces, some milliseconds apart, as from a busy disk
//     [--cuts=JSON]   in those that a failure told of
//     [--manners=1]   each file in another manner: by way of another one, a link, a folder that is away, … (__test__/support/manners.mjs)
//     [--every=5]     the program asks by itself, too, every so many milliseconds

import fs from "node:fs";
import { branches, possibleIn, WAYS } from "../__test__/support/branches.mjs";
import { filesOf } from "../__test__/support/tree-texts.mjs";
import { planOf, without } from "../__test__/support/tree-versions.mjs";
import { asTest } from "./as-test.mjs";

/** @typedef {import("../__test__/support/tree-versions.mjs").Plan} Plan */

const options = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const trees = Number(options.trees ?? 20);
const modules = Number(options.modules ?? 40);
const steps = Number(options.steps ?? 4);
const first = Number(options.seed ?? Date.now() % 1_000_000);
const ways = options.ways?.split(",") ?? WAYS;
const isRacy = options.rapid === "1" || options.racy === "1";
const written = {
  pieces: Number(options.pieces ?? 0),
  cuts: JSON.parse(options.cuts ?? "[]"),
  every: Number(options.every ?? 0),
};
const style = {
  isRapid: options.rapid === "1",
  isRich: options.rich !== "0",
  isWide: options.wide === "1",
  isNamed: options.named === "1",
};

/** @param {string} way @param {Plan} plan */
const failureOf = (way, plan) =>
  asTest((t) => branches(t, way, plan, { ...written, manners: options.manners && Number(options.manners) }));

/** What fails in the same way, twice where chance has a part in it, with ever smaller parts left out. @param {string} way @param {Plan} plan */
async function minimised(way, plan) {
  let best = plan;
  for (let part = Math.ceil(modules / 2); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    const ids = best.trees[0].map(({ id }) => id);
    for (let at = 0; at < ids.length; at += part) {
      const smaller = without(best, new Set(ids.slice(at, at + part)));
      const failure = (await failureOf(way, smaller)) ?? (isRacy ? await failureOf(way, smaller) : undefined);
      if (failure && !failure.startsWith("no start")) best = smaller;
    }
  }
  return best;
}

/** @param {Plan} plan */
function told({ trees, steps }) {
  const files = trees.map((tree, at) =>
    Object.entries(filesOf(tree)).map(([name, text]) => `--- ${at}: ${name}\n${text}`),
  );
  return `${files.flat().join("")}${JSON.stringify({ trees, steps })}`;
}

console.log(`Node ${process.versions.node}, ${trees} trees of ${modules} modules, from seed ${first}`);
for (let seed = first; seed < first + trees; seed++) {
  for (const way of ways) {
    const plan = options.plan
      ? JSON.parse(fs.readFileSync(options.plan, "utf8"))
      : planOf({ seed, modules, steps, ...style, ...possibleIn(way) });
    const failure = await failureOf(way, plan);
    console.log(`seed ${seed}, ${way}: ${failure ?? "as a fresh process"}`);
    if (!failure) continue;
    process.exitCode = 1;
    if (options.minimise !== "1") continue;
    const least = await minimised(way, plan);
    console.log(`${told(least)}\n${await failureOf(way, least)}`);
  }
}
