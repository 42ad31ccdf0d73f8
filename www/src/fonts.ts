// Fonts for letters that Courier Prime lacks, fetched when a script that has such letters is printed. Which there are is told by
// a list that the build makes: `fonts.mjs`.

/** The address of the list. */
declare const FONTS: string

/** A font in pieces: the address of each, and the letters that it has, as `410-44f,451` in base 16. */
export interface Family {
  readonly name: string
  readonly fonts: readonly (readonly [address: string, letters: string])[]
}

/** The fonts that have these letters, as far as there are any; without a network those that were fetched before. */
export async function fontsFor(letters: string): Promise<readonly Uint8Array[]> {
  const families: readonly Family[] = await (await fetched(FONTS)).json()
  const fonts = await Promise.allSettled(chosen(families, letters).map(async address => new Uint8Array(await (await fetched(address)).arrayBuffer())))
  return fonts.flatMap(font => (font.status === "fulfilled" ? [font.value] : []))
}

async function fetched(address: string): Promise<Response> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`expected a font at ${address}, got status ${response.status}`)
  return response
}

/** The addresses of the pieces that have the letters, each letter once. */
export function chosen(families: readonly Family[], letters: string): string[] {
  const wanted = new Set([...letters].map(letter => letter.codePointAt(0) ?? 0))
  const addresses: string[] = []
  for (const { fonts } of inOrder(families, letters)) {
    for (const [address, has] of fonts) {
      const found = wanted.size === 0 ? [] : among(wanted, has)
      if (found.length > 0) addresses.push(address)
      for (const letter of found) wanted.delete(letter)
    }
  }
  return addresses
}

/** Han characters look otherwise in Japan than in China: those of a script with kana are Japanese. */
function inOrder(families: readonly Family[], letters: string): readonly Family[] {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letters)) return families
  const isJapanese = ({ name }: Family): boolean => name === "biz-udgothic"
  return [...families.filter(family => !isJapanese(family)), ...families.filter(isJapanese)]
}

function among(wanted: ReadonlySet<number>, has: string): number[] {
  const stretches = has.split(",").map(stretch => stretch.split("-").map(number => parseInt(number, 16)))
  return [...wanted].filter(letter => stretches.some(([from = 0, to = from]) => from <= letter && letter <= to))
}
