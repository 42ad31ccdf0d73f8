// Links that let others in with a role. What a link's secret is, only whoever made it is told, once.

import type { LinkWish, ShareLink } from "scriptroom/relay"
import { relay } from "../account/account"
import { el, icon } from "../dom"
import { linkHref } from "../route"
import { fromNow } from "../when"
import type { Sharing } from "./dialog"
import { ui } from "../words/ui"

const daySeconds = 24 * 60 * 60

/** How long a link may be good, in seconds; 0 for as long as nobody revokes it. */
const lives = { endless: 0, day: daySeconds, week: 7 * daySeconds, month: 30 * daySeconds } as const

const linkRoles = ["editor", "commenter", "viewer"] as const

/** The links, and how to make one. */
export class Links {
  private readonly list = el("ul", { class: "links", "aria-label": ui.links.list })
  /** The secrets of the links that were made in this dialog. */
  private readonly secrets = new Map<string, string>()
  // The second click of two is no other wish.
  private readonly makeButton = el("button", { class: "button", type: "submit", onclick: event => (event as MouseEvent).detail > 1 && event.preventDefault() }, ui.links.make)
  private isMaking = false
  readonly dom: HTMLElement

  constructor(private readonly sharing: Sharing) {
    this.dom = el(
      "section",
      { "aria-labelledby": "links-title" },
      el("h3", { id: "links-title" }, ui.links.title),
      el("p", { class: "muted" }, ui.links.words),
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
    const what = ui.links.may(ui.roles.may[link.role])
    const until = link.expires === null ? ui.links.lives.endless : ui.links.over(fromNow(link.expires))
    const work = (): Promise<void> => relay.script(this.sharing.id).revokeLink(link.id)
    // The row goes, and the focus would go with it.
    const revoke = (): void => void this.sharing.run(work, ui.links.revoked).then(() => this.makeButton.focus())
    const secret = this.secrets.get(link.id)
    return el(
      "li",
      {},
      el("span", { class: "who" }, el("span", { class: "name" }, what), el("span", { class: "muted" }, ui.links.made(fromNow(link.made), until))),
      el("button", { type: "button", class: "button", "aria-label": ui.links.revokeOf(what), onclick: revoke }, ui.links.revoke),
      secret ? this.address(linkHref(location.origin, this.sharing.id, secret)) : null,
    )
  }

  /** A new link's address: shown until the dialog is closed. */
  private address(href: string): HTMLElement {
    const input = el("input", { type: "text", readonly: true, value: href, "aria-label": ui.links.address, onfocus: () => input.select() })
    const copy = (): void => {
      navigator.clipboard.writeText(href).then(
        () => this.sharing.say(ui.links.copied),
        () => input.focus(),
      )
    }
    return el("div", { class: "address" }, input, el("button", { type: "button", class: "button primary", onclick: copy }, icon("copy"), ui.links.copy), el("p", { class: "muted" }, ui.links.copyNow))
  }

  private makeForm(): HTMLElement {
    const role = el("select", { "aria-label": ui.links.role }, ...linkRoles.map(one => el("option", { value: one }, ui.roles.may[one])))
    const life = el("select", { "aria-label": ui.links.life }, ...Object.entries(lives).map(([life, seconds]) => el("option", { value: seconds }, ui.links.lives[life as keyof typeof lives])))
    const make = (event: Event): void => {
      event.preventDefault()
      if (this.isMaking) return
      this.isMaking = true
      const seconds = Number(life.value)
      const wish: LinkWish = { role: role.value as LinkWish["role"], expiresInS: seconds === 0 ? null : seconds }
      const work = async (): Promise<void> => {
        const { id, secret } = await relay.script(this.sharing.id).makeLink(wish)
        this.secrets.set(id, secret)
      }
      void this.sharing.run(work, ui.links.ready).then(() => {
        this.isMaking = false
        this.list.querySelector<HTMLElement>("li:last-child .primary")?.focus()
      })
    }
    return el("form", { class: "make-link", onsubmit: make }, el("span", {}, ui.links.whoever), role, life, this.makeButton)
  }
}
