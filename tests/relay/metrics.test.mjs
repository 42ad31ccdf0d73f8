// What the relay says of itself to its operator's Prometheus.
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { test } from "node:test"
import { batch, socket, until, update, updatesOf } from "./clients.mjs"
import { untilLogged } from "./log.mjs"
import { person, startPeoplesRelay } from "./people.mjs"

const TOKEN = "only the operator knows this"
const SET = { SCRIPTROOM_METRICS_TOKEN: TOKEN }

const scrape = (relay, token = TOKEN, options = {}) =>
  fetch(`${relay.http}/metrics`, { ...options, headers: token ? { authorization: `Bearer ${token}` } : {} })

/** All figures, by name and labels as they are printed. Every line must be of Prometheus's form. */
async function figures(relay) {
  const answer = await scrape(relay)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get("content-type"), /^text\/plain; version=0\.0\.4/)
  const text = await answer.text()
  assert.ok(text.endsWith("\n"))
  const found = {}
  const types = {}
  for (const line of text.trimEnd().split("\n")) {
    const described = /^# (HELP|TYPE) (scriptroom_\w+) (.+)$/.exec(line)
    if (described) {
      if (described[1] === "TYPE") types[described[2]] = described[3]
      continue
    }
    const [, name, labels, value] = /^scriptroom_(\w+?)(\{\w+="[^"]*"(?:,\w+="[^"]*")*\})? ([0-9.e-]+)$/.exec(line) ?? assert.fail(line)
    assert.ok(types[`scriptroom_${name}`] ?? types[`scriptroom_${name.replace(/_(bucket|sum|count)$/, "")}`], `${name} has a type`)
    found[name + (labels ?? "")] = Number(value)
  }
  return found
}

/** Waits until the figures are as `check` wants them. */
async function untilFigures(relay, check, what) {
  let last = {}
  const subscribe = (look) => {
    const timer = setInterval(async () => {
      last = await figures(relay)
      look()
    }, 50)
    return () => clearInterval(timer)
  }
  await until(subscribe, () => check(last), what)
  return last
}

test("o1_metrics_are_for_whoever_has_the_operators_token", async () => {
  await using relay = await startPeoplesRelay(SET)
  assert.equal((await scrape(relay)).status, 200)
  for (const wrong of [null, "", "only the operator knows thi", `${TOKEN} `.repeat(2), person(relay, "ada").token]) {
    const answer = await scrape(relay, wrong)
    assert.deepEqual([answer.status, answer.headers.get("www-authenticate")], [401, "Bearer"], String(wrong))
    assert.equal((await answer.json()).error.code, "not_signed_in")
  }
  assert.equal((await fetch(`${relay.http}/metrics?token=${encodeURIComponent(TOKEN)}`)).status, 401)
  assert.equal((await scrape(relay, TOKEN, { method: "POST" })).status, 405)
})

test("o1_where_the_operator_has_set_no_token_there_is_no_such_address", async () => {
  await using relay = await startPeoplesRelay()
  assert.equal((await scrape(relay)).status, 404)
  assert.equal((await scrape(relay, "")).status, 404)
  await relay.kill()
  relay.set("SCRIPTROOM_METRICS_TOKEN", "short")
  await relay.start()
  assert.equal((await scrape(relay, "short")).status, 404)
})

test("o1_what_the_relay_does_is_counted", async () => {
  await using relay = await startPeoplesRelay({
    ...SET,
    SCRIPTROOM_COMPACT_ENTRIES: "20",
    SCRIPTROOM_COMPACT_AGE_MS: "0",
    SCRIPTROOM_COMPACT_DELAY_MS: "0",
  })
  const ada = person(relay, "ada")
  const id = await ada.script("Counted")
  await using writer = socket(relay, id, ada.protocols)
  await using reader = socket(relay, id, ada.protocols)
  await writer.next("step1")
  await reader.next("step1")
  const keys = updatesOf(...Array.from({ length: 30 }, (_, at) => (text) => text.insert(at, "x")))
  for (const [at, bytes] of keys.entries()) {
    writer.send(batch(at + 1, bytes))
    assert.equal((await writer.next("ack")).status, 0)
    await reader.next("update")
  }
  writer.send(batch(31, new Uint8Array([9, 9, 9])))
  assert.equal((await writer.next("ack")).status, 2)
  await untilLogged(relay, "SELECT COUNT(*) AS n FROM entries WHERE merged > 0 AND staged = 0")
  const busy = await figures(relay)
  const sent = keys.reduce((sum, bytes) => sum + batch(1, bytes).length, batch(31, new Uint8Array(3)).length)
  const expected = {
    connections: 2,
    connections_accepted_total: 2,
    'messages_received_total{kind="batch"}': 31,
    messages_received_bytes_total: sent,
    'messages_sent_total{kind="update"}': 30,
    'messages_sent_total{kind="ack"}': 31,
    'messages_sent_total{kind="hello"}': 2,
    'acknowledgements_total{status="stored"}': 30,
    'acknowledgements_total{status="refused"}': 1,
    'updates_stored_total{origin="live"}': 30,
    updates_stored_bytes_total: keys.reduce((sum, bytes) => sum + bytes.length, 0),
    'handling_seconds_count{what="message"}': 31,
    'handling_seconds_bucket{what="message",le="+Inf"}': 31,
    'handling_seconds_count{what="join"}': 2,
    'handling_seconds_count{what="request"}': 1,
    'requests_total{status="201"}': 1,
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, busy[name]])), expected)
  assert.ok(busy.compactions_total >= 1)
  assert.ok(busy.alarms_total >= 2, "a merge takes two turns of the alarm")
  assert.ok(busy.start_time_seconds <= Date.now() / 1000)
})

test("o1_refusals_are_counted_by_kind_and_who_has_left_is_not_connected", async () => {
  await using relay = await startPeoplesRelay(SET)
  const [ada, bob] = [person(relay, "ada"), person(relay, "bob")]
  const id = await ada.script("Refused")
  await using stays = socket(relay, id, ada.protocols)
  await stays.next("step1")
  await using malformed = socket(relay, id, ada.protocols)
  await malformed.next("step1")
  malformed.send(update(new Uint8Array([9, 9, 9])))
  assert.equal((await malformed.closed()).code, 4010)
  await using stranger = socket(relay, id, bob.protocols)
  assert.equal((await stranger.closed()).code, 4003)
  await using nobody = socket(relay, id)
  assert.equal((await nobody.closed()).code, 4001)
  assert.equal((await ada.ask("GET", `/scripts/${randomUUID()}`)).status, 404)
  assert.equal((await bob.ask("GET", `/scripts/${id}`)).status, 403)
  {
    await using leaves = socket(relay, id, ada.protocols)
    await leaves.next("step1")
    assert.equal((await figures(relay)).connections, 2)
  }
  const found = await untilFigures(relay, (now) => now.connections === 1, "the connection to be gone")
  const expected = {
    connections_accepted_total: 3,
    'connections_closed_total{code="4001"}': 1,
    'connections_closed_total{code="4003"}': 1,
    'connections_closed_total{code="4010"}': 1,
    'requests_total{status="403"}': 1,
    'requests_total{status="404"}': 1,
    'requests_refused_total{code="no_such_script"}': 1,
    'requests_refused_total{code="not_allowed"}': 1,
  }
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]])), expected)
  const script = JSON.stringify(found)
  for (const secret of [id, "ada", "bob"]) assert.ok(!script.includes(secret), "no script, no person")
})
