// Every scripts/*.ts, styles/*.css and asset is one file of the pages; scripts/picture.ts draws charts on
// the server, scripts/widget.ts stands alone on the pages of shops. Names carry a hash, a manifest maps the plain names to them, and Brotli lies beside.
import { createHash } from "node:crypto";
import {
  existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const done = join(here, "tanlu_pages", "dist");
const out = `${done}.new`;
const modules = join(here, "node_modules");
const SERVER = "picture", SHOP = "widget";

const entries = (folder, end) =>
  readdirSync(join(here, folder)).filter((name) => name.endsWith(end)).sort()
    .map((name) => join(here, folder, name));

const shared = {
  bundle: true, minify: true, legalComments: "none", logLevel: "warning", target: "es2022",
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const manifest = {};

const scripts = await build({
  ...shared, format: "esm", splitting: true, metafile: true, outdir: out,
  entryPoints: entries("scripts", ".ts").filter((path) => ![SERVER, SHOP].includes(basename(path, ".ts"))),
  entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]",
});
const styles = await build({
  ...shared, metafile: true, outdir: out, entryPoints: entries("styles", ".css"),
  entryNames: "[name]-[hash]", assetNames: "[name]-[hash]", loader: { ".woff2": "file" },
});
const server = await build({
  ...shared, format: "iife", globalName: "tanlu", metafile: true, outdir: out, target: "es2020",
  entryPoints: [join(here, "scripts", `${SERVER}.ts`)], entryNames: "[name]-[hash]",
});
// a plain script without parts: a shop loads one file, by an address that stays
const shop = await build({
  ...shared, format: "iife", metafile: true, outdir: out,
  entryPoints: [join(here, "scripts", `${SHOP}.ts`)], entryNames: "[name]-[hash]",
});
for (const each of [scripts, styles, server, shop])
  for (const [path, what] of Object.entries(each.metafile.outputs))
    if (what.entryPoint)
      manifest[basename(what.entryPoint).replace(/\.ts$/, ".js")] = basename(path);
    else if (path.endsWith(".woff2")) manifest["inter.woff2"] = basename(path);

for (const path of entries("assets", "")) {
  const bytes = readFileSync(path);
  const [name, end] = basename(path).split(".");
  const mark = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  manifest[basename(path)] = `${name}-${mark}.${end}`;
  writeFileSync(join(out, `${name}-${mark}.${end}`), bytes);
}

for (const name of readdirSync(out)) {
  if (!/\.(js|css)$/.test(name)) continue;
  const path = join(out, name);
  writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
  }));
}
writeFileSync(join(out, "THIRD-PARTY.txt"), thirdParty());
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
rmSync(done, { recursive: true, force: true });
renameSync(out, done);

// whose work is in the files, by what esbuild really took in
function thirdParty() {
  const names = new Set(["@fontsource-variable/inter"]);
  for (const each of [scripts, styles, server, shop])
    for (const path of Object.keys(each.metafile.inputs)) {
      const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
      if (found) names.add(found[1]);
    }
  return [...names].sort().map((name) => {
    const folder = join(modules, name);
    const told = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const texts = ["LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE"]
      .map((file) => join(folder, file)).filter(existsSync)
      .map((file) => readFileSync(file, "utf8").trim());
    return `${name} ${told.version} (${told.license})\n\n${texts.join("\n\n")}\n`;
  }).join(`\n${"=".repeat(79)}\n\n`);
}
