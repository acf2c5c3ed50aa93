// node --import hot-hook/register bin/server.ts      ("hot-hook": "npm:heatsync-rs" in package.json)
//
// AdonisJS imports a controller with each request: package.json makes controllers boundaries, as in every AdonisJS app.
import { Ignitor, prettyPrintError } from "@adonisjs/core";

const root = new URL("../", import.meta.url);
const importer = (file: string): Promise<any> =>
  import(file.startsWith(".") ? new URL(file, root).href : file);

process.env.APP_KEY ??= "a key of at least sixteen characters";
process.env.HOST ??= "127.0.0.1";

new Ignitor(root, { importer })
  .tap((app) => {
    app.listen("SIGTERM", () => app.terminate());
    app.ready(() => {
      app.container.make("server").then((server) => {
        const address = server.getNodeServer()?.address();
        if (typeof address === "object") console.log(`listening on http://127.0.0.1:${address?.port}`);
      });
    });
  })
  .httpServer()
  .start()
  .catch((error) => {
    process.exitCode = 1;
    prettyPrintError(error);
  });
