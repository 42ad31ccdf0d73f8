// The threads of a script: the second lane of its room, for stock clients at an address of its own, for ours on one socket.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { after, before, test } from "node:test"
import { batch, peer, socket, step1, step2, threads, update, updatesOf } from "./clients.mjs"
import { change, rows, untilLogged } from "./log.mjs"
import { peopled, startPeoplesRelay } from "./people.mjs"
import { startRelay, startSleepyRelay } from "./relay.mjs"

let relay
before(async () => {
  relay = await startPeoplesRelay()
})
after(() => relay[Symbol.asyncDispose]())

/** A stock provider at the threads' address. */
const threadsPeer = (on, id, one) => peer(on, `${id}/threads`, one?.params)

/** Our own client, which has begun to speak of the threads. */
async function both(on, id, protocols) {
  const ours = socket(on, id, protocols)
  await ours.next("step1")
  ours.send(threads(step1()))
  await ours.next("threads step2")
  return ours
}

test("d2_a_stock_provider_connects_unchanged_and_ours_speaks_of_both_on_one_socket", async () => {
  const { id, owner, commenter, viewer } = await peopled(relay)
  await using script = peer(relay, id, owner.params)
  script.text.insert(0, "what is written")
  await using one = threadsPeer(relay, id, commenter)
  await using other = threadsPeer(relay, id, viewer)
  await using ours = await both(relay, id, owner.protocols)
  one.text.insert(0, "what is said")
  await other.reads("what is said")
  assert.equal((await ours.next("threads you")).person, "owner")
  const told = await ours.next("threads owners")
  assert.deepEqual(told.owners, {})
  assert.deepEqual((await ours.next("threads owners")).owners, { [one.doc.clientID]: "commenter" })
  await ours.next("threads update")
  const [said] = updatesOf((text) => text.insert(0, "ours: "))
  ours.send(threads(batch(1, said)))
  assert.equal((await ours.next("threads ack")).status, 0)
  await other.has("ours: ")
  await script.reads("what is written")
})

test("d3_every_role_with_every_message_about_the_threads", async () => {
  const { id, owner, editor, commenter, viewer, stranger } = await peopled(relay)
  await using reader = threadsPeer(relay, id, viewer)
  await reader.synced()
  const refused = "2 not allowed: expected a commenter, this is a viewer"
  const acked = ({ status, reason }) => `${status} ${reason}`.trim()
  for (const [one, expected] of [
    [owner, "0"],
    [editor, "0"],
    [commenter, "0"],
    [viewer, refused],
  ]) {
    await using ours = await both(relay, id, one.protocols)
    const [live] = updatesOf((text) => text.insert(0, `live words of the ${one.name}. `))
    const [brought] = updatesOf((text) => text.insert(0, `words that the ${one.name} brought. `))
    for (const frame of [batch(1, live), step2(brought)]) {
      ours.send(threads(frame))
      assert.equal(acked(await ours.next("threads ack")), expected)
    }
    ours.send(threads(step2(new Uint8Array([0, 0]))))
    assert.equal(acked(await ours.next("threads ack")), "0")
    // A stock client says it without a number: it is heard, or closed.
    await using stock = socket(relay, `${id}/threads?token=${one.token}`)
    await stock.next("step1")
    const [more] = updatesOf((text) => text.insert(0, `more of the ${one.name}. `))
    stock.send(update(more))
    if (expected === "0") {
      for (const words of ["live words of", "more of"]) await reader.has(`${words} the ${one.name}. `)
      await reader.has(`words that the ${one.name} brought. `)
    } else {
      assert.match((await stock.next("denied")).reason, /^not allowed: expected a commenter/)
      assert.equal((await stock.closed()).code, 4003)
    }
  }
  assert.doesNotMatch(reader.text.toString(), /viewer/)
  await using closed = socket(relay, `${id}/threads`, stranger.protocols)
  assert.equal((await closed.closed()).code, 4003)
})

test("d3_a_commenter_is_refused_on_the_script_over_the_same_socket", async () => {
  const { id, owner, commenter } = await peopled(relay)
  await using writer = peer(relay, id, owner.params)
  await writer.synced()
  await using ours = await both(relay, id, commenter.protocols)
  const [words] = updatesOf((text) => text.insert(0, "not theirs to write"))
  ours.send(batch(1, words))
  assert.match((await ours.next("ack")).reason, /^not allowed: expected an editor/)
  ours.send(threads(batch(2, words)))
  assert.equal((await ours.next("threads ack")).status, 0)
  assert.equal(writer.text.toString(), "")
})

test("d3_over_http_the_roles_are_the_same", async () => {
  const { id, owner, all } = await peopled(relay)
  const statuses = []
  for (const one of all) {
    const [said] = updatesOf((text) => text.insert(0, `${one.name} `))
    const headers = { authorization: `Bearer ${one.token}` }
    const url = `${relay.http}/api/scripts/${id}/threads/updates?kind=live`
    statuses.push((await fetch(url, { method: "POST", headers, body: said })).status)
  }
  assert.deepEqual(statuses, [200, 200, 200, 403, 403])
  const headers = { authorization: `Bearer ${owner.token}` }
  const answer = await fetch(`${relay.http}/api/scripts/${id}/threads/updates`, { headers })
  assert.equal(answer.headers.get("x-scriptroom-version"), "3")
  await using reader = threadsPeer(relay, id, owner)
  await reader.has("commenter")
  assert.doesNotMatch(reader.text.toString(), /viewer|stranger/)
  assert.equal((await owner.ask("GET", `/scripts/${id}`)).version, 0)
})

test("d2_what_a_connection_speaks_of_survives_a_sleep", async () => {
  await using sleepy = await startSleepyRelay()
  const id = randomUUID()
  await using ours = await both(sleepy, id, ["scriptroom.1"])
  await using stock = threadsPeer(sleepy, id)
  await stock.synced()
  await sleepy.sleep(id)
  stock.text.insert(0, "said after a sleep")
  await ours.next("threads update")
  await sleepy.sleep(id)
  const [said] = updatesOf((text) => text.insert(0, "and answered "))
  ours.send(threads(batch(1, said)))
  assert.equal((await ours.next("threads ack")).status, 0)
  await stock.has("and answered ")
})

test("d1_an_acknowledged_comment_survives_a_kill", async () => {
  await using own = await startRelay()
  const id = randomUUID()
  for (let round = 0; round < 5; round++) {
    await using ours = await both(own, id, ["scriptroom.1"])
    const [said] = updatesOf((text) => text.insert(0, `round ${round}. `))
    ours.send(threads(batch(1, said)))
    assert.equal((await ours.next("threads ack")).status, 0)
    await own.kill()
    await own.start()
    await using late = threadsPeer(own, id)
    await late.has(`round ${round}. `)
  }
})

test("d1_the_threads_log_is_compacted_by_itself", async () => {
  await using own = await startRelay({
    SCRIPTROOM_COMPACT_ENTRIES: "50",
    SCRIPTROOM_COMPACT_AGE_MS: "0",
    SCRIPTROOM_COMPACT_DELAY_MS: "0",
  })
  const id = randomUUID()
  await using one = threadsPeer(own, id)
  await one.synced()
  for (let word = 0; word < 60; word++) one.text.insert(one.text.length, `${word} `)
  await untilLogged(own, "SELECT COUNT(*) AS n FROM threads_entries WHERE merged > 0 AND staged = 0")
  assert.equal(rows(own, "SELECT COUNT(*) AS n FROM entries")[0].n, 0)
  await own.kill()
  await own.start()
  await using late = threadsPeer(own, id)
  await late.reads(one.text.toString())
  const { threads: figures } = await health(own, id)
  assert.ok(figures.entries.covered >= 50 && figures.lastMerge > 0)
})

const health = async (on, id) => await (await fetch(`${on.http}/api/scripts/${id}/health`)).json()

test("l5_damage_of_the_threads_leaves_the_script_and_is_brought_back", async () => {
  await using own = await startRelay()
  const id = randomUUID()
  await using script = peer(own, id)
  script.text.insert(0, "what is written")
  await using one = threadsPeer(own, id)
  await one.synced()
  await using other = threadsPeer(own, id)
  for (const word of ["one ", "two ", "three "]) {
    one.text.insert(one.text.length, word)
    await other.has(word)
  }
  for (const each of [script, one, other]) each.provider.disconnect()
  await own.kill()
  const turned = "CAST(substr(bytes, 1, LENGTH(bytes) - 1) || x'ff' AS BLOB)"
  change(own, `UPDATE threads_entries SET bytes = ${turned} WHERE sequence = 2`)
  await own.start()
  await using late = threadsPeer(own, id)
  await late.reads("one ")
  await using reader = peer(own, id)
  await reader.reads("what is written")
  const ill = await health(own, id)
  assert.deepEqual([ill.status, ill.lost, ill.threads.lost], ["unhealthy", false, true])
  one.provider.connect()
  await late.reads("one two three ")
  const well = await health(own, id)
  assert.equal(well.threads.lost, false)
})

test("j7_verification_looks_at_the_threads_too", async () => {
  await using own = await startRelay()
  const id = randomUUID()
  await using one = threadsPeer(own, id)
  await one.synced()
  await using other = threadsPeer(own, id)
  one.text.insert(0, "said")
  await other.reads("said")
  const verify = async () => (await fetch(`${own.http}/api/scripts/${id}/verify`, { method: "POST" })).json()
  assert.deepEqual((await verify()).differences, [])
  one.provider.disconnect()
  other.provider.disconnect()
  await own.kill()
  change(own, "UPDATE threads_clocks SET next = next - 1")
  await own.start()
  assert.match((await verify()).differences[0], /^threads: client id \d+: expected the clock 4/)
  assert.equal((await verify()).ok, true)
})

test("s5_a_copy_has_nothing_of_the_comments", async () => {
  const { id, owner } = await peopled(relay)
  await using script = peer(relay, id, owner.params)
  script.text.insert(0, "to be copied")
  await using said = threadsPeer(relay, id, owner)
  said.text.insert(0, "not to be copied")
  for (const [one, words] of [
    [peer(relay, id, owner.params), "to be copied"],
    [threadsPeer(relay, id, owner), "not to be copied"],
  ]) {
    await one.reads(words)
    await one[Symbol.asyncDispose]()
  }
  const copy = await owner.ask("POST", `/scripts/${id}/duplicate`, {})
  await using text = peer(relay, copy.id, owner.params)
  await text.reads("to be copied")
  await using empty = threadsPeer(relay, copy.id, owner)
  await empty.synced()
  assert.equal(empty.text.toString(), "")
})
