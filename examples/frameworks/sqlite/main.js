// node --import heatsync-rs/register main.js        (Node.js 22.15 or newer: node:sqlite)
//
// The database is opened once and kept while the files around it change, with all that is in it: this one is in memory.
import http from "node:http";
import { hot } from "heatsync-rs";
import { answer } from "./answer.js";

import.meta.hot?.accept("./answer.js");

const server = http.createServer(hot.handler(() => answer));
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`listening on http://127.0.0.1:${address.port}`);
});
