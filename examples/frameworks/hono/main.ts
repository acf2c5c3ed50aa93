// npx heatsync main.ts
//
// TypeScript and JSX without a build. `app` is a live binding: the server asks for it with each request.
import { serve } from "@hono/node-server";
import { app } from "./app.js";

import.meta.hot?.accept("./app.js");

const fetch = (request: Request): Response | Promise<Response> => app.fetch(request);
serve({ fetch, hostname: "127.0.0.1", port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}`);
});
