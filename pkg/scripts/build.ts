// Builds dist/ from src/, beside dist/wasm, which `cargo xtask build` has put there.
//
// The modules stay modules, one file each: a bundler of the consumer's drops what it does not use, and
// `new URL("…", import.meta.url)` in them keeps its meaning. Only the worker becomes a single file, so
// that a bundler may copy it like a picture.

import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"

const folder = join(import.meta.dirname, "..")
const dist = join(folder, "dist")

if (!["client", "background", "files", "branch"].every(name => existsSync(join(dist, `wasm/scriptroom_${name}.js`)))) {
  throw new Error("expected the wasm in pkg/dist/wasm: run `cargo xtask build client` first")
}
for (const entry of readdirSync(dist)) {
  if (entry !== "wasm") rmSync(join(dist, entry), { recursive: true })
}

const tsc = join(folder, "../node_modules/.bin/tsc")
execFileSync(tsc, ["--project", folder, "--rootDir", join(folder, "src"), "--outDir", dist, "--declaration"], {
  stdio: "inherit",
})
await build({
  absWorkingDir: folder,
  entryPoints: ["src/files-worker.ts"],
  outdir: dist,
  allowOverwrite: true,
  bundle: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
})
