/// <reference path="../../import-meta.d.ts" />
// `import.meta.hot`, the package's `hot`, and what updates end in.

import type { Server } from "node:http";
import { createServer } from "node:http";
import type { LoadHook, ResolveHook } from "node:module";
import { hot as events, type Hot, type UpdateResult } from "heatsync-rs";
import { type DynohotLoaderOptions, type Hot as LoadersHot, load, resolve } from "heatsync-rs/loader";

const hot: Hot<{ server: Server; count?: number }> | undefined = import.meta.hot;
const same: ImportMeta["hot"] = import.meta.dynoHot;
const server: Server = hot?.data.server ?? createServer();
// As dynohot's users write it.
const old: Server | undefined = hot?.data?.server;
hot?.dispose((data) => {
  data.server = server;
});
// @ts-expect-error
hot?.dispose((data) => data.other);

// What dynohot's loader, and hot-hook's, export.
const loaderOptions: DynohotLoaderOptions = { silent: true, ignore: /generated/ };
const ofLoader: LoadersHot | undefined = import.meta.hot;
const hooks: [LoadHook, ResolveHook] = [load, resolve];

// Of versions that say nothing of it, it is `any`.
const handed: number | undefined = import.meta.hot?.data;

import.meta.hot?.accept();
import.meta.hot?.accept((self) => self.anything);
import.meta.hot?.accept(async (self: { value: number }) => self.value.toFixed());
import.meta.hot?.accept(
  "./x.js",
  ({ value }) => value,
  (error, { specifiers }) => [error, specifiers[0]],
);
import.meta.hot?.accept(["./x.js", "./y.js"], ([x, y]) => [x.a, y.b]);
import.meta.hot?.acceptExports("value", (self: { value: number }) => self.value.toFixed());
import.meta.hot?.acceptExports(["a", "default"]);
// @ts-expect-error: it takes names
import.meta.hot?.acceptExports(1);
import.meta.hot?.prune((data) => data.x);
// @ts-expect-error: there are two
import.meta.hot?.accept(["./x.js", "./y.js"], ([_x, _y, z]) => z);
// @ts-expect-error
import.meta.hot?.accept(1);
import.meta.hot?.decline();
import.meta.hot?.invalidate("why");
const pool: Map<string, number> | undefined = hot?.keep("pool", () => new Map<string, number>());
const later: Promise<number> | undefined = hot?.keep(
  "later",
  async () => 1,
  (value) => value.toFixed(),
);
const timer: NodeJS.Timeout | undefined = hot?.own(setInterval(() => {}, 1));
const off = hot?.on("vite:beforeUpdate", ({ files }) => files.map((file) => file.length));
off?.();
hot?.on("invalidate", ({ message }) => message?.length);
// @ts-expect-error
hot?.on("nonsense", () => {});
hot?.on("jobs:done", ({ id }) => id);
hot?.send("jobs:done", { id: 7 });
const status: "idle" | "apply" | undefined = hot?.status();
hot?.addStatusHandler((now) => now === status);

/** A closed union: without a case this does not compile. */
function wordsOf(result: UpdateResult): string {
  switch (result.type) {
    case "accepted":
      return result.evaluated.concat(result.acceptedBy, result.pruned).join();
    case "declined":
      return result.declinedBy.join();
    case "unaccepted":
      return result.path.join(" → ");
    case "linkError":
    case "evaluationError":
    case "fatalError":
      return `${result.error} ${result.file}:${result.line}:${result.column} ${result.disposed}`;
    default:
      return result satisfies never;
  }
}

events.on("update", (result) => wordsOf(result) + result.milliseconds.toFixed() + result.message);
const app = (_request: { url?: string | undefined }, response: { end(text: string): void }) =>
  response.end("");
createServer(events.handler(() => app));
createServer(events.handler(async () => app));

export { handed, hooks, later, loaderOptions, off, ofLoader, old, pool, same, timer };

// `import.meta.webpackHot` and `module.hot`, as webpack's users write them.
import.meta.webpackHot?.accept((error, { moduleId }) => console.error(error.message, moduleId));
import.meta.webpackHot?.accept(function again(error, { module }) {
  module.hot.accept(again);
});
import.meta.webpackHot?.accept("./a.js", () => {});
declare const module: NodeJS.Module;
if (module.hot) {
  module.hot.accept("./routes", (routes) => routes.list);
  module.hot.accept((routes) => routes.list);
  module.hot.accept((error, { moduleId, module: { filename } }) =>
    console.error(error.message, moduleId, filename),
  );
  module.hot.accept("./a", undefined, (_, { dependencyId }) => dependencyId?.length);
  module.hot.decline(["./a"]);
  module.hot.accept(["./a", "./b"], () => {}, console.error);
  module.hot.accept();
  module.hot.addDisposeHandler((data) => {
    data.count = 1;
  });
  const count: number = module.hot.data.count ?? 0;
  void count;
}
// @ts-expect-error: not in production
module.hot.accept();

/** What takes Vite's `import.meta.hot` (vite/types/hot.d.ts) takes this one. */
type ViteNamespace = Record<string, any> & { [Symbol.toStringTag]: "Module" };
interface LikeVites {
  readonly data: any;
  accept(): void;
  accept(onUpdate: (self: ViteNamespace | undefined) => void): void;
  accept(specifier: string, onUpdate: (dependency: ViteNamespace | undefined) => void): void;
  accept(specifiers: readonly string[], onUpdate: (all: Array<ViteNamespace | undefined>) => void): void;
  acceptExports(
    names: string | readonly string[],
    onUpdate?: (self: ViteNamespace | undefined) => void,
  ): void;
  dispose(onDispose: (data: any) => void): void;
  prune(onPrune: (data: any) => void): void;
  invalidate(message?: string): void;
  on<Event extends string>(event: Event, listener: (payload: any) => void): void;
  off<Event extends string>(event: Event, listener: (payload: any) => void): void;
  send<Event extends string>(event: Event, payload?: any): Promise<void>;
}
const likeVites: LikeVites | undefined = import.meta.hot;
const withData: LikeVites | undefined = hot;

export { likeVites, withData };
