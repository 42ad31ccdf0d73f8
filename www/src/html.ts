// A script's paragraphs as HTML for other programs: mails, word processors. Everything is in the elements' own styles, since
// no style sheet comes along; widths are those on paper.

import type { InsertedLine, Run, Style } from "scriptroom"

const upperCase = "text-transform:uppercase;"
/** How each element stands, from the left edge of the action. Those that are not named stand there. */
const looks: Readonly<Record<string, string>> = {
  "scene-heading": `${upperCase}font-weight:bold;margin-top:2em;`,
  character: `${upperCase}margin-left:2in;`,
  parenthetical: "margin:0 2in 0 1.5in;",
  dialogue: "margin:0 1.5in 0 1in;",
  lyrics: "margin:0 1.5in 0 1in;font-style:italic;",
  transition: `${upperCase}text-align:right;`,
  shot: upperCase,
  centered: "text-align:center;",
  "new-act": `${upperCase}text-align:center;text-decoration:underline;`,
  "end-of-act": `${upperCase}text-align:center;text-decoration:underline;`,
}

const tags: Readonly<Partial<Record<Style, string>>> = { bold: "b", italic: "i", underline: "u", strike: "s" }

/** The HTML of some paragraphs. */
export function htmlOf(lines: readonly InsertedLine[]): string {
  const paragraph = ({ element = "action", text, runs }: InsertedLine): string =>
    `<p style="margin:1em 0 0;${looks[element] ?? ""}">${(runs ?? [{ text, styles: [] }]).map(runHtml).join("")}</p>`
  return `<div style="font:12pt 'Courier Prime',Courier,monospace;width:6in">${lines.map(paragraph).join("")}</div>`
}

function runHtml({ text, styles }: Run): string {
  return styles.reduce((inner, style) => (tags[style] ? `<${tags[style]}>${inner}</${tags[style]}>` : inner), escaped(text))
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
}
