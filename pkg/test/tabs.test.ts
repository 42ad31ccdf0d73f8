// The tabs of one script: what is heard, and who leads.

import assert from "node:assert/strict"
import { test } from "node:test"
import { databaseName } from "../src/database.ts"
import { joinTabs, type TabMessage, type Tabs } from "../src/tabs.ts"

const user = { name: "Ada", color: "#27507a" }
const joined = (id: string): Tabs => joinTabs({ id, user }, true)
const role = (role: "viewer" | "editor"): TabMessage => ({ kind: "role", role })

/** Listens to some tabs; `heard` has what they tell but that they have come, `leads` is when this one does. */
function listening(tabs: Tabs): { readonly heard: TabMessage[]; readonly leads: Promise<void>; readonly hears: (count: number) => Promise<void> } {
  const heard: TabMessage[] = []
  let look = (): void => {}
  const hear = (message: TabMessage): void => {
    if (message.kind !== "joined") heard.push(message)
    look()
  }
  const leads = new Promise<void>(resolve => tabs.listen({ message: hear, leads: resolve }))
  const hears = (count: number): Promise<void> => new Promise(resolve => ((look = () => heard.length >= count && resolve()), look()))
  return { heard, leads, hears }
}

test("what the others tell while a tab is not listening yet it hears when it does, in order", async () => {
  const id = crypto.randomUUID()
  const [one, other, third] = [joined(id), joined(id), joined(id)]
  try {
    one.post(role("viewer"))
    one.post(role("editor"))
    // It has heard them by then: so has the one that was there as long.
    await listening(third).hears(2)
    const { heard, hears } = listening(other)
    await hears(2)
    assert.deepEqual(heard, [role("viewer"), role("editor")])
  } finally {
    for (const tabs of [one, other, third]) tabs.close()
  }
})

test("a tab that closes before it has listened leaves the lead to the next", async () => {
  const id = crypto.randomUUID()
  const first = joined(id)
  const next = joined(id)
  const { leads } = listening(next)
  const isHeld = async (): Promise<boolean> => (await navigator.locks.query()).held?.some(({ name }) => name?.endsWith(id)) === true
  while (!(await isHeld()));
  first.close()
  await leads
  next.close()
})

test("a tab that goes is missed by all others, and not before", async () => {
  const id = crypto.randomUUID()
  const [one, other, third] = [joined(id), joined(id), joined(id)]
  try {
    await one.stay(7)
    await one.stay(7)
    const told: string[] = []
    const gone = (tabs: Tabs, name: string): Promise<void> => new Promise(resolve => tabs.whenGone(7, () => (told.push(name), resolve())))
    const missed = [gone(other, "other"), gone(third, "third")]
    // Locks are given in turn: by then those would have been, if they could.
    await other.stay(8)
    assert.deepEqual(told, [])
    one.close()
    await Promise.all(missed)
    assert.deepEqual(told.sort(), ["other", "third"])
  } finally {
    for (const tabs of [one, other, third]) tabs.close()
  }
})

test("a relay is one, by whichever of its addresses it is named", async () => {
  const id = crypto.randomUUID()
  const addresses = ["wss://relay.example", "https://relay.example", "https://relay.example/", "wss://relay.example//"]
  const tabs = addresses.map(relay => joinTabs({ id, user, relay }, true))
  const elsewhere = joinTabs({ id, user, relay: "ws://relay.example" }, true)
  try {
    const [first, ...others] = tabs.map(listening)
    const { heard } = listening(elsewhere)
    tabs[0]?.post(role("viewer"))
    await Promise.all(others.map(({ hears }) => hears(1)))
    tabs[1]?.post(role("editor"))
    await first?.hears(1)
    assert.deepEqual(heard, [])
    assert.deepEqual(new Set(addresses.map(relay => databaseName({ relay, person: "ada" }))), new Set(["scriptroom wss://relay.example ada"]))
    assert.equal(databaseName({}), "scriptroom  guest")
  } finally {
    for (const one of [...tabs, elsewhere]) one.close()
  }
})
