/** What a program puts on `Object.prototype` (`get`, `value`) is no part of a descriptor that has no prototype. */
interface PropertyDescriptor {
  __proto__?: null;
}
