// The run: kill after kill, and after each the question what is still there.
//
// A round: everybody types; the relay is killed with SIGKILL at a moment that the dice choose; the gate is shut, and the books are
// closed. The relay starts again (and is killed while it does, at times), two clients that have nothing join it, and what they
// read must be what the books say was promised. Only then may the typists come back, and at last all must read all that was written.
import { Dice } from "./dice.mjs"
import { Gate } from "./gate.mjs"
import { Room } from "./room.mjs"

/** When the relay is killed: after a time, as the acknowledgement of a key or somebody's key arrives, or while something is under way. */
const MOMENTS = ["time", "acknowledged", "seen", "file", "joining"]
/** No kill waits longer for its moment. */
const PATIENCE_MS = 3_000
const EVERY_MS = 24
const ROOMS = 2

/** A run. `relay` is not yet started, or starts again after a kill. */
export class Run {
  wrong = []
  counts = {
    kills: 0,
    killsAt: Object.fromEntries(MOMENTS.map((moment) => [moment, 0])),
    killsWhileStarting: 0,
    imports: { answered: 0, unanswered: 0, unansweredAndWhole: 0 },
    checks: 0,
    resent: 0,
  }
  /** The books of scripts that are done. */
  #done = { books: [], said: [] }
  #rooms = []
  #kill = () => {}
  #until = { saved: 0, heard: 0 }

  /** `moments`: when it is killed. `afterKill`: does something to its data while it is dead. */
  constructor(relay, { seed, moments = MOMENTS, afterKill = () => {} }) {
    this.relay = relay
    this.dice = new Dice(seed)
    this.moments = moments
    this.afterKill = afterKill
    this.gate = new Gate(relay)
  }

  /** Kills so often, or until something is wrong. `tell` is told how far it is. */
  async go(kills, tell = () => {}) {
    await this.gate.start()
    for (let left = ROOMS; left > 0; left--) this.#rooms.push(await this.#newRoom())
    while (this.counts.kills < kills && this.wrong.length === 0) {
      await this.#round()
      tell(this)
    }
    await Promise.all(this.#rooms.map((room) => room.close()))
    await this.gate.stop()
    return this
  }

  /** All books together: of what is written, and of what is said about it. */
  totals() {
    const [scripts, notes] = ["books", "said"].map((of) => [...this.#rooms.map((room) => room[of].totals()), ...this.#done[of]])
    return { scripts: sum(scripts), notes: sum(notes) }
  }

  async #newRoom() {
    const room = this.#emptyRoom()
    if (!(await room.bringIn(this.gate, this.dice.between(10, 60)))) throw new Error("expected the relay to take a file")
    this.counts.imports.answered += 1
    await room.gather(this.gate, 2, 2)
    return room
  }

  #emptyRoom() {
    const count = (kind, by) => {
      if (this.#until[kind] > 0 && (this.#until[kind] -= by) <= 0) this.#kill()
    }
    return new Room(this.dice.split(), { saved: (keys) => count("saved", keys), heard: () => count("heard", 1) })
  }

  async #round() {
    const moment = this.dice.pick(this.moments)
    const coming = await this.#untilKilled(moment)
    this.counts.kills += 1
    this.counts.killsAt[moment] += 1
    await this.gate.shut()
    await Promise.all(this.#rooms.map((room) => room.look()))
    this.afterKill(this.relay)
    await this.#startAgain()
    const before = await this.#check()
    this.gate.open()
    await coming?.(this.gate)
    if (this.wrong.length > 0) return
    await this.#meet(before)
    await this.#renew()
  }

  /** Types, and kills at the moment. What is still to be looked after when the relay is back comes back as a function. */
  async #untilKilled(moment) {
    const dead = new Promise((resolve) => {
      this.#kill = () => {
        this.#kill = () => {}
        resolve(this.relay.kill())
      }
    })
    const patience = setTimeout(() => this.#kill(), PATIENCE_MS)
    this.#rooms.forEach((room) => room.type(EVERY_MS))
    const coming = await this.#prepare(moment)
    await dead
    clearTimeout(patience)
    this.#until = { saved: 0, heard: 0 }
    // Some go on for a moment, without a relay; the others have stopped with it.
    this.#rooms.forEach((room) => room.stop())
    return coming
  }

  async #prepare(moment) {
    const { dice } = this
    const soon = (mostMs) => setTimeout(() => this.#kill(), dice.between(0, mostMs))
    switch (moment) {
      case "time":
        return void soon(900)
      case "acknowledged":
        return void (this.#until.saved = dice.between(1, 120))
      case "seen":
        return void (this.#until.heard = dice.between(1, 240))
      case "joining":
        await Promise.all(this.#rooms.map((room) => room.invite(this.gate)))
        return void soon(40)
      case "file":
        return this.#file(soon)
    }
  }

  /** Files come in, over HTTP and from a client, while the relay dies. */
  #file(soon) {
    const room = this.#emptyRoom()
    const added = this.dice.pick(this.#rooms).addFile(this.dice.between(20, 120))
    const answered = room.bringIn(this.gate, this.dice.between(20, 400))
    soon(250)
    return async (at) => {
      await added
      const isAnswered = await answered
      this.counts.imports[isAnswered ? "answered" : "unanswered"] += 1
      if (isAnswered) this.wrong.push(...(await room.check(at)).wrong)
      else {
        const { wrong, isHere } = await room.broughtIn(at)
        this.wrong.push(...wrong)
        if (isHere) this.counts.imports.unansweredAndWhole += 1
      }
      this.#close(room)
    }
  }

  #close({ books, said }) {
    this.#done.books.push(books.totals())
    this.#done.said.push(said.totals())
  }

  async #startAgain() {
    for (let more = this.dice.isLucky(0.3) ? this.dice.between(1, 3) : 0; more > 0; more--) {
      const starting = this.relay.start()
      const timer = setTimeout(() => this.relay.kill(), this.dice.between(0, 120))
      const isUp = await starting.then(() => true, () => false)
      // It was up before its moment came: it dies while somebody wakes the scripts.
      if (isUp) await Promise.all(this.#rooms.map(({ id }) => fetch(`${this.relay.http}/api/scripts/${id}`).catch(() => {})))
      clearTimeout(timer)
      await this.relay.kill()
      this.counts.killsWhileStarting += 1
    }
    await this.relay.start()
  }

  async #check() {
    const found = await Promise.all(this.#rooms.map((room) => room.check(this.relay)))
    this.counts.checks += found.length
    this.wrong.push(...found.flatMap(({ wrong }) => wrong))
    return found
  }

  async #meet(before) {
    const wrong = await Promise.all(this.#rooms.map((room) => room.meet()))
    this.wrong.push(...wrong.flat())
    this.#rooms.forEach(({ books }, at) => {
      this.counts.resent += books.living().difference(before[at].present).size
    })
  }

  /** Scripts that have lived for some kills make room for others. */
  async #renew() {
    for (const [at, room] of this.#rooms.entries()) {
      await room.dismiss()
      room.age += 1
      if (!this.dice.isLucky(room.age / 16)) continue
      await room.close()
      this.#close(room)
      this.#rooms[at] = await this.#newRoom()
    }
  }
}

function sum(all) {
  const names = Object.keys(all[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, all.reduce((total, one) => total + one[name], 0)]))
}
