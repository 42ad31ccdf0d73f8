// The people of a script, each with a role that owners change.

import type { Role } from "scriptroom"
import type { Member } from "scriptroom/relay"
import { account, knownConfig, relay } from "../account/account"
import { personName, personNamed } from "../account/people"
import { confirmed } from "../dialogs"
import { el, iconButton } from "../dom"
import { colorOf } from "../colors"
import { roles } from "../roles"
import type { Sharing } from "./dialog"
import { later } from "../words/later"
import { ui } from "../words/ui"

/** The list, and for owners a way to add somebody. */
export class People {
  private readonly list = el("ul", { class: "people", "aria-label": later.share.list })
  private readonly add: HTMLElement
  readonly dom: HTMLElement

  constructor(
    private readonly sharing: Sharing,
    private readonly left: () => void,
  ) {
    this.add = this.addForm()
    this.dom = el("section", { "aria-labelledby": "people-title" }, el("h3", { id: "people-title" }, later.share.people), this.list, this.add)
  }

  show(members: readonly Member[], isOwner: boolean): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.member
    this.list.replaceChildren(...members.map(member => this.row(member, isOwner)))
    this.add.hidden = !isOwner || signInKinds().length === 0
    if (focused) this.list.querySelector<HTMLElement>(`[data-member="${CSS.escape(focused)}"]`)?.focus()
  }

  private row(member: Member, isOwner: boolean): HTMLElement {
    const name = personName(member.person)
    const isMe = member.person === account()?.person
    const who = el(
      "span",
      { class: "who" },
      el("span", { class: "name" }, name, isMe && el("span", { class: "muted" }, later.share.isYou)),
      member.by.startsWith("link:") && el("span", { class: "muted" }, later.share.byLink),
    )
    const face = el("span", { class: "face", style: `--peer: ${colorOf(member.person)}`, "aria-hidden": "true" }, [...name][0]?.toUpperCase() ?? "")
    return el("li", {}, face, who, isOwner ? this.roleSelect(member, name) : el("span", { class: "role" }, ui.roles.names[member.role]), this.removal(member, name, isMe, isOwner))
  }

  private roleSelect({ person, role }: Member, name: string): HTMLElement {
    const options = roles.map(one => el("option", { value: one, selected: one === role }, ui.roles.names[one]))
    const change = (): void => {
      const wanted = select.value as Role
      void this.sharing.run(() => this.script.setRole(person, wanted), ui.roles.now(name, ui.roles.may[wanted]))
    }
    const select = el("select", { "aria-label": later.share.mayDo(name), "data-member": person, onchange: change }, ...options)
    return select
  }

  private removal({ person }: Member, name: string, isMe: boolean, isOwner: boolean): HTMLElement | null {
    if (isMe) return el("button", { type: "button", class: "button", onclick: () => void this.leave(person) }, ui.common.leave)
    if (!isOwner) return null
    return iconButton("close", later.share.removeOf(name), () => void this.remove(person, name))
  }

  private async remove(person: string, name: string): Promise<void> {
    if (await confirmed(later.share.removeTitle(name), later.share.removeWords, later.share.remove)) {
      await this.sharing.run(() => this.script.remove(person), later.share.removed(name))
      // The row that had the focus is gone.
      this.list.querySelector<HTMLElement>("select, button")?.focus()
    }
  }

  private async leave(person: string): Promise<void> {
    if (!(await confirmed(later.share.leaveTitle, ui.common.leaveWords, ui.common.leave))) return
    let isOut = false
    await this.sharing.run(async () => {
      await this.script.remove(person)
      isOut = true
    }, "")
    if (isOut) this.left()
  }

  private addForm(): HTMLElement {
    const kinds = signInKinds()
    const byMail = kinds.includes("password")
    const label = byMail ? later.share.byMail : later.share.byName
    const who = el("input", { type: byMail ? "email" : "text", required: true, maxlength: 190, autocomplete: "off" })
    const role = el("select", { "aria-label": later.share.theyMay }, ...roles.map(one => el("option", { value: one, selected: one === "editor" }, ui.roles.names[one])))
    const send = (event: Event): void => {
      event.preventDefault()
      const person = personNamed(who.value, kinds)
      if (person === null) return
      const wanted = role.value as Role
      const typed = who.value
      const add = async (): Promise<void> => {
        await this.script.setRole(person, wanted)
        if (who.value === typed) who.value = ""
      }
      void this.sharing.run(add, later.share.added(personName(person), ui.roles.may[wanted]))
    }
    return el(
      "form",
      { class: "add-person", onsubmit: send },
      el("label", { class: "field" }, label, who),
      role,
      el("button", { class: "button", type: "submit" }, later.share.add),
    )
  }

  private get script(): ReturnType<typeof relay.script> {
    return relay.script(this.sharing.id)
  }
}

function signInKinds(): readonly string[] {
  return knownConfig()?.signIn ?? []
}
