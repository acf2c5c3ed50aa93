// node --import heatsync-rs/register main.js
//
// The server stays, the app is made anew: each request goes to the newest one. Routes are never added twice, since they
// are added to a new app.
import http from "node:http";
import { hot } from "heatsync-rs";
import { app } from "./app.js";

import.meta.hot?.accept("./app.js");

const server = http.createServer(hot.handler(() => app));
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  console.log(`listening on http://127.0.0.1:${address.port}`);
});
