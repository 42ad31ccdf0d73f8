// The relay dies: what a peer had seen, and what was acknowledged, is there afterwards.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"
import { forget, writesLate } from "../crash/defects.mjs"
import { Run } from "../crash/run.mjs"
import { batch, peer, socket, until, updatesOf } from "./clients.mjs"
import { startRelay, startRelayOf } from "./relay.mjs"

/** Kills as something is promised. */
const PROMISES = ["acknowledged", "seen"]
/** Merges at all times. */
const EAGER = { SCRIPTROOM_COMPACT_ENTRIES: "25", SCRIPTROOM_COMPACT_AGE_MS: "0", SCRIPTROOM_COMPACT_DELAY_MS: "5" }

test("u2_a_kill_in_the_middle_of_typing_takes_nothing_that_a_peer_had_seen", async () => {
  await using relay = await startRelay()
  for (let round = 0; round < 4; round++) {
    const id = randomUUID()
    const seen = new Set()
    {
      await using ada = peer(relay, id)
      await using bob = peer(relay, id)
      await Promise.all([ada.synced(), bob.synced()])
      bob.doc.on("update", () => {
        for (const mark of bob.text.toString().split(" ")) seen.add(mark)
      })
      let typed = 0
      // Another word whenever one has arrived, and some ahead: the relay is always busy.
      const typing = until(
        (look) => (bob.doc.on("update", look), () => bob.doc.off("update", look)),
        () => {
          for (let ahead = 0; ahead < 5; ahead++) ada.text.insert(ada.text.length, `w${typed++} `)
          return seen.size > 60 + 25 * round
        },
        "typing",
      )
      await typing
      await relay.kill()
      ada.provider.shouldConnect = bob.provider.shouldConnect = false
    }
    await relay.start()
    await using late = peer(relay, id)
    await late.synced()
    const there = new Set(late.text.toString().split(" "))
    const lost = [...seen].filter((word) => word && !there.has(word))
    assert.deepEqual(lost, [], `of ${seen.size} seen`)
  }
})

test("u2_what_was_acknowledged_is_there_after_a_kill", async () => {
  await using relay = await startRelay()
  const id = randomUUID()
  let stored = 0
  {
    await using ours = socket(relay, id, ["scriptroom.1"])
    await ours.next("hello")
    const edits = Array.from({ length: 200 }, (_, key) => (text) => text.insert(key, "k"))
    updatesOf(...edits).forEach((bytes, at) => ours.send(batch(at + 1, bytes)))
    while (stored < 120) {
      const ack = await ours.next("ack")
      assert.equal(ack.status, 0)
      stored = ack.number
    }
    await relay.kill()
  }
  await relay.start()
  await using late = peer(relay, id)
  await late.synced()
  assert.ok(late.text.length >= stored, `${late.text.length} of ${stored}`)
})

test("c1_clients_go_on_by_themselves_when_the_relay_is_back", async () => {
  await using relay = await startRelay()
  const id = randomUUID()
  await using ada = peer(relay, id)
  await using bob = peer(relay, id)
  ada.text.insert(0, "one ")
  await bob.has("one")
  await relay.kill()
  ada.text.insert(4, "two ")
  bob.text.insert(0, "zero ")
  await relay.start()
  await ada.reads("zero one two ")
  await bob.reads("zero one two ")
})

// `cargo xtask crash relay` is the same hundreds of times.
test("u2_kills_at_any_moment_take_nothing_that_was_acknowledged_or_seen", async () => {
  await using relay = await startRelay(EAGER)
  const run = await new Run(relay, { seed: 7 }).go(8)
  assert.deepEqual(run.wrong, [])
  const { scripts } = run.totals()
  assert.ok(scripts.acknowledged > 100 && scripts.seen > 100, JSON.stringify(scripts))
})

test("the_kills_find_a_relay_that_acknowledges_before_it_writes", async () => {
  await using relay = await startRelayOf(writesLate)
  await finds(new Run(relay, { seed: 1, moments: PROMISES }))
})

test("the_kills_find_a_disk_that_forgets_what_it_said_to_have_written", async () => {
  await using relay = await startRelay()
  await finds(new Run(relay, { seed: 1, moments: PROMISES, afterKill: () => forget(relay, 8) }))
})

async function finds(run) {
  await run.go(20)
  assert.ok(run.wrong.some(({ what }) => what === "lost"), JSON.stringify(run.wrong.slice(0, 3)))
}
