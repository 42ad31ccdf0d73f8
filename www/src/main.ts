// Where the app starts: reads the address, shows the home page, the sign-in or a script, and stays until the address changes
// or somebody else signs in.

import { checkFinalDraft, checkPdf } from "scriptroom"
import { RelayError, type RelayConfig } from "scriptroom/relay"
import { account, askConfig, keepSignedIn, knownConfig, onAccount, relay, SignedOutError } from "./account/account"
import { showGate } from "./account/gate"
import { type Identity, identityOf, newIdentity, ownerName } from "./account/identity"
import { keepSettingsWithAccount } from "./account/settings"
import { signOut } from "./account/signout"
import { closeModals, showDialog, toast } from "./dialogs"
import { el } from "./dom"
import { hasDrafts } from "./drafts"
import { takeDroppedFiles } from "./drop"
import { chooseFile, readFile, type ScriptFile } from "./files"
import { showHome } from "./home"
import { showOnPage } from "./modes"
import { newScriptId, parseRoute, type Route, scriptHref, type ScriptId } from "./route"
import { rememberScript } from "./saved"
import { whenIdle } from "./scenes"
import { Session } from "./session"
import { followOtherTabs, loadSettings, onSettings } from "./settings"
import { initScripts } from "./wasm"
import { chooseLanguage, ui } from "./words/ui"

const host = el("div", { id: "app" })
let session: Session | null = null
/** How the relay lets people in; `null` while it was never heard. */
let config: RelayConfig | null = knownConfig()
/** What is being shown. One address after the other: a script that opens is open before it is left again. */
let showing: Promise<void> = chooseLanguage()
/** Which address that is. */
let shown = ""
/** Whether somebody is being asked if they leave. */
let asking = false

function showRoute(file?: ScriptFile): void {
  showing = showing.then(() => showAddress(file)).catch(showOpenFailure)
}

/** Which words would be lost by leaving the script that is open, for whoever is asked. */
function lostByLeaving(): string | null {
  if (session?.hasOnlyInMemory) return ui.leaving.words
  return hasDrafts() ? ui.leaving.draft : null
}

/** Whether the script that is open may be left. Where words would be lost somebody is asked first. */
async function mayLeave(): Promise<boolean> {
  const words = lostByLeaving()
  if (words === null) return true
  if (asking) return false
  asking = true
  const answer = await showDialog(ui.leaving.title, [el("p", {}, words)], [
    { label: ui.leaving.stay, value: "", kind: "primary" },
    { label: ui.leaving.lose, value: "leave", kind: "danger" },
  ])
  asking = false
  return answer === "leave"
}

/** Somebody has gone back or forward: by then the address is another. */
async function follow(): Promise<void> {
  if (asking) return
  if (await mayLeave()) showRoute()
  else if (location.pathname !== shown) history.pushState(null, "", shown)
}

async function showAddress(file?: ScriptFile): Promise<void> {
  // A dialog is about what it was opened over. Where that is only shown anew it stays.
  if (session || location.pathname !== shown) await closeModals()
  shown = location.pathname
  const leaving = session
  session = null
  await leaving?.close()
  const route = parseRoute(location.pathname, location.hash)
  // What a script needs besides, while it is being asked how the relay lets people in. A failure is told where it is awaited.
  if (route.kind === "script") initScripts().catch(() => {})
  config ??= await askConfig()
  if (route.kind === "script") return await showScript(route, file)
  showHome(host, config, { newScript: file => void newScript(file), openFile: () => void chooseAndOpen(), signOut: () => void leave(), refresh: () => showRoute() })
  if (route.kind === "unknown") toast(ui.standing.missing)
}

async function showScript(route: Extract<Route, { kind: "script" }>, file?: ScriptFile): Promise<void> {
  const { id, secret } = route
  const now = account()
  const as = secret === null ? identityOf(id, config) : now && ({ kind: "person", person: now.person } as const)
  if (config && (as === null || (secret !== null && !now?.token))) {
    // Whoever has signed in comes back here by `onAccount`.
    return showGate(host, config, secret !== null, () => {})
  }
  if (secret !== null && !(await acceptLink(id, secret)) && config) return showGate(host, config, true, () => {})
  await openScript(id, as ?? newIdentity(config), file)
}

async function openScript(id: ScriptId, as: Identity, file?: ScriptFile): Promise<void> {
  host.replaceChildren(el("p", { class: "opening visually-hidden", role: "status" }, ui.session.opening))
  rememberScript({ id, of: ownerName(as) })
  const actions = { newScript: () => void newScript(), openFile: () => void chooseAndOpen(), signOut: () => void leave() }
  session = await Session.open(host, id, as, config, actions, file)
}

/** Becomes a member by a link. The secret goes from the address: it is not to be passed on by whoever copies that. Resolves with
 * `false` where somebody has to sign in first: for that, and where the relay has not said a word about the link, it stays. */
async function acceptLink(id: ScriptId, secret: string): Promise<boolean> {
  try {
    const { role } = await relay.script(id).accept(secret)
    history.replaceState(null, "", scriptHref(id))
    rememberScript({ id, of: account()?.person ?? "guest", unmade: false })
    toast(role === "viewer" ? ui.session.canRead : role === "commenter" ? ui.session.canComment : ui.session.canWrite)
  } catch (error) {
    const status = error instanceof RelayError ? error.status : null
    if (error instanceof SignedOutError || status === 401) return false
    const isBad = status !== null && status !== 429 && status < 500
    if (isBad) history.replaceState(null, "", scriptHref(id))
    toast(isBad ? ui.session.linkBad : ui.session.linkOffline)
  }
  return true
}

function showOpenFailure(error: unknown): void {
  console.error(error)
  const again = el("button", { type: "button", class: "button primary", onclick: () => location.reload() }, ui.common.tryAgain)
  const words = error instanceof Error ? error.message : String(error)
  host.replaceChildren(
    el(
      "section",
      { class: "crash", role: "alert" },
      el("h2", {}, ui.session.notOpened),
      el("p", {}, ui.session.notOpenedWords),
      el("details", {}, el("summary", {}, ui.common.whatHappened), words),
      el("div", { class: "actions" }, again, el("a", { class: "button", href: "/" }, ui.common.allScripts)),
    ),
  )
}

async function newScript(file?: ScriptFile): Promise<void> {
  if (!(await mayLeave())) return
  const id = newScriptId()
  const as = newIdentity(config)
  rememberScript({ id, of: ownerName(as), ...(as.kind === "person" && { unmade: true }) })
  history.pushState(null, "", scriptHref(id))
  showRoute(file)
}

async function chooseAndOpen(): Promise<void> {
  const file = await chooseFile()
  if (file !== null) await openFile(file)
}

/** A file goes into the script that is open while that is empty, and into a new one otherwise. */
async function openFile(given: File): Promise<void> {
  const file = await readFile(given).catch(() => undefined)
  if (!file) return toast(file === null ? ui.home.tooLarge(given.name) : ui.home.unread(given.name))
  if (!(await isFine(file))) return
  if (session?.takesFile) await session.importFile(file)
  else await newScript(file)
}

/** Whether a file can be read, said before there is a script for it. Of Fountain every file can. */
async function isFine(file: ScriptFile): Promise<boolean> {
  if (typeof file === "string") return true
  try {
    await initScripts()
    await (file.kind === "pdf" ? checkPdf : checkFinalDraft)(file.bytes)
    return true
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    toast(file.kind === "pdf" ? ui.session.badPdf(why) : ui.session.badFinalDraft(why))
    return false
  }
}

/** Signs out, if the writer means it. */
async function leave(): Promise<void> {
  const close = async (): Promise<void> => {
    const leaving = session
    session = null
    await leaving?.close()
    history.replaceState(null, "", "/")
  }
  if (await mayLeave()) await signOut(close)
}

function registerServiceWorker(): void {
  if (!("serviceWorker" in navigator)) return
  navigator.serviceWorker.register("/serviceworker.js").catch(error => {
    console.warn("without a service worker the app does not start offline:", error)
  })
}

/** Hears anew how the relay lets people in, and shows the home page again where that has changed. */
async function hearConfig(): Promise<void> {
  const before = JSON.stringify(config)
  config = await askConfig()
  if (JSON.stringify(config) !== before && parseRoute(location.pathname).kind === "home") showRoute()
}

document.body.append(host)
addEventListener("popstate", () => void follow())
addEventListener("beforeunload", event => lostByLeaving() !== null && event.preventDefault())
addEventListener("error", event => {
  // Browsers report a resize that takes one more frame as an error without an error; nothing broke.
  if (!event.message.startsWith("ResizeObserver loop")) session?.crashed(event.error ?? event.message)
})
addEventListener("unhandledrejection", event => session?.crashed(event.reason))
takeDroppedFiles(file => void openFile(file))
onAccount(() => {
  // A script goes on as whoever opened it, until that is nobody's any more.
  if (!session?.goesOnWith(account())) showRoute()
})
keepSignedIn()
followOtherTabs()
keepSettingsWithAccount()
onSettings(showOnPage)
showOnPage(loadSettings())
const wasHeard = config !== null
showRoute()
// Later: what it fetches is for the next time, and not to stand in the way of this one.
void showing.then(() => {
  if (wasHeard) void hearConfig()
  whenIdle(registerServiceWorker)
})
