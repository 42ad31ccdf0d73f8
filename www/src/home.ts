// The page without a script in its address: start one, open one, go on with one.

import { toast } from "./dialogs"
import { el, icon, iconButton } from "./dom"
import { forgetScript, loadRecent, type RecentScript } from "./saved"
import { scriptHref } from "./route"

/** What the home page asks the app to do. */
export interface HomeActions {
  /** Opens a new script, seeded with the text of a Fountain file where one is given. */
  readonly newScript: (fountain?: string) => void
  readonly openFile: () => void
}

/** Shows the home page in `host`. */
export function showHome(host: HTMLElement, actions: HomeActions): void {
  document.title = "Scriptroom"
  const inner = el(
    "div",
    { class: "home-inner" },
    el("header", {}, el("img", { src: "/icon.svg", alt: "", width: 36, height: 36 }), el("span", { class: "name" }, "Scriptroom")),
    el("h1", {}, "Write one script together."),
    el(
      "p",
      { class: "lead" },
      "Everybody who has a script’s link writes in it at the same time. It works without a network too: " +
        "what you type is kept on this device and goes out when you are back.",
    ),
    starts(actions),
  )
  const recent = loadRecent()
  if (recent.length > 0) inner.append(...recentScripts(recent))
  host.replaceChildren(el("main", { class: "home" }, inner))
}

function starts(actions: HomeActions): HTMLElement {
  const demo = (): void => {
    loadDemo().then(actions.newScript, () => toast("The demo could not be loaded. Are you online?"))
  }
  return el(
    "div",
    { class: "starts" },
    el("button", { type: "button", class: "button primary", onclick: () => actions.newScript() }, icon("plus"), "New script"),
    el("button", { type: "button", class: "button", onclick: actions.openFile }, icon("open"), "Open Fountain…"),
    el("button", { type: "button", class: "button", onclick: demo }, icon("bulb"), "Try the demo"),
  )
}

async function loadDemo(): Promise<string> {
  const response = await fetch("/demo.fountain")
  if (!response.ok) throw new Error(`expected the demo, got ${response.status}`)
  return response.text()
}

function recentScripts(recent: readonly RecentScript[]): HTMLElement[] {
  const list = el("ul", { class: "recent", "aria-labelledby": "recent-title" }, ...recent.map(recentScript))
  return [
    el("h2", { id: "recent-title" }, "Recent on this device"),
    list,
    el("p", { class: "recent-note" }, "Taking a script from this list deletes nothing: its link still opens it."),
  ]
}

function recentScript(script: RecentScript): HTMLElement {
  const title = script.title || "Untitled script"
  const forget = (): void => {
    forgetScript(script.id)
    item.remove()
  }
  const link = el(
    "a",
    { href: scriptHref(script.id), "data-script": script.id },
    el("span", { class: "title" }, title),
    el("span", { class: "when" }, whenOpened(script.openedMs, Date.now())),
  )
  const item = el("li", {}, link, iconButton("close", `Take “${title}” from the list`, forget))
  return item
}

/** "5 minutes ago", in the words of the browser's language. */
function whenOpened(openedMs: number, nowMs: number): string {
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" })
  const minutes = Math.round((openedMs - nowMs) / 60_000)
  if (minutes > -60) return words.format(minutes, "minute")
  const hours = Math.round(minutes / 60)
  return hours > -24 ? words.format(hours, "hour") : words.format(Math.round(hours / 24), "day")
}
