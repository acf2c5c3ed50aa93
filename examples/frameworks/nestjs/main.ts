// node --import heatsync-rs/register main.ts
//
// Nest's own recipe for hot reloading: the application is closed, which is waited for, and made anew from the new
// classes. What should outlive that is kept (see ../sqlite).
import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module.js";

const app = await NestFactory.create(AppModule, { logger: ["error", "warn"] });
await app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
console.log(`listening on ${await app.getUrl()}`);

import.meta.hot?.accept();
import.meta.hot?.dispose(() => app.close());
