// A bundler's resolution, and a package without "type".
import Heatsync, { hmr, type Options } from "heatsync-rs";

const options: Options = {};
const sync: Heatsync = new Heatsync(options);
sync.events.on("any", (file: string) => file.length);
hmr("./x.js", ".", () => {});
