const { EventEmitter } = require("node:events");

/** Stands for the library's client: a connection that is made once. */
class Client extends EventEmitter {
  /** @param {string} text */
  reply(text) {
    console.log(text);
  }
}

exports.client = new Client();
