// One script, those who write it, and its books.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { Books } from "./books.mjs"
import { keysOf, OurTypist, StockTypist } from "./typists.mjs"

const KEYS_A_LINE = 6
const LINES_A_SCENE = 12

/** A Fountain file of new characters, and these. */
export function fountain(books, by, lines) {
  const keys = []
  const line = () => Array.from({ length: KEYS_A_LINE }, () => (keys.push(books.character()), keys.at(-1))).join("")
  const text = Array.from({ length: lines }, (_, at) => (at % LINES_A_SCENE === 0 ? `INT. ${line()} - DAY` : line()))
  keys.forEach((key) => books.write(key, by, true))
  return { text: `${text.join("\n\n")}\n`, keys }
}

/** A script that is being written. */
export class Room {
  id = randomUUID()
  books = new Books()
  /** What is said about it: the other lane. */
  said = new Books()
  typists = []
  guests = []
  /** How many kills it has lived through. */
  age = 0
  #dice
  #notes = 0
  #timers = new Set()
  #file

  constructor(dice, on) {
    this.#dice = dice
    this.on = {
      saved: (typist) => on.saved(this.books.acknowledge(typist.name)),
      saidSaved: (typist) => on.saved(this.said.acknowledge(typist.name)),
      heard: on.heard,
    }
  }

  /** Brings in a file over HTTP. Says whether the relay answered; a relay that is killed meanwhile does not. */
  async bringIn(at, lines) {
    this.#file ??= fountain(this.books, "import", lines)
    try {
      const answer = await fetch(`${at.http}/api/scripts/${this.id}/import`, { method: "POST", body: this.#file.text })
      assert.equal(answer.status, 200, await answer.text())
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error
      return false
    }
    this.books.acknowledge("import")
    this.books.group(this.#file.keys)
    return true
  }

  /** Whether a file that was not answered is here nevertheless; half of it is wrong. */
  async broughtIn(at) {
    this.books.group(this.#file.keys)
    const { wrong, keys } = await this.check(at)
    if (keys > 0) return { wrong, isHere: true }
    this.books.drop(this.#file.keys)
    this.#file = null
    return { wrong, isHere: false }
  }

  /** Our clients and others' come to write. */
  async gather(at, ours, stock) {
    const come = (kind, count, name) => Array.from({ length: count }, (_, n) => kind.join(at, this.id, `${name}${n}`, this.on))
    this.typists = await Promise.all([...come(OurTypist, ours, "ours"), ...come(StockTypist, stock, "stock")])
    await Promise.all(this.typists.map((typist) => typist.synced()))
  }

  /** Somebody comes who only reads; resolves before they have the script. */
  async invite(at) {
    const kind = this.#dice.pick([OurTypist, StockTypist])
    this.guests.push(await kind.join(at, this.id, `guest${this.age}`))
  }

  get readers() {
    return [...this.typists, ...this.guests]
  }

  /** Everybody types until `stop`. */
  type(everyMs) {
    for (const typist of this.typists) {
      const next = () => {
        const timer = setTimeout(() => {
          this.#timers.delete(timer)
          this.#press(typist)
          next()
        }, this.#dice.between(1, 2 * everyMs))
        this.#timers.add(timer)
      }
      next()
    }
  }

  stop() {
    this.#timers.forEach(clearTimeout)
    this.#timers.clear()
  }

  #press(typist) {
    const dice = this.#dice
    if (dice.isLucky(0.06)) this.#takeBack(typist)
    else if (typist.say && dice.isLucky(0.03)) this.#say(typist)
    else this.#write(typist)
  }

  #write(typist) {
    const character = this.books.character()
    // Into the books first: who is told that all is saved is told of this, too.
    const entry = this.books.write(character, typist.name)
    if (!typist.write(character, this.#dice)) this.books.drop([entry.key])
  }

  #takeBack(typist) {
    const key = this.books.ownKey(typist.name, this.#dice)
    if (key === null) return
    this.books.takeBack(key, typist.name)
    assert.ok(typist.takeBack(key), `expected ${typist.name} to have what they wrote and nobody took back`)
  }

  #say(typist) {
    const words = `note ${this.#notes++} of ${typist.name}`
    this.said.write(words, typist.name)
    if (!typist.say(words, this.#dice)) this.said.drop([words])
  }

  /** One of our writers adds a file at the end; it is on its way when this returns. */
  addFile(lines) {
    const typist = this.typists.find(({ bring }) => bring)
    const { text } = fountain(this.books, typist.name, lines)
    return typist.bring(text)
  }

  /** The relay is dead: when everybody has seen that, what they have is what they had seen. */
  async look() {
    await Promise.all(this.readers.map((reader) => reader.gone()))
    for (const reader of this.readers) {
      this.books.look(reader.name, keysOf(reader.read()))
      if (reader.heard) this.said.look(reader.name, reader.heard())
    }
  }

  /** What is wrong with what the relay has by itself, and how many keys and notes that are. */
  async check(at) {
    const [ours, stock] = await Promise.all([OurTypist.join(at, this.id, "late"), StockTypist.join(at, this.id, "late stock")])
    await Promise.all([ours.synced(), stock.synced()])
    const [text, heard] = [ours.read(), ours.heard()]
    const keys = keysOf(text)
    const wrong = [...this.books.check(keys), ...this.said.check(heard), ...differences(text, stock.read()).map((one) => ({ ...one, by: "checkers" }))]
    await Promise.all([ours.leave(), stock.leave()])
    return { wrong: wrong.map((one) => ({ script: this.id, ...one })), keys: keys.size, notes: heard.size, present: keys }
  }

  /** Everybody is back. All bring what they have, until everybody reads all that was written; what is wrong then. */
  async meet() {
    this.typists.forEach((typist) => typist.comeBack())
    const keys = this.books.living()
    const notes = this.said.living()
    await Promise.all(this.typists.map((typist) => typist.synced()))
    await Promise.all(this.typists.map((typist) => typist.reads(keys)))
    await Promise.all(this.typists.map((typist) => typist.hasHeard?.(notes)))
    const [text, ...others] = this.typists.map((typist) => typist.read())
    const wrong = others.flatMap((other) => differences(text, other))
    for (const { name, errors } of this.typists) wrong.push(...errors.map((error) => ({ what: "an error", of: name, error })))
    return wrong.map((one) => ({ script: this.id, ...one }))
  }

  /** Guests go home. */
  async dismiss() {
    await Promise.all(this.guests.splice(0).map((guest) => guest.leave()))
  }

  async close() {
    this.stop()
    await this.dismiss()
    await Promise.all(this.typists.splice(0).map((typist) => typist.leave()))
  }
}

function differences(one, other) {
  if (one === other) return []
  const at = Array.from({ length: Math.max(one.length, other.length) }, (_, at) => at).find((at) => one[at] !== other[at])
  return [{ what: "two read different scripts", at, one: one.slice(at - 5, at + 20), other: other.slice(at - 5, at + 20) }]
}
