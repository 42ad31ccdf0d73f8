// The app without a network after a first visit, and as one that a device installs.

import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "./writer.ts"

interface Manifest {
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose: string }[]
}

test("after a first visit of the home page a script is begun without a network", async ({ writer }) => {
  const ana = await writer()
  await ana.page.goto("/")
  await ana.canReloadOffline()
  await ana.context.setOffline(true)
  await ana.page.reload()
  await ana.page.getByRole("button", { name: "New script" }).click()
  await ana.script.waitFor()
  await ana.type("int. cellar - night")
  await ana.press("Enter")
  await ana.sees("int. cellar - night")
  await ana.page.reload()
  await ana.sees("int. cellar - night")
})

test("the browser takes the app's files from what is kept, and asks the relay, without waking the service worker", async ({ writer }) => {
  const ana = await writer()
  await ana.page.goto("/")
  await ana.canReloadOffline()
  const devtools = await ana.context.newCDPSession(ana.page)
  /** Where each comes from by a rule, and where it came from. */
  const sources = new Map<string, string>()
  devtools.on("Network.responseReceived", ({ response: { url, serviceWorkerRouterInfo } }) => {
    const { pathname } = new URL(url)
    if (/^\/(assets|api)\//.test(pathname)) sources.set(pathname, `${serviceWorkerRouterInfo?.matchedSourceType} ${serviceWorkerRouterInfo?.actualSourceType}`)
  })
  await devtools.send("Network.enable")
  await ana.page.reload()
  await expect(ana.page.getByRole("button", { name: "New script" })).toBeVisible()
  await expect.poll(() => sources.get("/api/config")).toBe("network network")
  sources.delete("/api/config")
  expect([...sources.keys()].join()).toContain("/assets/main-")
  expect(new Set(sources.values())).toEqual(new Set(["cache cache"]))
})

test("a browser finds all that installing takes, and each icon has the size that it says", async ({ writer, relay }) => {
  const ana = await writer()
  await ana.page.goto("/")
  await ana.canReloadOffline()
  const devtools = await ana.context.newCDPSession(ana.page)
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors")
  // Each writer of the suite has a private window, in which nothing is installed.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([])
  const { icons } = (await (await fetch(`${relay.origin}/manifest.webmanifest`)).json()) as Manifest
  expect(new Set(icons.map(({ purpose }) => purpose))).toEqual(new Set(["any", "maskable"]))
  for (const { src, sizes } of icons.filter(icon => icon.sizes !== "any")) {
    const size = await ana.page.evaluate(async src => {
      const picture = await createImageBitmap(await (await fetch(src)).blob())
      return `${picture.width}x${picture.height}`
    }, src)
    expect(size, src).toBe(sizes)
  }
})

test("a font comes also where the disk is too full to keep it", async ({ writer }) => {
  const ana = await writer()
  await ana.page.goto("/")
  await ana.canReloadOffline()
  const [worker] = ana.context.serviceWorkers()
  await worker?.evaluate(() => {
    Cache.prototype.put = () => Promise.reject(new DOMException("seeded by the test", "QuotaExceededError"))
  })
  const font = (await readdir(join(import.meta.dirname, "../../www/dist/assets/fonts"))).find(name => name.endsWith(".woff"))
  const length = await ana.page.evaluate(async font => {
    const response = await fetch(`/assets/fonts/${font}`)
    return (await response.arrayBuffer()).byteLength
  }, font)
  expect(length).toBeGreaterThan(1_000)
})
