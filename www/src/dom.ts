// Making DOM nodes in one expression, and the icons. Nothing here knows what a script is.

import { ui } from "./words/ui"

type Attributes = Readonly<Record<string, string | number | boolean | EventListener | undefined>>
type Child = Node | string | null | undefined | false

/** Makes an element. `on…` attributes are listeners, `true` is an attribute without a value,
 * `false` and `undefined` leave it out. Text children are text, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value)
    else if (value === true) node.setAttribute(name, "")
    else if (value !== undefined && value !== false) node.setAttribute(name, String(value))
  }
  for (const child of children) if (child) node.append(child)
  return node
}

/** Makes these the children of an element, in this order. The one with the focus is not moved, and so keeps it: the others go around it. */
export function arrange(parent: Element, children: readonly Element[]): void {
  const stays = new Set(children)
  for (const child of [...parent.children]) if (!stays.has(child)) child.remove()
  const held = Math.max(0, children.findIndex(child => child.contains(document.activeElement)))
  const first = children[held]
  if (first && first.parentElement !== parent) parent.append(first)
  for (let at = held - 1; at >= 0; at--) {
    const [child, next] = [children[at], children[at + 1]]
    if (child && next && child.nextElementSibling !== next) next.before(child)
  }
  for (let at = held + 1; at < children.length; at++) {
    const [child, last] = [children[at], children[at - 1]]
    if (child && last && child.previousElementSibling !== last) last.after(child)
  }
}

const paths = {
  scenes: "M4 6h16M4 12h16M4 18h10",
  more: "M4.5 11.5h1v1h-1zM11.5 11.5h1v1h-1zM18.5 11.5h1v1h-1z",
  share: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17",
  plus: "M12 5v14M5 12h14",
  open: "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
  download: "M12 4v11m0 0-4-4m4 4 4-4M5 20h14",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16M8 8v8M10 6v12",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
  keys: "M3 7h18v10H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  undo: "M8 5 4 9l4 4M4 9h9a6 6 0 0 1 0 12h-2",
  redo: "m16 5 4 4-4 4M20 9h-9a6 6 0 0 0 0 12h2",
  home: "M4 11 12 4l8 7M6 10v9h12v-9",
  close: "M6 6l12 12M18 6 6 18",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  pen: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  leave: "M14 4H5v16h9M10 12h11m0 0-4-4m4 4-4 4",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20",
  history: "M4 12a8 8 0 1 0 2.5-5.8M4 5v4h4M12 8v4l3 2",
  eye: "M3 12s3-6 9-6 9 6 9 6-3 6-9 6-9-6-9-6zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  back: "M14 6l-6 6 6 6",
  comment: "M4 5h16v11h-9l-4 4v-4H4z",
  check: "M5 12.5l4.5 4.5L19 7",
  up: "M6 14l6-6 6 6",
  down: "M6 10l6 6 6-6",
  page: "M6 3h9l4 4v14H6zM14 3v5h5M9 12h6M9 15h6",
  printer: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  clapper: "M4 11h16v9H4zM4 11l-.8-3.6L18.6 4l.8 3.5zM8.2 6.3l2.4 3.2M13 5.2l2.4 3.2",
  chart: "M5 20V10M12 20V4M19 20v-7",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  sliders: "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4",
  drop: "M12 3c3.5 4.4 6 7.4 6 11a6 6 0 0 1-12 0c0-3.6 2.5-6.6 6-11z",
  bulb: "M9 18h6M10 21h4M12 3a6 6 0 0 0-4 10.5c.7.7 1 1.5 1 2.5h6c0-1 .3-1.8 1-2.5A6 6 0 0 0 12 3z",
} as const

/** The name of an icon. */
export type IconName = keyof typeof paths

/** An icon, hidden from screen readers: what carries it has a name of its own. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("viewBox", "0 0 24 24")
  svg.setAttribute("class", "icon")
  svg.setAttribute("aria-hidden", "true")
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  path.setAttribute("d", paths[name])
  svg.append(path)
  return svg
}

/** A button that shows only an icon. */
export function iconButton(name: IconName, label: string, onclick: () => void): HTMLButtonElement {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick }, icon(name))
}

/** Whether the keys of a Mac are meant by "Mod". */
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

/** A shortcut as it stands on this machine's keys: `Mod-Shift-z` → `Ctrl+Shift+Z`. */
export function keyLabel(key: string): string {
  const names: Readonly<Record<string, string>> = isMac ? { Mod: "⌘", Shift: "⇧", Alt: "⌥" } : ui.keyNames
  return key
    .split("-")
    .map(part => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(isMac ? "" : "+")
}
