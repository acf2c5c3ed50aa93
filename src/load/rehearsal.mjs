export const list = [1, "two", /three/u, `four ${4}`];
export let count = 0;
export function add(a, b = { c: 1, ...a }) {
  const [first, ...rest] = list;
  count += a * b.c;
  return count > 7 ? first - a : { a, b, rest, list: [a, b] };
}
export default class extends Object {
  #value = null;
  get value() {
    this.#value ??= new Map([["key", () => this?.value]]);
    return this.#value;
  }
  static async *all(from) {
    for (const item of from) {
      try {
        if (!item || item.done) continue;
        yield await item;
      } catch (error) {
        throw new Error("none", { cause: error });
      } finally {
        while (count > 0) count--;
      }
    }
  }
}
