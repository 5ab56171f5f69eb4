// node pack.mjs FOLDER [PLATFORM-ARCH=PROGRAM]...: the packages for npm, ready for `npm publish`.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const [out, ...platforms] = process.argv.slice(2);
const main = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

function pack(name, fields, files) {
  const folder = join(out, name);
  mkdirSync(folder, { recursive: true });
  for (const [from, to, mode] of files) {
    copyFileSync(from, join(folder, to));
    chmodSync(join(folder, to), mode);
  }
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT", "NOTICE"]) {
    copyFileSync(join(root, licence), join(folder, licence));
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify(fields, null, 2) + "\n");
  execFileSync("npm", ["pack", "--silent", "--pack-destination", out, folder], { stdio: "inherit" });
}

for (const given of platforms) {
  const [key, program] = given.split(/=(.*)/s);
  const [os, cpu] = key.split("-");
  const name = `stanch-${key}`;
  if (!(name in main.optionalDependencies)) throw new Error(`the launcher does not know ${name}`);
  const file = os === "win32" ? "stanch.exe" : "stanch";
  const { version, license, repository } = main;
  const description = `stanch for ${os} on ${cpu}`;
  const fields = { name, version, description, license, repository, os: [os], cpu: [cpu], files: [file, "LICENSE-*", "NOTICE"] };
  pack(name, fields, [[program, file, 0o755]]);
}
pack("stanch", main, [
  [join(here, "stanch.js"), "stanch.js", 0o755],
  [join(here, "README.md"), "README.md", 0o644],
]);
