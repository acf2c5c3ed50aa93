// node --import heatsync-rs/register main.js
//
// Nothing but Node.js. The server is made once and kept for all versions of this file: no port is ever taken twice,
// and a request that is being answered when a file is saved is answered to its end by the code it began with.
import http from "node:http";
import { answer } from "./answer.js";

const open = () => {
  const server = http.createServer();
  server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
    const address = /** @type {import("node:net").AddressInfo} */ (server.address());
    console.log(`listening on http://127.0.0.1:${address.port}`);
  });
  return server;
};
const server = import.meta.hot?.keep("server", open, (it) => it.close()) ?? open();

server.on("request", answer);
import.meta.hot?.dispose(() => server.off("request", answer));
import.meta.hot?.accept();
