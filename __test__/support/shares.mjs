// What a run on all Node.js versions asks of which. The oldest, whose hooks are in another thread, and the one that most people
// have are asked everything; of the two that are between and above, either is asked, but for tests of what depends on the
// Node.js (scripts/test.mjs). Of long tables of programs each is asked of two. `npm run test:all`, and a test file by itself,
// ask everything of all.

const TWO = [
  ["20", "24"],
  ["22", "26"],
];
const THREE = [
  ["20", "22", "24"],
  ["20", "24", "26"],
];
const current = process.versions.node.split(".")[0];

/**
 * Whether others are asked: what `skip` of node:test takes.
 * @param {string} name of a program of a long table
 * @returns {string | false}
 */
export const elsewhere = (name) => asksOthers(name, TWO);

/** The same, of what three of four are asked. @param {string} name @returns {string | false} */
export const elsewhereOfThree = (name) => asksOthers(name, THREE);

/**
 * @param {string} file a test's
 * @param {string} major of the Node.js that would be asked
 * @returns {boolean}
 */
export const isFor = (file, major) => THREE[parity(file)].includes(major);

/** @param {string} name @param {string[][]} shares */
function asksOthers(name, shares) {
  if (!process.env.HEATSYNC_SHARED) return false;
  const asked = shares[parity(name)];
  return !asked.includes(current) && `on Node ${asked.join(", ")}`;
}

/** The same for the same name, whatever is added to the others. @param {string} name @returns {number} 0 or 1 */
function parity(name) {
  let bits = 0;
  for (const character of name) bits = (bits * 31 + Number(character.codePointAt(0))) & 0xffff;
  return (bits ^ (bits >> 3) ^ (bits >> 7)) & 1;
}
