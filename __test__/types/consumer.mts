// ES module: default and named imports, the class and its types.

import type { HmrOptions, Options } from "heatsync-rs";
import * as all from "heatsync-rs";
import Heatsync, { hmr, Heatsync as Named } from "heatsync-rs";

const options: Options & Heatsync.Options = { persistentWatchers: true };
const sync: Heatsync = new Named(options);
const same: Named = new Heatsync();
const third: Heatsync = new all.default();

const { default: fourth, hmr: sameHmr }: { default: typeof Heatsync; hmr: typeof hmr } = await import(
  "heatsync-rs"
);
const routes = await sync.import<{ list: string[] }>("./routes.mjs");
const first: string = routes.list[0]!;
const [config] = await sync.import(["./config.json"], { type: "json" });
const count: number = sync.remember(() => 1);
const hmrOptions: HmrOptions = { clearEveryTime: false, signal: new AbortController().signal };
await hmr<typeof import("node:path")>("./app.js", "./src", ({ join }) => join("a", "b"), hmrOptions);
await sync.dispose();

// @ts-expect-error
await sync.import(1);

export { config, count, first, fourth, same, sameHmr, third };
