// The fonts for letters that Courier Prime lacks, for PDFs: copied beside the app, each in pieces as its package has it, with
// a list of which letters each piece has. The app fetches what a script needs, when it is printed; `src/fonts.ts`.

import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { inflateSync } from "node:zlib"

const require = createRequire(import.meta.url)

/** In the order in which they are asked: first what looks most like Courier. */
const families = [
  { name: "ibm-plex-mono", of: "@fontsource/ibm-plex-mono", files: /-(cyrillic|cyrillic-ext|latin-ext|vietnamese)-400-normal\.woff$/ },
  { name: "cousine", of: "@fontsource/cousine", files: /-(greek|greek-ext|hebrew|latin-ext)-400-normal\.woff$/ },
  { name: "dejavu-sans-mono", of: "dejavu-fonts-ttf", files: /^DejaVuSansMono\.ttf$/, folder: "ttf" },
  { name: "noto-sans-thai", of: "@fontsource/noto-sans-thai", files: /-thai-400-normal\.woff$/ },
  { name: "noto-sans-devanagari", of: "@fontsource/noto-sans-devanagari", files: /-devanagari-400-normal\.woff$/ },
  { name: "biz-udgothic", of: "@fontsource/biz-udgothic", files: /-400-normal\.woff$/ },
  { name: "nanum-gothic-coding", of: "@fontsource/nanum-gothic-coding", files: /-400-normal\.woff$/ },
  { name: "noto-sans-sc", of: "@fontsource/noto-sans-sc", files: /-400-normal\.woff$/ },
  { name: "noto-emoji", of: "@fontsource/noto-emoji", files: /-400-normal\.woff$/ },
]

/** Copies the fonts and their licenses to a folder of the build; returns the name of their list there. */
export async function copyFonts(dist, folder) {
  await mkdir(join(dist, folder), { recursive: true })
  const list = []
  for (const family of families) list.push(await copyFamily(family, dist, folder))
  return await hashed(dist, folder, "fonts", ".json", JSON.stringify(list))
}

async function copyFamily({ name, of, files, folder: inside = "files" }, dist, folder) {
  const home = dirname(require.resolve(`${of}/package.json`))
  const names = (await readdir(join(home, inside))).filter(file => files.test(file)).sort()
  if (names.length === 0) throw new Error(`expected fonts in ${of}, got none`)
  const fonts = []
  for (const file of names) {
    const bytes = await readFile(join(home, inside, file))
    const [stem, ending] = /^(.*)(\.\w+)$/.exec(file).slice(1)
    fonts.push([await hashed(dist, folder, stem, ending, bytes), ranges(letters(bytes))])
  }
  await writeFile(join(dist, folder, `${name}-license.txt`), await readFile(join(home, "LICENSE")))
  return { name, fonts }
}

/** Writes a file under a name that says what is in it, and returns its address. */
async function hashed(dist, folder, stem, ending, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase()
  const name = `${folder}/${stem}-${hash}${ending}`
  await writeFile(join(dist, name), content)
  return `/${name}`
}

/** The letters that a font has, in order: what its packages say of it is more than it has. */
function letters(font) {
  const cmap = table(font, "cmap")
  const found = new Set()
  for (let at = 4; at < 4 + cmap.readUInt16BE(2) * 8; at += 8) {
    const sub = cmap.subarray(cmap.readUInt32BE(at + 4))
    const format = sub.readUInt16BE(0)
    if (format === 4) segments(sub, found)
    if (format === 12) groups(sub, found)
  }
  return [...found].sort((a, b) => a - b)
}

/** A table of a font, TrueType or WOFF. */
function table(font, wanted) {
  const isPacked = font.toString("latin1", 0, 4) === "wOFF"
  const [first, each] = isPacked ? [44, 20] : [12, 16]
  const count = font.readUInt16BE(isPacked ? 12 : 4)
  for (let at = first; at < first + count * each; at += each) {
    if (font.toString("latin1", at, at + 4) !== wanted) continue
    const [from, length, whole] = isPacked ? [4, 8, 12].map(field => font.readUInt32BE(at + field)) : [8, 12, 12].map(field => font.readUInt32BE(at + field))
    const bytes = font.subarray(from, from + length)
    return length === whole ? bytes : inflateSync(bytes)
  }
  throw new Error(`expected a font with a table ${wanted}`)
}

/** Format 4: letters up to U+FFFF in segments, each with what is added to a letter for its glyph. */
function segments(sub, found) {
  const size = sub.readUInt16BE(6)
  for (let at = 0; at < size; at += 2) {
    const [end, start] = [sub.readUInt16BE(14 + at), sub.readUInt16BE(16 + size + at)]
    const [delta, offsetAt] = [sub.readUInt16BE(16 + size * 2 + at), 16 + size * 3 + at]
    const offset = sub.readUInt16BE(offsetAt)
    for (let letter = start; letter <= end && letter !== 0xffff; letter += 1) {
      const given = offset === 0 ? letter : sub.readUInt16BE(offsetAt + offset + (letter - start) * 2)
      if (given !== 0 && ((given + delta) & 0xffff) !== 0) found.add(letter)
    }
  }
}

/** Format 12: all letters in groups. */
function groups(sub, found) {
  for (let at = 16; at < 16 + sub.readUInt32BE(12) * 12; at += 12) {
    for (let letter = sub.readUInt32BE(at); letter <= sub.readUInt32BE(at + 4); letter += 1) found.add(letter)
  }
}

/** Numbers in order as stretches of them: `410-44f,451`, in base 16. */
function ranges(numbers) {
  const stretches = []
  for (const number of numbers) {
    const last = stretches.at(-1)
    if (last?.[1] === number - 1) last[1] = number
    else stretches.push([number, number])
  }
  return stretches.map(([from, to]) => (from === to ? from.toString(16) : `${from.toString(16)}-${to.toString(16)}`)).join(",")
}
