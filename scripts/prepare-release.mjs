// Makes the packages of a release from the binaries the release workflow has built:
//
//   node scripts/prepare-release.mjs <folder with heatsync-rs.<platform>.node files>
//
// npm/<platform>/ is a package with one binary, which npm installs only where it fits; and package.json gets them all as
// optional dependencies. Only here: in the repository they would make every `npm ci` ask for versions that do not exist
// yet.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const platforms = {
  "linux-x64-gnu": { os: ["linux"], cpu: ["x64"], libc: ["glibc"] },
  "linux-arm64-gnu": { os: ["linux"], cpu: ["arm64"], libc: ["glibc"] },
  "linux-x64-musl": { os: ["linux"], cpu: ["x64"], libc: ["musl"] },
  "linux-arm64-musl": { os: ["linux"], cpu: ["arm64"], libc: ["musl"] },
  "darwin-x64": { os: ["darwin"], cpu: ["x64"] },
  "darwin-arm64": { os: ["darwin"], cpu: ["arm64"] },
  "win32-x64-msvc": { os: ["win32"], cpu: ["x64"] },
  "win32-arm64-msvc": { os: ["win32"], cpu: ["arm64"] },
};

const [from] = process.argv.slice(2);
if (!from) {
  console.error("usage: node scripts/prepare-release.mjs <folder with the binaries>");
  process.exit(2);
}
const manifestFile = path.join(root, "package.json");
const manifest = JSON.parse(fs.readFileSync(manifestFile, "utf8"));
const cargoVersion = /^version = "(.+)"$/m.exec(fs.readFileSync(path.join(root, "Cargo.toml"), "utf8"))?.[1];
if (cargoVersion !== manifest.version) {
  throw new Error(`package.json says ${manifest.version}, Cargo.toml ${cargoVersion}`);
}
const binaries = new Map(
  fs
    .readdirSync(from, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".node"))
    .map((name) => [path.basename(name), path.join(from, name)]),
);
const missing = Object.keys(platforms).filter((platform) => !binaries.has(`heatsync-rs.${platform}.node`));
if (missing.length > 0) throw new Error(`no binary for ${missing.join(", ")}`);

fs.rmSync(path.join(root, "npm"), { recursive: true, force: true });
manifest.optionalDependencies = {};
for (const [platform, fits] of Object.entries(platforms)) {
  const name = `heatsync-rs-${platform}`;
  const file = `heatsync-rs.${platform}.node`;
  const folder = path.join(root, "npm", platform);
  const { version, license, author, repository, engines } = manifest;
  const description = `The native addon of heatsync-rs for ${platform}`;
  const own = {
    name,
    version,
    description,
    license,
    author,
    repository,
    main: file,
    files: [file],
    ...fits,
    engines,
  };
  fs.mkdirSync(folder, { recursive: true });
  fs.copyFileSync(/** @type {string} */ (binaries.get(file)), path.join(folder, file));
  fs.copyFileSync(path.join(root, "LICENSE"), path.join(folder, "LICENSE"));
  fs.writeFileSync(path.join(folder, "README.md"), `# ${name}\n\n${description}.\n`);
  fs.writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(own, null, 2)}\n`);
  manifest.optionalDependencies[name] = version;
  console.log(`npm/${platform}`);
}
fs.writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
