const { client } = require("../client.js");
const { sync } = require("../sync.js");

// Taken away when this file is reloaded: nobody is ever welcomed twice.
sync.addTemporaryListener(client, "joined", (/** @type {string} */ who) =>
  client.reply(`welcome 1 ${who.slice(1)}`),
);
