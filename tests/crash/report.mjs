// What a command of this folder has found out, as a file beside it: what ran, where, on which commit, and the figures.
import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus, loadavg, totalmem } from "node:os"
import { parseArgs } from "node:util"
import { join } from "node:path"

const require = createRequire(import.meta.url)

/** The options of a command: those that are given here, numbers unless their name is `report` or `commit`. */
export function options(defaults) {
  const text = { type: "string" }
  const names = Object.fromEntries([...Object.keys(defaults), "commit"].map((name) => [name, text]))
  const { values } = parseArgs({ options: { ...names, publish: { type: "boolean", default: false } } })
  const numbers = Object.entries(defaults).map(([name, value]) => [name, Number(values[name] ?? value)])
  return { ...Object.fromEntries(numbers), commit: values.commit ?? "unknown", publish: values.publish }
}

const folder = import.meta.dirname

/** A report, begun now. `rows` gives its table: what, and how much. */
export class Report {
  #name
  #rows
  #began = performance.now()
  #head
  constructor(name, rows, { command, commit, versions = {} }) {
    this.#name = name
    this.#rows = rows
    const machine = { processors: cpus().length, model: cpus()[0]?.model.trim(), memoryBytes: totalmem(), loadBefore: loadavg()[0] }
    this.#head = { command, commit, began: new Date().toISOString(), machine, versions: { node: process.version, ...versions } }
  }

  /** Prints the figures; `publish` puts them into the tree, beside this file and as a table in README.md. */
  finish(figures, publish) {
    const seconds = Math.round((performance.now() - this.#began) / 100) / 10
    const all = { ...this.#head, seconds, ...figures }
    const text = `${JSON.stringify(all, null, 2)}\n`
    process.stdout.write(text)
    if (!publish) return
    writeFileSync(join(folder, `${this.#name}.json`), text)
    this.#tell(all)
  }

  #tell(all) {
    const readme = join(folder, "README.md")
    const [begin, end] = ["begin", "end"].map((word) => `<!-- ${this.#name}: ${word} -->`)
    const [before, rest] = readFileSync(readme, "utf8").split(begin)
    const after = rest.split(end)[1]
    const table = this.#rows(all).map(([what, figure]) => `| ${what} | ${figure} |`)
    const ran = `\`${all.command}\` at commit ${all.commit}, ${all.seconds} s, ${all.machine.processors} processors (${all.machine.model}):`
    writeFileSync(readme, `${before}${begin}\n${[ran, "", "| | |", "|---|---:|", ...table].join("\n")}\n${end}${after}`)
  }
}

/** The version of an installed package. */
export function versionOf(name) {
  const file = require.resolve(`${name}/package.json`)
  return JSON.parse(readFileSync(file, "utf8")).version
}
