// How the logs of all scripts are, for the relay's operator.
import assert from "node:assert/strict"
import { test } from "node:test"
import { until } from "./clients.mjs"
import { block, FOUNTAIN } from "./content.mjs"
import { changeOf } from "./log.mjs"
import { person, startPeoplesRelay } from "./people.mjs"

const TOKEN = "only the operator of this relay knows this"
const SET = {
  SCRIPTROOM_OPERATOR_TOKEN: TOKEN,
  SCRIPTROOM_REFRESH_MS: "1",
  SCRIPTROOM_COMPACT_ENTRIES: "3",
  SCRIPTROOM_COMPACT_AGE_MS: "0",
  SCRIPTROOM_COMPACT_DELAY_MS: "0",
}

const asked = (relay, token = TOKEN) =>
  fetch(`${relay.http}/api/health/persistence`, { headers: token ? { authorization: `Bearer ${token}` } : {} })

/** Waits until the health of the relay is as `check` wants it. */
async function untilHealth(relay, check, what) {
  let last
  const subscribe = (look) => {
    const timer = setInterval(async () => {
      // One that was under way when the relay ended is of no interest.
      last = await asked(relay).then((answer) => answer.json()).catch(() => last)
      look()
    }, 50)
    return () => clearInterval(timer)
  }
  await until(subscribe, () => last && check(last), what)
  return last
}

/** A script of ada's with some entries, of which a merge is made. */
async function written(ada, title) {
  const id = await ada.script(title)
  for (const words of ["One.", "Two.", "Three.", "Four."]) {
    const { version } = await ada.ask("GET", `/scripts/${id}`)
    const content_blocks = [block("action", words)]
    assert.equal((await ada.ask("PATCH", `/scripts/${id}`, { base_version: version, content_blocks })).status, 200)
  }
  return id
}

test("o2_health_is_for_whoever_has_the_operators_token", async () => {
  await using relay = await startPeoplesRelay(SET)
  assert.equal((await asked(relay)).status, 200)
  for (const wrong of [null, "", TOKEN.slice(1), person(relay, "ada").token]) {
    const answer = await asked(relay, wrong)
    assert.deepEqual([answer.status, answer.headers.get("www-authenticate")], [401, "Bearer"], String(wrong))
  }
  await relay.kill()
  relay.set("SCRIPTROOM_OPERATOR_TOKEN", TOKEN.slice(0, 31))
  await relay.start()
  assert.equal((await asked(relay, TOKEN.slice(0, 31))).status, 404)
})

test("o2_the_figures_of_all_scripts_come_together", async () => {
  await using relay = await startPeoplesRelay(SET)
  const ada = person(relay, "ada")
  const none = await (await asked(relay)).json()
  assert.deepEqual([none.status, none.scripts, none.ill, none.silentRegistries], ["healthy", { healthy: 0, degraded: 0, unhealthy: 0 }, [], 0])
  const ids = []
  for (let at = 0; at < 5; at++) ids.push(await written(ada, `Script ${at}`))
  const merged = ({ scripts, log, compaction }) => scripts.healthy === 5 && log.covered >= 15 && compaction.last !== null
  const found = await untilHealth(relay, merged, "all scripts to be told of")
  assert.equal(found.status, "healthy")
  assert.ok(found.log.storedBytes > 0 && found.log.live >= 5)
  assert.deepEqual(found.verification, { verified: 0, differed: 0, last: null })
  assert.equal((await ada.ask("POST", `/scripts/${ids[0]}/verify`)).ok, true)
  await untilHealth(relay, ({ verification }) => verification.verified === 1 && verification.differed === 0, "the verification")
  // A script that is deleted for good counts no more.
  await ada.ask("POST", `/scripts/${ids[1]}/trash`)
  await ada.ask("DELETE", `/scripts/${ids[1]}`)
  await untilHealth(relay, ({ scripts }) => scripts.healthy === 4, "the deletion")
})

test("o2_what_a_registry_has_not_heard_it_hears_after_a_kill", async () => {
  await using relay = await startPeoplesRelay({ ...SET, SCRIPTROOM_REFRESH_MS: "500" })
  const id = await written(person(relay, "ada"), "Killed")
  await relay.kill()
  await relay.start()
  const found = await untilHealth(relay, ({ scripts, log }) => scripts.healthy === 1 && log.live > 0, `the report of ${id}`)
  assert.equal(found.status, "healthy")
})

test("o2_a_damaged_entry_makes_the_relay_degraded_until_the_log_was_found_whole", async () => {
  await using relay = await startPeoplesRelay(SET)
  const ada = person(relay, "ada")
  const ids = [await written(ada, "Whole"), await written(ada, "Damaged")]
  const isMerged = ({ scripts, log }) => scripts.healthy === 2 && log.covered >= 6
  await untilHealth(relay, isMerged, "both to be merged")
  await relay.kill()
  changeOf(
    relay,
    ids[1],
    `UPDATE entries SET bytes = CAST(substr(bytes, 1, LENGTH(bytes) - 1) || x'ff' AS BLOB)
     WHERE merged > 0 AND covered IS NULL`,
  )
  await relay.start()
  // Whoever reads it comes upon the damage; what it covers stands in for it.
  const content = await ada.ask("GET", `/scripts/${ids[1]}`)
  assert.equal(content.blocks[0].children[0].text, "Four.")
  const ill = await untilHealth(relay, ({ status }) => status === "degraded", "the damage to be told")
  assert.deepEqual(ill.scripts, { healthy: 1, degraded: 1, unhealthy: 0 })
  assert.deepEqual(
    ill.ill.map(({ script, status, damaged, lost }) => [script, status, damaged, lost]),
    [[ids[1], "degraded", 1, false]],
  )
  assert.equal(ill.log.damaged, 1)
  const verified = await ada.ask("POST", `/scripts/${ids[1]}/verify`)
  assert.deepEqual([verified.ok, verified.differences], [true, []])
  const well = await untilHealth(relay, ({ status }) => status === "healthy", "the log to be found whole")
  assert.deepEqual([well.scripts.healthy, well.ill, well.log.damaged], [2, [], 1])
  const { status, damaged, verified: last } = await ada.ask("GET", `/scripts/${ids[1]}/health`)
  assert.deepEqual([status, damaged, last.differences], ["healthy", 1, 0])
})

test("o2_a_loss_makes_the_relay_unhealthy", async () => {
  await using relay = await startPeoplesRelay({ ...SET, SCRIPTROOM_COMPACT_ENTRIES: "1000" })
  const ada = person(relay, "ada")
  const id = await ada.script("Lost")
  const headers = { authorization: `Bearer ${ada.token}`, "content-type": "text/plain" }
  for (const text of [FOUNTAIN, `${FOUNTAIN}\nINT. CELLAR - DAY\n\nDark.`, `${FOUNTAIN}\nINT. CELLAR - DAY\n\nDark and cold.`]) {
    await fetch(`${relay.http}/api/scripts/${id}/import`, { method: "POST", headers, body: text })
  }
  await untilHealth(relay, ({ scripts, log }) => scripts.healthy === 1 && log.live === 3, "the script to be told of")
  await relay.kill()
  changeOf(relay, id, "UPDATE entries SET bytes = CAST(substr(bytes, 1, LENGTH(bytes) - 1) || x'ff' AS BLOB) WHERE sequence = 2")
  await relay.start()
  await ada.ask("GET", `/scripts/${id}`)
  const found = await untilHealth(relay, ({ status }) => status === "unhealthy", "the loss to be told")
  assert.deepEqual(
    found.ill.map(({ script, lost }) => [script, lost]),
    [[id, true]],
  )
})
