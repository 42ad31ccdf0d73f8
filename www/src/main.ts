// Where the app starts: reads the address, shows the home page or a script, and stays until the
// address changes.

import { toast } from "./dialogs"
import { el } from "./dom"
import { chooseFountain } from "./files"
import { showHome } from "./home"
import { newScriptId, parseRoute, scriptHref } from "./route"
import { Session } from "./session"

const host = el("div", { id: "app" })
let session: Session | null = null

async function showRoute(fountain?: string): Promise<void> {
  const leaving = session
  session = null
  await leaving?.close()
  const route = parseRoute(location.pathname)
  if (route.kind === "script") return showScript(route.id, fountain)
  showHome(host, { newScript, openFile: () => void openFile() })
  if (route.kind === "unknown") toast("There is no script at this address.")
}

async function showScript(id: string, fountain?: string): Promise<void> {
  host.replaceChildren(el("p", { class: "opening visually-hidden", role: "status" }, "Opening the script…"))
  try {
    session = await Session.open(host, id, { newScript: () => newScript(), openFile: () => void openFile() }, fountain)
  } catch (error) {
    showOpenFailure(error)
  }
}

function showOpenFailure(error: unknown): void {
  console.error(error)
  const again = el("button", { type: "button", class: "button primary", onclick: () => location.reload() }, "Try again")
  const words = error instanceof Error ? error.message : String(error)
  host.replaceChildren(
    el(
      "section",
      { class: "crash", role: "alert" },
      el("h2", {}, "The script could not be opened"),
      el("p", {}, "What you typed on this device is kept."),
      el("details", {}, el("summary", {}, "What happened"), words),
      el("div", { class: "actions" }, again, el("a", { class: "button", href: "/" }, "All scripts")),
    ),
  )
}

function newScript(fountain?: string): void {
  history.pushState(null, "", scriptHref(newScriptId()))
  void showRoute(fountain)
}

/** A file goes into the script that is open while that is empty, and into a new one otherwise. */
async function openFile(): Promise<void> {
  const text = await chooseFountain()
  if (text === null) return
  if (session?.isEmpty) await session.importFountain(text)
  else newScript(text)
}

function registerServiceWorker(): void {
  if (!("serviceWorker" in navigator)) return
  navigator.serviceWorker.register("/serviceworker.js").catch(error => {
    console.warn("without a service worker the app does not start offline:", error)
  })
}

document.body.append(host)
addEventListener("popstate", () => void showRoute())
addEventListener("error", event => {
  // Browsers report a resize that takes one more frame as an error without an error; nothing broke.
  if (!event.message.startsWith("ResizeObserver loop")) session?.crashed(event.error ?? event.message)
})
addEventListener("unhandledrejection", event => session?.crashed(event.reason))
void showRoute()
registerServiceWorker()
