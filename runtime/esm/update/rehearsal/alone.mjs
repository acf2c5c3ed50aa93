// What runtime/session/warm-up.cjs updates.

export let value = 0;
export const get = () => value;
export const set = (/** @type {number} */ next) => {
  value = next;
};
