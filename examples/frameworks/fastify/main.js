// node --import heatsync-rs/register main.js
//
// Each handler is a boundary (package.json says so): import() gives the newest version, at the cost of a look at a map
// when nothing has changed. The server, its routes and its connections stay.
import Fastify from "fastify";

const server = Fastify({ forceCloseConnections: true });
server.get("/", async (request) => (await import("./handlers/hello.js")).hello(request));
server.get("/slow", async (request) => (await import("./handlers/hello.js")).slowHello(request));
server.get("/routes", async () => String(server.printRoutes().split("\n").length));

console.log(
  `listening on ${await server.listen({ host: "127.0.0.1", port: Number(process.env.PORT ?? 3000) })}`,
);
