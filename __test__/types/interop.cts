// CommonJS written with `import x from`, as esModuleInterop compiles it.
import Heatsync, { type Heatsync as Named } from "heatsync-rs";

const sync: Heatsync = new Heatsync();
const same: Named = sync;
sync.events.on("error", (error: NodeJS.ErrnoException) => error.code);
export = same;
