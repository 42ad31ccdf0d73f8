// The usual ways to build such an editor, with the same functions as the app has in `app.mjs`. Their pages are in `../rivals`;
// they have the app's paper and nothing beside it: no sidebar, no pages, no store on the device.

import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { build } from "esbuild"
import * as Y from "yjs"
import { peer } from "../../relay/clients.mjs"
import { forProsemirror, forSlate } from "../rivals/documents.mjs"

const folder = join(import.meta.dirname, "../rivals")
const version = name => JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8")).version

/** ProseMirror with y-prosemirror, and Slate with slate-yjs, served at an address of their own. */
export async function startRivals() {
  const files = new Map()
  for (const name of ["prosemirror", "slate"]) await bundle(name, files)
  const types = { js: "text/javascript", css: "text/css", woff2: "font/woff2" }
  const server = createServer((request, response) => {
    const body = files.get(new URL(request.url, "http://page").pathname)
    response.statusCode = body ? 200 : 404
    const isAsset = request.url.startsWith("/assets/")
    response.setHeader("content-type", types[request.url.split(".").at(-1)] ?? "text/html")
    response.setHeader("cache-control", isAsset ? "public, max-age=31536000, immutable" : "no-cache")
    response.end(body)
  })
  await new Promise(listening => server.listen(0, "127.0.0.1", listening))
  const origin = `http://127.0.0.1:${server.address().port}`
  return {
    origin,
    editors: [prosemirror(origin), slate(origin)],
    stop: () => new Promise(stopped => (server.closeAllConnections(), server.close(stopped))),
  }
}

async function bundle(name, files) {
  const made = await build({
    entryPoints: { [name]: join(folder, `${name}.mjs`), [`${name}-page`]: join(folder, "page.css") },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    outdir: "/assets",
    assetNames: "[name]-[hash]",
    publicPath: "/assets",
    loader: { ".woff2": "file", ".woff": "file" },
    define: { "process.env.NODE_ENV": '"production"' },
    nodePaths: [join(folder, "../../../node_modules")],
    logLevel: "error",
  })
  for (const { path, contents } of made.outputFiles) files.set(path, Buffer.from(contents))
  const links = `<link rel="stylesheet" href="/assets/${name}-page.css"><script type="module" src="/assets/${name}.js"></script>`
  files.set(`/${name}`, Buffer.from(`<!doctype html><meta charset="utf-8"><title>${name}</title>${links}<main id="desk"></main>`))
}

function prosemirror(origin) {
  return rival(origin, "prosemirror", {
    name: `ProseMirror ${version("prosemirror-view")}, y-prosemirror ${version("y-prosemirror")}`,
    update: forProsemirror,
    ready: ".ProseMirror[contenteditable=true] p.el-scene-heading",
    texts: doc => doc.getXmlFragment("prosemirror").toArray().map(element => element.get(0)),
    presence: end => ({ cursor: { anchor: end, head: end } }),
  })
}

function slate(origin) {
  return rival(origin, "slate", {
    name: `Slate ${version("slate")}, slate-yjs ${version("@slate-yjs/core")}`,
    update: forSlate,
    ready: "[data-slate-editor][contenteditable=true] p.el-scene-heading",
    texts: doc => doc.get("content", Y.XmlText).toDelta().map(({ insert }) => insert),
    presence: end => ({ selection: { anchor: end, focus: end } }),
  })
}

function rival(origin, page, { name, update, ready, texts, presence }) {
  return {
    name,
    ready,
    async seed(relay, { paragraphs }) {
      const id = randomUUID()
      const bytes = update(paragraphs)
      await using one = peer(relay, id)
      await one.synced()
      Y.applyUpdate(one.doc, bytes)
      await untilStored(relay, id, one.doc)
      return id
    },
    address: (relay, id) => `${origin}/${page}#${relay.scripts}/${id}`,
    async goTo(page, part) {
      await page.evaluate(part => window.goTo(part), part)
      await page.keyboard.press("End")
      await page.keyboard.press("Enter")
    },
    settled: () => Promise.resolve(),
    known: () => Promise.resolve(),
    /** The text two paragraphs below where `goTo` goes, behind its first letters. */
    place(doc, part) {
      const all = texts(doc)
      const from = Math.floor(part * (all.length - 1)) + 2
      const text = all.slice(from).find(text => text instanceof Y.XmlText && text.length > 3) ?? all[0]
      return { text, at: 3 }
    },
    presence(text, at) {
      return presence(Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, at)))
    },
  }
}

/** Until somebody who joins has all that the document has. */
async function untilStored(relay, id, doc) {
  const wanted = Buffer.from(Y.encodeStateVector(doc)).toString("base64")
  for (let often = 0; often < 100; often++) {
    await using one = peer(relay, id)
    await one.synced()
    if (Buffer.from(Y.encodeStateVector(one.doc)).toString("base64") === wanted) return
  }
  throw new Error("the relay has not taken the script")
}
