// Two writers do at random what writers do, at the same time. Each letter that they type is unique,
// so that a lost or doubled one shows; the app checks itself after each change (see `writer.ts`).

import { shortScript } from "./samples.ts"
import { type Writer, expect, test } from "./writer.ts"

const steps = 120

/** A repeatable source of chance. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const moves = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "Control+Home", "Control+End", "PageDown"]
const forms = ["Enter", "Enter", "Tab", "Shift+Tab", "Control+1", "Control+2", "Control+3", "Control+5", "Control+6"]

/** Writes without deleting anything, and returns the letters. */
async function writeAtRandom(writer: Writer, seed: number, firstLetter: number): Promise<string[]> {
  const chance = random(seed)
  const pick = (keys: readonly string[]): string => keys[Math.floor(chance() * keys.length)] as string
  const letters: string[] = []
  await writer.script.focus()
  for (let step = 0; step < steps; step++) {
    const kind = chance()
    if (kind < 0.55) {
      const typed = Array.from({ length: 1 + Math.floor(chance() * 6) }, () => {
        const letter = String.fromCodePoint(firstLetter + letters.length)
        letters.push(letter)
        return letter
      })
      await writer.type(typed.join(""))
    } else if (kind < 0.8) await writer.press(pick(moves))
    else await writer.press(pick(forms))
  }
  return letters
}

for (const seed of [1, 2, 3]) {
  test(`two writers at random lose no letter and end with the same script (seed ${seed})`, async ({ writer }) => {
    const ana = await writer({ name: "Ana" })
    await ana.openFountain(shortScript)
    const ben = await writer({ name: "Benno" })
    await ben.open(ana.page.url())
    await ben.sees("The radio says nothing.")

    const [anas, bens] = await Promise.all([
      writeAtRandom(ana, seed, 0x4e00),
      writeAtRandom(ben, seed + 1000, 0x6e00),
    ])
    await ana.saved()
    await ben.saved()
    await expect.poll(async () => (await ana.text()) === (await ben.text()), { timeout: 30_000 }).toBe(true)
    const text = await ana.text()
    expect([...anas, ...bens].filter(letter => text.split(letter).length !== 2)).toEqual([])

    await ana.page.reload()
    await expect.poll(() => ana.text(), { timeout: 30_000 }).toBe(text)
  })
}

test("deleting, pasting and undoing at random leaves both with the same script", async ({ writer }) => {
  const ana = await writer({ name: "Ana" })
  await ana.openFountain(shortScript)
  const ben = await writer({ name: "Benno" })
  await ben.open(ana.page.url())
  await ben.sees("The radio says nothing.")
  const keys = [...moves, ...forms, "Backspace", "Backspace", "Delete", "Shift+ArrowDown", "Shift+ArrowRight"]
  const changes = ["Control+z", "Control+Shift+Z", "Control+b", "Control+x", "Control+v", "Control+Backspace"]
  const play = async (writer: Writer, seed: number): Promise<void> => {
    const chance = random(seed)
    const all = [...keys, ...changes]
    await writer.script.focus()
    for (let step = 0; step < steps; step++) {
      if (chance() < 0.3) await writer.type(`w${step} `)
      else await writer.press(all[Math.floor(chance() * all.length)] as string)
    }
  }
  await Promise.all([play(ana, 11), play(ben, 12)])
  await ana.saved()
  await ben.saved()
  await expect.poll(async () => (await ana.text()) === (await ben.text()), { timeout: 30_000 }).toBe(true)
})
