// @ts-nocheck: import.meta.hot is typed for programs, not for us.
// What runtime/esm/update/rehearse.cjs updates.

export let value = 0;
export const get = () => value;
import.meta.hot.dispose(() => {
  value = -1;
});
