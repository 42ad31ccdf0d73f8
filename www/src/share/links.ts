// Links that let others in with a role. What a link's secret is, only whoever made it is told, once.

import type { LinkWish, ShareLink } from "scriptroom/relay"
import { relay } from "../account/account"
import { el, icon } from "../dom"
import { linkHref } from "../route"
import { fromNow } from "../when"
import type { Sharing } from "./dialog"
import { later } from "../words/later"
import { ui } from "../words/ui"

const daySeconds = 24 * 60 * 60

/** How long a link may be good, in seconds; 0 for as long as nobody revokes it. */
const lives = { endless: 0, day: daySeconds, week: 7 * daySeconds, month: 30 * daySeconds } as const

const linkRoles = ["editor", "commenter", "viewer"] as const

/** The links, and how to make one. */
export class Links {
  private readonly list = el("ul", { class: "links", "aria-label": later.links.list })
  /** The secrets of the links that were made in this dialog. */
  private readonly secrets = new Map<string, string>()
  // The second click of two is no other wish.
  private readonly makeButton = el("button", { class: "button", type: "submit", onclick: event => (event as MouseEvent).detail > 1 && event.preventDefault() }, later.links.make)
  private isMaking = false
  readonly dom: HTMLElement

  constructor(private readonly sharing: Sharing) {
    this.dom = el(
      "section",
      { "aria-labelledby": "links-title" },
      el("h3", { id: "links-title" }, later.links.title),
      el("p", { class: "muted" }, later.links.words),
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
    const what = later.links.may(ui.roles.may[link.role])
    const until = link.expires === null ? later.links.lives.endless : later.links.over(fromNow(link.expires))
    const work = (): Promise<void> => relay.script(this.sharing.id).revokeLink(link.id)
    // The row goes, and the focus would go with it.
    const revoke = (): void => void this.sharing.run(work, later.links.revoked).then(() => this.makeButton.focus())
    const secret = this.secrets.get(link.id)
    return el(
      "li",
      {},
      el("span", { class: "who" }, el("span", { class: "name" }, what), el("span", { class: "muted" }, later.links.made(fromNow(link.made), until))),
      el("button", { type: "button", class: "button", "aria-label": later.links.revokeOf(what), onclick: revoke }, later.links.revoke),
      secret ? this.address(linkHref(location.origin, this.sharing.id, secret)) : null,
    )
  }

  /** A new link's address: shown until the dialog is closed. */
  private address(href: string): HTMLElement {
    const input = el("input", { type: "text", readonly: true, value: href, "aria-label": later.links.address, onfocus: () => input.select() })
    const copy = (): void => {
      navigator.clipboard.writeText(href).then(
        () => this.sharing.say(later.links.copied),
        () => input.focus(),
      )
    }
    return el("div", { class: "address" }, input, el("button", { type: "button", class: "button primary", onclick: copy }, icon("copy"), later.links.copy), el("p", { class: "muted" }, later.links.copyNow))
  }

  private makeForm(): HTMLElement {
    const role = el("select", { "aria-label": later.links.role }, ...linkRoles.map(one => el("option", { value: one }, ui.roles.may[one])))
    const life = el("select", { "aria-label": later.links.life }, ...Object.entries(lives).map(([life, seconds]) => el("option", { value: seconds }, later.links.lives[life as keyof typeof lives])))
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
      void this.sharing.run(work, later.links.ready).then(() => {
        this.isMaking = false
        this.list.querySelector<HTMLElement>("li:last-child .primary")?.focus()
      })
    }
    return el("form", { class: "make-link", onsubmit: make }, el("span", {}, later.links.whoever), role, life, this.makeButton)
  }
}
