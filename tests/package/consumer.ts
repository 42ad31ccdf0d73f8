// A project of somebody else's: the package is packed as it would be published, and installed from that file.

import { execFile } from "node:child_process"
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")

/** Foreign packages that a consumer has anyway: linked, so that installing needs no network. */
const present = ["@codemirror", "@marijn", "crelt", "style-mod", "w3c-keyname", "@types"]

/** A consumer's project in a folder of its own. */
export interface Consumer {
  readonly folder: string
  /** What the packed file holds, by path. */
  readonly packed: readonly string[]
  remove(): Promise<void>
}

/** Packs, installs, and copies the application of `app/` into the project. */
export async function consumer(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), "scriptroom-package-"))
  const pack = await npm(root, "pack", "--workspace", "pkg", "--pack-destination", folder, "--json")
  const [report] = JSON.parse(pack) as [{ filename: string; files: { path: string }[] }]
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  await npm(folder, "install", "--offline", "--no-audit", "--no-fund", join(folder, report.filename))
  await mkdir(join(folder, "node_modules"), { recursive: true })
  for (const name of present) await symlink(join(root, "node_modules", name), join(folder, "node_modules", name))
  await cp(join(import.meta.dirname, "app"), join(folder, "app"), { recursive: true })
  return {
    folder,
    packed: report.files.map(file => file.path),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Runs a program of the project's own npm packages, and returns what it printed. */
export async function program(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(join(root, "node_modules/.bin", name), args)
  return stdout
}

/** Runs this Node in a folder, and returns what it printed. */
export async function nodeIn(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, args, { cwd: folder })
  return stdout
}

async function npm(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("npm", args, { cwd: folder, maxBuffer: 16 * 1024 * 1024 })
  return stdout
}
