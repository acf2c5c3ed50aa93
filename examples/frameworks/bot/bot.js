// node bot.js
//
// A bot with a folder of commands, as bots for Discord have it; its gateway is the terminal: type `!ping`. Edit a command,
// and the next message runs the new one. The connection and what the bot remembers stay.
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { sync } = require("./sync.js");

const folder = path.join(__dirname, "commands");
const commands = sync.require(fs.readdirSync(folder).map((name) => path.join(folder, name)));
sync.require("./events/joined.js");

const { client } = require("./client.js");
client.on("message", async (text) => {
  const [name, ...args] = text.slice(1).split(" ");
  // Asked for by name with each message: a command may have got another name.
  const command = commands.find((it) => it.name === name);
  if (!text.startsWith("!") || !command) return;
  try {
    client.reply(await command.execute(args));
  } catch (error) {
    client.reply(`${name} failed: ${error.message}`);
  }
});
sync.events.on("error", (error) => console.error(error.message));

const terminal = readline.createInterface({ input: process.stdin });
terminal.on("line", (line) => client.emit(line.startsWith("+") ? "joined" : "message", line));
client.reply("ready");
