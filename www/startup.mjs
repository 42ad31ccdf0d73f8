// What the app starts with, put into one classic script. A browser compiles what a service worker installs, all of it and
// once and for all, and keeps that beside the file; but only of classic scripts. Modules it reads and compiles anew the
// first time that a page takes them from there.
//
// The app is bundled as modules first, which says which of them start it and which come when they are wanted. Those that
// start it become one script, which hands what it has to the others under a global name; the others stay modules.

import { basename, join, relative } from "node:path"
import { build } from "esbuild"

const exposed = "scriptroomModules"

/** Builds the script and the modules that come later from `metafile`, of modules with `entry` among them; returns the script's address. */
export async function buildStartup(metafile, entry, shared) {
  const { absWorkingDir } = shared
  const start = startOf(metafile, entry)
  const starting = new Set(reached(metafile, [start], "import-statement"))
  const later = [...reached(metafile, [...starting], "dynamic-import", "import-statement")].filter(path => !starting.has(path))
  const wanted = new Set(Object.values(metafile.outputs).flatMap(output => namedBy(output, "dynamic-import")))
  const handed = [...starting].filter(path => later.some(one => namedBy(metafile.outputs[one], "import-statement").includes(path)))

  // What there is to warn of was said of the modules.
  const again = { ...shared, logLevel: "error" }
  const modules = await build({
    ...again,
    entryPoints: later.filter(path => wanted.has(path)).map(path => ({ in: path, out: nameOf(path) })),
    format: "esm",
    splitting: true,
    plugins: [fromStartup(new Set(starting), absWorkingDir)],
  })
  const script = await build({
    ...again,
    stdin: { contents: startup(start, handed), resolveDir: absWorkingDir, sourcefile: "startup.js" },
    entryNames: `assets/${nameOf(start)}-[hash]`,
    format: "iife",
    banner: { js: '"use strict";' },
    // Where the package would look for files that it is told the addresses of.
    define: { "import.meta.url": "location.href" },
    plugins: [laterModules(modules.metafile, absWorkingDir)],
  })
  return addressOf(Object.keys(script.metafile.outputs).find(path => path.endsWith(".js")))
}

function startOf(metafile, entry) {
  const found = Object.keys(metafile.outputs).find(path => metafile.outputs[path].entryPoint?.endsWith(entry))
  if (!found) throw new Error(`expected esbuild to have built ${entry}`)
  return found
}

/** A file's name without the hash of what is in it. */
function nameOf(path) {
  return basename(path).replace(/-\w+\.js$/, "")
}

function namedBy(output, ...kinds) {
  return output.imports.filter(({ kind, external }) => kinds.includes(kind) && !external).map(({ path }) => path)
}

/** These outputs, and all that they import in these ways. */
function reached(metafile, from, ...kinds) {
  const found = new Set(from)
  for (const path of found) for (const next of namedBy(metafile.outputs[path], ...kinds)) found.add(next)
  return found
}

/** Nothing of what comes later runs before the script is through: it comes by a promise. */
function startup(start, handed) {
  const imports = handed.map((path, at) => `import * as m${at} from "${addressOf(path)}"`)
  const entries = handed.map((path, at) => `${JSON.stringify(basename(path))}: m${at}`)
  return [...imports, `globalThis.${exposed} = { ${entries.join(", ")} }`, `import "${addressOf(start)}"`].join("\n")
}

/** Modules of the script are not bundled again: there must be one of each. Read as they are used, since what they export may change. */
function fromStartup(starting, folder) {
  return {
    name: "from-startup",
    setup(build) {
      build.onResolve(built, ({ path, kind, importer }) => {
        const output = outputAt(path)
        if (kind !== "import-statement" || !starting.has(output)) return { path: join(folder, output) }
        // For each importer by itself: shared, every such line would be a file.
        return { path: basename(path), namespace: "startup", suffix: `?${basename(importer)}` }
      })
      build.onLoad({ filter: /.*/, namespace: "startup" }, ({ path }) => ({
        contents: `module.exports = globalThis.${exposed}[${JSON.stringify(path)}]`,
      }))
    },
  }
}

/** The script calls modules that come later by the names under which they were built. */
function laterModules({ outputs }, folder) {
  const names = new Map(Object.entries(outputs).map(([path, { entryPoint }]) => [entryPoint, path]))
  return {
    name: "later-modules",
    setup(build) {
      build.onResolve(built, ({ path, kind }) => {
        const output = outputAt(path)
        return kind === "dynamic-import" ? { path: addressOf(names.get(output)), external: true } : { path: join(folder, output) }
      })
    },
  }
}

/** What modules name each other by. */
const built = { filter: /^\// }

function outputAt(address) {
  return `dist${address}`
}

/** The address of a file that esbuild has made. */
export function addressOf(output) {
  return "/" + relative("dist", output)
}
