// The frame around a script: header with its tools, scenes, the desk for the paper, status line.
// It makes nodes and passes on what the writer asks for; it knows no script.

import type { ElementType, Role } from "scriptroom"
import { attachMenu, type MenuEntry } from "./dialogs"
import { el, icon, iconButton, isMac, keyLabel } from "./dom"
import { elementLabel, elementTypes } from "./elements"
import { isElement } from "./keys"
import { Notice } from "./notice"
import { mayWrite } from "./roles"
import { buttonStyles, type NamedStyle } from "./styles"
import { ui } from "./words/ui"

/** What a writer can ask for in the frame. */
export interface ShellActions {
  readonly rename: (title: string) => void
  /** `goesOn`: they choose on, and are not in the script yet. */
  readonly setElement: (element: ElementType, goesOn: boolean) => void
  /** They want to write on. */
  readonly toScript: () => void
  readonly toggleStyle: (style: NamedStyle) => void
  readonly undo: () => void
  readonly redo: () => void
  readonly share: () => void
  readonly menu: () => readonly (MenuEntry | null)[]
}

/** What the Share button is for: a script that is open to everybody has a link, and another has people. */
export type Sharing = "link" | "people"

/** The parts that others draw. */
export interface ShellParts {
  readonly outline: HTMLElement
  readonly badge: HTMLElement
  readonly peers: HTMLElement
  readonly statusline: HTMLElement
  readonly comments: HTMLElement
  readonly commentsToggle: HTMLElement
}

const narrow = matchMedia("(max-width: 56rem)")
const roomy = matchMedia("(min-width: 90rem)")

/** The frame. */
export class Shell {
  readonly desk = el("main", { class: "desk" })
  readonly dom: HTMLElement
  private readonly title: HTMLInputElement
  private readonly select: HTMLSelectElement
  private readonly outlineToggle: HTMLButtonElement
  private readonly reader = el("span", { class: "reader", hidden: true })
  /** What stands in the way, and what to do about it. */
  readonly notice = new Notice()

  constructor(parts: ShellParts, actions: ShellActions, sharing: Sharing) {
    this.title = titleInput(actions.rename)
    this.select = elementSelect(actions)
    this.outlineToggle = iconButton("scenes", ui.shell.scenes, () => {
      this.showOutline(this.outlineHidden)
      if (!narrow.matches || this.outlineHidden) return
      const { outline } = parts
      ;(outline.querySelector<HTMLElement>('.scene[tabindex="0"]') ?? outline.querySelector("button"))?.focus()
    })
    this.outlineToggle.setAttribute("aria-controls", "outline")
    // What lies under the open list is dimmed, and a way out of it for whoever has neither Escape nor Tab.
    const scrim = el("button", { type: "button", class: "scrim", tabindex: -1, "aria-label": ui.outline.close, onclick: () => this.leaveOutline() })
    const header = this.header(parts, actions, sharing)
    this.dom = el("div", { class: "app" }, header, this.notice.dom, parts.outline, scrim, this.desk, parts.comments, parts.statusline)
    this.dom.addEventListener("keydown", event => {
      if (event.key === "Escape" && narrow.matches && !this.outlineHidden) this.leaveOutline()
    })
    parts.outline.addEventListener("focusout", ({ relatedTarget: to }) => {
      // Where it lies over all else, the focus is not seen anywhere else. A dialog gives it back.
      const isElsewhere = to instanceof Element && !parts.outline.contains(to) && !to.closest("dialog, .scrim") && to !== this.outlineToggle
      if (isElsewhere && narrow.matches) this.showOutline(false)
    })
    this.showOutline(!narrow.matches)
  }

  /** A title that is being written is as done as it will be. */
  handInTitle(): void {
    this.title.blur()
  }

  /** Shows the script's title, unless it is being written by somebody who may. */
  showTitle(title: string): void {
    const words = title ? `${title} – Scriptroom` : "Scriptroom"
    if (document.title !== words) document.title = words
    const isWriting = document.activeElement === this.title && !this.title.readOnly
    if (!isWriting && this.title.value !== title) this.title.value = title
  }

  /** Shows the element at the caret. */
  showElement(element: ElementType): void {
    if (this.select.value !== element) this.select.value = element
  }

  /** Shows what somebody may do here: who only reads has no tools to write with. */
  showRole(role: Role | null): void {
    const reads = role !== null && !mayWrite(role)
    this.dom.classList.toggle("read-only", reads)
    this.title.readOnly = reads
    this.reader.hidden = !reads
    if (!reads) return
    this.reader.title = ui.shell.readerHint(ui.roles.may[role])
    this.reader.replaceChildren(icon("eye"), el("span", { class: "reader-words" }, role === "viewer" ? ui.shell.viewOnly : ui.shell.viewAndComment))
  }

  /** Shows or hides the scenes. */
  showOutline(show: boolean): void {
    this.dom.classList.toggle("outline-closed", !show)
    this.outlineToggle.setAttribute("aria-expanded", String(show))
  }

  /** Shows or hides the comments. Where there is no room for scenes, paper and comments, the scenes go. */
  showComments(show: boolean): void {
    this.dom.classList.toggle("comments-open", show)
    if (show && !roomy.matches) this.showOutline(false)
  }

  /** On a narrow screen the scenes lie over the script: they go when one was chosen. */
  outlineChosen(): void {
    if (narrow.matches) this.showOutline(false)
  }

  private leaveOutline(): void {
    this.showOutline(false)
    this.outlineToggle.focus()
  }

  private get outlineHidden(): boolean {
    return this.dom.classList.contains("outline-closed")
  }

  private header(parts: ShellParts, actions: ShellActions, sharing: Sharing): HTMLElement {
    const home = el("a", { class: "brand", href: "/", "aria-label": ui.common.allScripts, title: ui.common.allScripts }, logo())
    const label = sharing === "link" ? ui.shell.shareLink : ui.shell.sharePeople
    const share = el(
      "button",
      { type: "button", class: "button", title: label, "aria-label": label, onclick: actions.share },
      icon("share"),
      el("span", { class: "share-words" }, ui.shell.share),
    )
    const menu = attachMenu(
      iconButton("more", ui.shell.menu, () => {}),
      actions.menu,
    )
    return el(
      "header",
      { class: "bar" },
      this.outlineToggle,
      home,
      this.title,
      this.tools(actions),
      this.reader,
      el("span", { class: "spring" }),
      parts.badge,
      parts.peers,
      parts.commentsToggle,
      share,
      menu,
    )
  }

  private tools(actions: ShellActions): HTMLElement {
    const style = ({ style, key }: (typeof buttonStyles)[number]): HTMLElement => {
      const label = ui.styles[style]
      return el(
        "button",
        {
          type: "button",
          class: `icon-button format-${style}`,
          "aria-label": label,
          title: `${label} (${keyLabel(key)})`,
          onmousedown: keepFocus,
          onclick: () => actions.toggleStyle(style),
        },
        label.charAt(0),
      )
    }
    const undo = iconButton("undo", ui.shell.undo(keyLabel("Mod-z")), actions.undo)
    const redo = iconButton("redo", ui.shell.redo(keyLabel("Mod-Shift-z")), actions.redo)
    for (const button of [undo, redo]) button.addEventListener("mousedown", keepFocus)
    return el(
      "div",
      { class: "tools", role: "group", "aria-label": ui.shell.writing },
      this.select,
      ...buttonStyles.map(style),
      undo,
      redo,
    )
  }
}

function logo(): HTMLElement {
  return el("img", { src: "/icon.svg", alt: "", width: 28, height: 28 })
}

/** A click on a tool leaves the selection in the script as it is, and on a phone the keyboard where it is. */
const keepFocus: EventListener = event => event.preventDefault()

function titleInput(rename: (title: string) => void): HTMLInputElement {
  const input = el("input", {
    class: "script-title",
    type: "text",
    "aria-label": ui.shell.title,
    placeholder: ui.common.untitled,
    maxlength: 200,
    onchange: () => rename(input.value.trim()),
    onkeydown: (event: Event) => {
      if ((event as KeyboardEvent).key === "Enter") input.blur()
    },
  })
  return input
}

/**
 * The list of elements. What is chosen with the mouse, or in the open list, leads back to the script at once. Who walks the closed list by
 * keys gives the paragraph each element on their way, and goes to the script by Enter or Tab.
 */
function elementSelect({ setElement, toScript }: ShellActions): HTMLSelectElement {
  const option = (element: ElementType): HTMLOptionElement => el("option", { value: element }, elementLabel(element))
  let walks = false
  let hasWalked = false
  const select = el("select", {
    class: "element-select",
    "aria-label": ui.shell.element,
    title: ui.shell.elementHint,
    onchange: () => {
      hasWalked = walks
      if (isElement(select.value)) setElement(select.value, walks)
    },
    onkeydown: event => {
      const { key, altKey, shiftKey } = event as KeyboardEvent
      walks = !altKey && walking.test(key)
      if (hasWalked && !shiftKey && (key === "Enter" || key === "Tab")) {
        event.preventDefault()
        toScript()
      }
      // Other keys than these open the list, where Enter is a choice.
      hasWalked &&= walks
    },
    onpointerdown: () => (walks = hasWalked = false),
    onblur: () => (walks = hasWalked = false),
  })
  select.append(...elementTypes.map(option))
  return select
}

/** The keys that choose in a closed list: arrows, where they do not open it, and the letters of a name. */
const walking = isMac ? /^\S$/ : /^(Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End|\S)$/
