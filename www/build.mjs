// Builds the web app into dist/: bundled and hashed by esbuild, with a service worker that knows
// every file by name. `npm run build --workspace www`; the package in pkg/ is built before.

import { createHash } from "node:crypto"
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { copyFonts } from "./fonts.mjs"
import { buildStartup } from "./startup.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, "dist")
const demo = join(here, "../crates/samples/demo.fountain")
const fonts = "assets/fonts"

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  sourcemap: true,
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  publicPath: "/",
  outdir: dist,
  metafile: true,
  logLevel: "warning",
  legalComments: "none",
  loader: { ".woff2": "file", ".wasm": "file" },
  assetNames: "assets/[name]-[hash]",
  entryNames: "assets/[name]-[hash]",
  chunkNames: "assets/[name]-[hash]",
}

/** The address that an entry point was built to. */
function builtName(metafile, entry) {
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (output.entryPoint?.endsWith(entry)) return "/" + relative("dist", path).replaceAll("\\", "/")
  }
  throw new Error(`expected esbuild to have built ${entry}`)
}

/** Builds the package's worker; returns its address. */
async function buildWorker() {
  const { metafile } = await build({ ...shared, entryPoints: [{ in: "scriptroom/files-worker", out: "files-worker" }], format: "esm" })
  return "/" + relative("dist", Object.keys(metafile.outputs).find(path => path.endsWith(".js")))
}

/** The address of the file that was copied from a source such as a font. */
function copiedName(metafile, source) {
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const inputs = Object.keys(output.inputs)
    if (inputs.length === 1 && inputs[0].endsWith(source) && /\.(woff2|wasm)$/.test(path)) {
      return "/" + relative("dist", path)
    }
  }
  throw new Error(`expected esbuild to have copied ${source}`)
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath ?? entry.path, entry.name))
}

/** The files that the app needs to start without a network, and a name for this very set of them. */
async function precache() {
  // Without a network there is no relay that refuses anything: what that takes is fetched when it happens. So are the fonts for
  // other scripts, of which nobody needs all.
  const isNeeded = file => !file.endsWith(".map") && !/branch_bg-\w+\.wasm$/.test(file) && !file.includes(`/${fonts}/`)
  const files = (await filesBelow(dist)).filter(isNeeded).sort()
  const hash = createHash("sha256")
  const names = []
  for (const file of files) {
    const name = "/" + relative(dist, file).replaceAll("\\", "/")
    names.push(name === "/index.html" ? "/" : name)
    hash.update(name).update(await readFile(file))
  }
  return { version: hash.digest("hex").slice(0, 16), names }
}

await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })

// The worker first: the app is told its address, and that of the list of fonts.
const filesWorker = await buildWorker()
const fontList = await copyFonts(dist, fonts)

const parts = join(dist, "modules")
const app = await build({
  ...shared,
  entryPoints: ["src/main.ts"],
  entryNames: "modules/[name]-[hash]",
  chunkNames: "modules/[name]-[hash]",
  format: "esm",
  splitting: true,
  define: { FILES_WORKER: JSON.stringify(filesWorker), FONTS: JSON.stringify(fontList) },
})
const main = await buildStartup(app.metafile, "src/main.ts", shared)
// One letter that is not in Latin-1, and a browser keeps the whole text with two bytes a letter. esbuild escapes all but regular expressions.
const letter = /[^\0-\x7f]/.exec(await readFile(join(dist, main), "utf8"))
if (letter) throw new Error(`expected only ASCII in the script, got ${letter}: in a regular expression write it as an escape`)
await rm(parts, { recursive: true })
const styles = await build({ ...shared, entryPoints: ["style/app.css"] })
const theme = await build({ ...shared, entryPoints: ["src/theme.ts"], format: "iife" })

// Asked for with the page itself, not when the script asks for it.
const wasm = copiedName(app.metafile, "scriptroom_client_bg.wasm")
const page = (await readFile(join(here, "index.html"), "utf8"))
  .replace("{{styles}}", builtName(styles.metafile, "style/app.css"))
  .replace("{{main}}", main)
  .replace("{{wasm}}", wasm)
  .replace("{{theme}}", builtName(theme.metafile, "src/theme.ts"))
  .replace("{{font}}", copiedName(styles.metafile, "courier-prime-latin-400-normal.woff2"))
await writeFile(join(dist, "index.html"), page)
for (const file of await filesBelow(join(here, "public"))) {
  const copy = join(dist, relative(join(here, "public"), file))
  await mkdir(dirname(copy), { recursive: true })
  await copyFile(file, copy)
}
await copyFile(demo, join(dist, "demo.fountain"))

const { version, names } = await precache()
await build({
  ...shared,
  entryPoints: ["src/serviceworker.ts"],
  entryNames: "serviceworker",
  format: "iife",
  sourcemap: false,
  define: { PRECACHE: JSON.stringify(names), VERSION: JSON.stringify(version) },
})

const scripts = (await filesBelow(join(dist, "assets"))).filter(file => /\.(js|css|wasm)$/.test(file))
for (const file of scripts.sort()) {
  const bytes = await readFile(file)
  console.log(`${relative(dist, file).padEnd(48)} ${(bytes.length / 1024).toFixed(1).padStart(8)} kB`)
}
