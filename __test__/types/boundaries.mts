/// <reference path="../../import-meta.d.ts" />
// `hot.init`, `hot.dump`, and what marks an import() as a boundary.

import { type DumpedModule, type HotInitOptions, hot, type InspectOptions } from "heatsync-rs";

const options: HotInitOptions = {
  root: import.meta.url,
  rootDirectory: new URL(".", import.meta.url),
  boundaries: ["./pages/**"],
  restart: [".env"],
  reload: ["./config.json"],
  ignore: ["**/dist/**"],
  onFullReloadAsked: async () => {},
  throwWhenBoundariesAreNotDynamicallyImported: true,
  watch: false,
  inspect: { port: 4000, source: true },
};
const done: Promise<void> = hot.init(options);
// hot-hook exports no name for them.
const named: Parameters<typeof hot.init>[0] = { root: "server.ts", onFullReloadAsked() {} };
await hot.init(named);
const asked: Parameters<typeof hot.init>[0]["onFullReloadAsked"] = () => {};
await hot.init(named.watch ? { onFullReloadAsked: asked } : undefined);
await hot.init();
await hot.init(import.meta.url);
await hot.init(new URL(import.meta.url), { boundaries: [] });
// @ts-expect-error
await hot.init({ boundarys: [] });
const inspect: InspectOptions = {};
await hot.init({ inspect });
// @ts-expect-error
await hot.init({ inspect: { host: "0.0.0.0" } });
// @ts-expect-error
await hot.init({ watch: "no" });
// @ts-expect-error
await hot.init({ boundaries: [1] });
// @ts-expect-error
await hot.init(1);

const dump: DumpedModule[] = await hot.dump();
const rows = dump.map(({ path, boundary, reloadable, version, parents, dependents, dependencies }) => {
  const text: string = path;
  const is: boolean = boundary && reloadable;
  const count: number = version;
  const names: string[] = [...parents, ...dependents, ...dependencies];
  return [text, is, count, names] as const;
});
// @ts-expect-error
dump[0]?.nothing;

await import("node:fs", import.meta.hot?.boundary);
await import("node:fs", { with: { hot: "true" } });
const mark: { readonly with: { readonly hot: "true" } } | undefined = import.meta.hot?.boundary;

export { done, mark, rows };
