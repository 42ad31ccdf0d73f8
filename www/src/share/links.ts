// Links that let others in with a role. What a link's secret is, only whoever made it is told, once.

import type { LinkWish, ShareLink } from "scriptroom/relay"
import { relay } from "../account/account"
import { el, icon } from "../dom"
import { roleWords } from "../roles"
import { linkHref } from "../route"
import { fromNow } from "../when"
import type { Sharing } from "./dialog"

const daySeconds = 24 * 60 * 60

/** How long a link may be good, in seconds; 0 for as long as nobody revokes it. */
const lives: readonly (readonly [number, string])[] = [
  [0, "until it is revoked"],
  [daySeconds, "for a day"],
  [7 * daySeconds, "for a week"],
  [30 * daySeconds, "for 30 days"],
]

const linkRoles = ["editor", "commenter", "viewer"] as const

/** The links, and how to make one. */
export class Links {
  private readonly list = el("ul", { class: "links", "aria-label": "Links to this script" })
  /** The secrets of the links that were made in this dialog. */
  private readonly secrets = new Map<string, string>()
  private readonly makeButton = el("button", { class: "button", type: "submit" }, "Make a link")
  readonly dom: HTMLElement

  constructor(private readonly sharing: Sharing) {
    this.dom = el(
      "section",
      { "aria-labelledby": "links-title" },
      el("h3", { id: "links-title" }, "Links"),
      el("p", { class: "muted" }, "Whoever opens a link and signs in is in the script."),
      this.list,
      this.makeForm(),
    )
  }

  show(links: readonly ShareLink[]): void {
    const good = links.filter(({ revoked, expires }) => revoked === null && (expires === null || expires > Date.now()))
    this.list.replaceChildren(...good.map(link => this.row(link)))
    this.list.hidden = good.length === 0
  }

  private row(link: ShareLink): HTMLElement {
    const what = `Whoever has it ${roleWords[link.role]}`
    const until = link.expires === null ? "until it is revoked" : `over ${fromNow(link.expires)}`
    const work = (): Promise<void> => relay.script(this.sharing.id).revokeLink(link.id)
    // The row goes, and the focus would go with it.
    const revoke = (): void => void this.sharing.run(work, "The link is revoked: it lets nobody in any more.").then(() => this.makeButton.focus())
    const secret = this.secrets.get(link.id)
    return el(
      "li",
      {},
      el("span", { class: "who" }, el("span", { class: "name" }, what), el("span", { class: "muted" }, `made ${fromNow(link.made)}, ${until}`)),
      el("button", { type: "button", class: "button", "aria-label": `Revoke the link: ${what}`, onclick: revoke }, "Revoke"),
      secret ? this.address(linkHref(location.origin, this.sharing.id, secret)) : null,
    )
  }

  /** A new link's address: shown until the dialog is closed. */
  private address(href: string): HTMLElement {
    const input = el("input", { type: "text", readonly: true, value: href, "aria-label": "The link", onfocus: () => input.select() })
    const copy = (): void => {
      navigator.clipboard.writeText(href).then(
        () => this.sharing.say("Copied."),
        () => input.focus(),
      )
    }
    return el("div", { class: "address" }, input, el("button", { type: "button", class: "button primary", onclick: copy }, icon("copy"), "Copy"), el("p", { class: "muted" }, "Copy it now: it is not shown again."))
  }

  private makeForm(): HTMLElement {
    const role = el("select", { "aria-label": "What the link lets people do" }, ...linkRoles.map(one => el("option", { value: one }, roleWords[one])))
    const life = el("select", { "aria-label": "How long the link is good" }, ...lives.map(([seconds, words]) => el("option", { value: seconds }, words)))
    const make = (event: Event): void => {
      event.preventDefault()
      const seconds = Number(life.value)
      const wish: LinkWish = { role: role.value as LinkWish["role"], expiresInS: seconds === 0 ? null : seconds }
      const work = async (): Promise<void> => {
        const { id, secret } = await relay.script(this.sharing.id).makeLink(wish)
        this.secrets.set(id, secret)
      }
      void this.sharing.run(work, "The link is ready to be copied.").then(() => this.list.querySelector<HTMLElement>("li:last-child .primary")?.focus())
    }
    return el("form", { class: "make-link", onsubmit: make }, el("span", {}, "Whoever has it"), role, life, this.makeButton)
  }
}
