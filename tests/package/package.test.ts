// The npm package as others get it: packed, installed, typed, bundled, run.

import assert from "node:assert/strict"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { pathToFileURL } from "node:url"
import { build as esbuild } from "esbuild"
import { build as vite } from "vite"
import { type Consumer, consumer, nodeIn, program } from "./consumer.ts"
import { type Seen, seenIn } from "./site.ts"
import { answerOfWorkerd } from "./workerd.ts"

const text = "INT. KITCHEN - DAY\nRain. It stops."
const file = "INT. KITCHEN - DAY\n\nRain. It stops.\n"
const expected: Seen = { text, shown: text, scenes: ["INT. KITCHEN - DAY"], pages: 1, file, paper: text.split("\n") }

let project: Consumer

before(async () => {
  project = await consumer()
})

after(() => project.remove())

test("the packed file holds every entry point, a readme and no tests", async () => {
  const manifest = JSON.parse(await readFile(join(project.folder, "node_modules/scriptroom/package.json"), "utf8"))
  type Target = string | { readonly [condition: string]: Target }
  const filesOf = (target: Target): string[] => (typeof target === "string" ? [target] : Object.values(target).flatMap(filesOf))
  const targets = filesOf(manifest.exports)
  assert.ok(targets.length >= 6, "the package has its entry points")
  for (const target of targets) assert.ok(project.packed.includes(target.slice(2)), `${target} is packed`)
  assert.ok(project.packed.includes("README.md"), "README.md is packed")
  assert.deepEqual(project.packed.filter(path => /(^|\/)tests?\/|\.test\./.test(path)), [])
})

test("the typings of workerd's entry have what works there, and nothing else", async () => {
  const main = join(project.folder, "app/in-workerd.ts")
  const used = ["init", "openScript", "readFountain", "checkFinalDraft", "checkPdf", "ClosedError", "PageSettingsError"]
  const lines = [`import { ${used.join(", ")} } from "scriptroom"`, "// @ts-expect-error There is no device.", 'import { removeFromDevice } from "scriptroom"']
  await writeFile(main, `${lines.join("\n")}\nexport const all = [${used.join(", ")}]\n`)
  const compilerOptions = { target: "es2022", module: "esnext", moduleResolution: "bundler", customConditions: ["workerd"], lib: ["es2023", "dom"], types: [], strict: true, noEmit: true }
  const config = join(project.folder, "tsconfig.workerd.json")
  await writeFile(config, JSON.stringify({ compilerOptions, files: ["app/in-workerd.ts"] }))
  await program("tsc", "--project", config).catch(error => assert.fail(`tsc complains:\n${error.stdout}`))
})

for (const moduleResolution of ["bundler", "nodenext"]) {
  test(`the typings hold for a strict consumer, ${moduleResolution}`, async () => {
    const compilerOptions = {
      target: "es2022",
      module: moduleResolution === "bundler" ? "esnext" : "nodenext",
      moduleResolution,
      lib: ["es2023", "dom"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    }
    const config = join(project.folder, `tsconfig.${moduleResolution}.json`)
    await writeFile(config, JSON.stringify({ compilerOptions, files: ["app/types.ts"] }))
    await program("tsc", "--project", config).catch(error => assert.fail(`tsc complains:\n${error.stdout}`))
  })
}

test("in Node it imports, says what is missing, and edits", async () => {
  const entry = pathToFileURL(join(project.folder, "node_modules/scriptroom/dist/index.js")).href
  const { init, openScript } = (await import(entry)) as typeof import("scriptroom")
  const options = {
    id: "7f1d3a52-6b0e-4c8e-9a55-0f2d7f6c1e10",
    user: { name: "Ada", color: "#aa3300" },
    store: "none",
  } as const
  await assert.rejects(openScript(options), /init/)
  await init()
  const script = await openScript(options)
  assert.deepEqual(await script.importFountain("INT. KITCHEN - DAY\n\nRain.\n"), [])
  script.edit([{ kind: "replace", from: 19, to: 23, insert: [{ text: "Snow" }] }])
  assert.equal(await script.exportFountain(), "INT. KITCHEN - DAY\n\nSnow.\n")
  await script.close()
})

test("the client for a relay needs neither wasm nor a browser", async () => {
  const script = `
    import { openRelay, RelayError } from "scriptroom/relay"
    const relay = openRelay({ relay: "http://127.0.0.1:1" })
    const trouble = await relay.script("7f1d3a52-6b0e-4c8e-9a55-0f2d7f6c1e10").card().catch(error => error)
    console.log(trouble instanceof TypeError, trouble instanceof RelayError)`
  assert.equal((await nodeIn(project.folder, "--input-type=module", "--eval", script)).trim(), "true false")
})

test("the conditions lead to one entry for workerd, and to the other for Node and everything else", async () => {
  const manifest = JSON.parse(await readFile(join(project.folder, "node_modules/scriptroom/package.json"), "utf8"))
  assert.deepEqual(Object.keys(manifest.exports["."]), ["workerd", "types", "node", "default"])
  assert.deepEqual(Object.keys(manifest.exports["."].workerd), ["types", "default"])
  assert.equal(manifest.exports["."].node, manifest.exports["."].default)
  const script = `console.log(import.meta.resolve("scriptroom"))`
  for (const [conditions, entry] of [[[], "index.js"], [["--conditions=workerd"], "index.workerd.js"]] as const) {
    const resolved = await nodeIn(project.folder, ...conditions, "--input-type=module", "--eval", script)
    assert.ok(resolved.trim().endsWith(`/dist/${entry}`), resolved)
  }
})

test("in workerd it needs no addresses: the wasm comes as modules", async () => {
  assert.equal(await answerOfWorkerd(project.folder), "INT. KITCHEN - DAY\n\nRain.\n")
})

test("without a bundler, by an import map", async () => {
  const imports = {
    scriptroom: "/node_modules/scriptroom/dist/index.js",
    "scriptroom/codemirror": "/node_modules/scriptroom/dist/codemirror.js",
    "@codemirror/state": "/node_modules/@codemirror/state/dist/index.js",
    "@codemirror/view": "/node_modules/@codemirror/view/dist/index.js",
    "@marijn/find-cluster-break": "/node_modules/@marijn/find-cluster-break/src/index.js",
    crelt: "/node_modules/crelt/index.js",
    "style-mod": "/node_modules/style-mod/src/style-mod.js",
    "w3c-keyname": "/node_modules/w3c-keyname/index.js",
  }
  const page = await readFile(join(project.folder, "app/index.html"), "utf8")
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`
  await writeFile(join(project.folder, "app/plain.html"), page.replace("</head>", `${map}</head>`))
  assert.deepEqual(await seenIn(project.folder, "app/plain.html"), expected)
})

test("bundled by esbuild, with the addresses named", async () => {
  const outdir = join(project.folder, "esbuild")
  await esbuild({
    absWorkingDir: project.folder,
    entryPoints: { main: "app/main-with-addresses.js", "files-worker": "scriptroom/files-worker" },
    bundle: true,
    format: "esm",
    outdir,
    loader: { ".wasm": "file" },
    publicPath: "/",
    logLevel: "silent",
  })
  await writeFile(join(outdir, "index.html"), await readFile(join(project.folder, "app/index.html"), "utf8"))
  assert.deepEqual(await seenIn(outdir, "index.html"), expected)
})

test("a worker that is nothing but the package's own has it when it is bundled", async () => {
  const contents = 'import "scriptroom/files-worker"'
  const { outputFiles } = await esbuild({ stdin: { contents, resolveDir: project.folder }, bundle: true, format: "esm", write: false, logLevel: "silent" })
  assert.match(outputFiles[0]?.text ?? "", /onmessage = /)
})

test("bundled by Vite and Rollup, with nothing configured", async () => {
  const outDir = join(project.folder, "vite")
  await vite({ root: join(project.folder, "app"), build: { outDir, emptyOutDir: true }, logLevel: "silent", configFile: false })
  assert.deepEqual(await seenIn(outDir, "index.html"), expected)
})
