// The command line against a running relay, in a shell: scripts made, imported and exported, and how each mistake ends.
import assert from "node:assert/strict"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { peer } from "./clients.mjs"
import { peopled, person, startPeoplesRelay } from "./people.mjs"
import { root, startRelay } from "./relay.mjs"

const samples = join(root, "crates/formats/tests/fdx/files")
let relay
let closed
let folder
before(async () => {
  execFileSync("cargo", ["build", "--quiet", "--package", "scriptroom"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] })
  folder = mkdtempSync(join(tmpdir(), "scriptroom-cli-"))
  ;[relay, closed] = await Promise.all([startRelay(), startPeoplesRelay()])
})
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await Promise.all([relay, closed].map((one) => one[Symbol.asyncDispose]()))
})

/** Runs lines of a shell, in which `scriptroom` is the program; gives what it ended with and said. */
function shell(lines, env = {}) {
  const path = `${join(root, "target/debug")}:${process.env.PATH}`
  const options = { cwd: folder, encoding: "utf8", env: { ...process.env, SCRIPTROOM_TOKEN: "", SAMPLES: samples, ...env, PATH: path } }
  // Node gives it a socket, at which bash takes itself for a remote shell, and reads what is set up for those.
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-euc", lines], options)
  return { status, out: stdout, said: stderr }
}

/** The same, where all went well. */
function done(lines, env) {
  const { status, out, said } = shell(lines, env)
  assert.deepEqual([status, said], [0, ""])
  return out
}

test("a_final_draft_file_that_is_imported_is_exported_byte_for_byte", async () => {
  const RELAY = relay.http
  const address = done('scriptroom new "$RELAY"', { RELAY }).trim()
  assert.match(address, /^http:\/\/.*\/s\/[0-9a-f-]{36}$/)
  const env = { SCRIPT: address }
  done('scriptroom import "$SAMPLES/everything.fdx" "$SCRIPT"; scriptroom export "$SCRIPT" out.fdx; cmp "$SAMPLES/everything.fdx" out.fdx', env)
  assert.match(done('scriptroom open "$SCRIPT"', env), /^title {4}\S.*\nversion  [1-9]\d*\npages {4}\d+\nscenes {3}[1-9]\d*\nwords {4}[1-9]\d*\n$/)
  assert.equal(JSON.parse(done('scriptroom open "$SCRIPT" --as json', env)).scenes > 0, true)
  // What is on the way is in pipes, too; a PDF has its pages.
  assert.match(done('scriptroom export "$SCRIPT" - | grep -c "Mara"', env), /^[1-9]/)
  done('scriptroom export "$SCRIPT" out.pdf --watermark Ana 2> missing; scriptroom convert out.pdf - > from-pdf.fountain 2> guessed', env)
  assert.match(readFileSync(join(folder, "from-pdf.fountain"), "utf8"), /HARBOUR/i)
})

test("what_others_write_meanwhile_is_exported_and_a_script_is_replaced_only_when_asked", async () => {
  const address = done('scriptroom new "$RELAY"', { RELAY: relay.http }).trim()
  const env = { SCRIPT: address }
  done('printf "INT. FERRY\\n\\nRain.\\n" > one.fountain; scriptroom import one.fountain "$SCRIPT"', env)
  assert.equal(done('scriptroom export "$SCRIPT" -', env), "INT. FERRY\n\nRain.\n")
  const again = shell('printf "EXT. SEA\\n" > two.fountain; scriptroom import two.fountain "$SCRIPT"', env)
  assert.equal(again.status, 1)
  assert.equal(again.said, "scriptroom: expected an empty script, got one of 2 paragraphs (say --replace yes to put the file in its place)\n")
  await using ben = peer(relay, address.split("/").at(-1))
  await ben.synced()
  done('scriptroom import two.fountain "$SCRIPT" --replace yes', env)
  assert.equal(done('scriptroom export "$SCRIPT" -', env), "EXT. SEA\n")
})

test("who_may_do_what_is_the_relays_to_say", async () => {
  const { id, owner, viewer, stranger } = await peopled(closed)
  const SCRIPT = `${closed.http}/s/${id}`
  const as = ({ token }) => ({ SCRIPT, SCRIPTROOM_TOKEN: token })
  done('scriptroom import "$SAMPLES/compact.fdx" "$SCRIPT"', as(owner))
  done('scriptroom export "$SCRIPT" theirs.fdx; cmp "$SAMPLES/compact.fdx" theirs.fdx', as(viewer))
  const refused = (lines, env, message) => {
    const { status, out, said } = shell(lines, env)
    assert.deepEqual([status, out], [5, ""], said)
    assert.match(said, message)
  }
  refused('scriptroom open "$SCRIPT"', as(stranger), /^scriptroom: the relay refused: .*not_allowed\)\n$/)
  refused('scriptroom open "$SCRIPT"', { SCRIPT }, /not_signed_in|not_allowed/)
  refused('scriptroom new "$RELAY"', { RELAY: closed.http }, /not_signed_in/)
  refused('scriptroom import "$SAMPLES/compact.fdx" "$SCRIPT" --replace yes', as(viewer), /not_allowed/)
  const ada = person(closed, "ada")
  const made = done('scriptroom new "$RELAY" --title "The Ferry" --token "$TOKEN"', { RELAY: closed.http, TOKEN: ada.token }).trim()
  assert.deepEqual(await ada.titles(), ["The Ferry"])
  assert.match(done('scriptroom open "$SCRIPT"', { SCRIPT: made, SCRIPTROOM_TOKEN: ada.token }), /^title {4}The Ferry\n/)
})

test("a_script_at_a_relay_is_counted_as_it_is_and_as_it_was_from_day_to_day", async () => {
  const { id, owner, stranger } = await peopled(closed)
  const SCRIPT = `${closed.http}/s/${id}`
  const env = { SCRIPT, SCRIPTROOM_TOKEN: owner.token }
  done('printf "INT. FERRY\\n\\nRain, and wind.\\n\\nANA\\nWe are late.\\n" > ferry.fountain; scriptroom import ferry.fountain "$SCRIPT"', env)
  assert.equal(done('scriptroom report characters "$SCRIPT" | tail -n 1', env), "ANA,1,3,1,1,1\r\n")
  const length = done('scriptroom report length "$SCRIPT"', env)
  assert.match(length, /^date,pages,scenes,words\r\n\d{4}-\d\d-\d\d,1,1,9\r\n$/)
  const [day] = JSON.parse(done('scriptroom report length "$SCRIPT" --as json', env))
  assert.deepEqual([day.date, day.pages, day.words], [length.split("\r\n")[1].split(",")[0], 1, 9])
  // On other pages, for once.
  assert.match(done('scriptroom report length "$SCRIPT" --set lines=10 --set first-page-number=1', env), /,1,1,9\r\n$/)
  const refused = shell('scriptroom report length "$SCRIPT"', { SCRIPT, SCRIPTROOM_TOKEN: stranger.token })
  assert.deepEqual([refused.status, refused.out], [5, ""])
  const file = shell("scriptroom report length ferry.fountain")
  assert.equal(file.status, 2)
  assert.match(file.said, /expected the address of a script such as https:\/\/relay\.example\/s\/ID, got `ferry\.fountain`/)
})

test("a_token_is_read_from_a_file", async () => {
  const { id, owner } = await peopled(closed)
  const env = { SCRIPT: `${closed.http}/s/${id}`, TOKEN: owner.token }
  const kept = 'umask 077; printf "%s\\n" "$TOKEN" > token; '
  assert.match(done(`${kept}scriptroom open "$SCRIPT" --token-file token`, env), /^title/)
  // The file counts, whatever the environment has.
  assert.match(done(`${kept}SCRIPTROOM_TOKEN=none scriptroom open "$SCRIPT" --token-file=token`, env), /^title/)
  for (const [lines, status, message] of [
    ["--token-file nothing", 1, /^scriptroom: cannot read nothing: /],
    ["--token-file empty", 1, /^scriptroom: expected a token and nothing else in empty\n$/],
    ["--token-file two", 1, /^scriptroom: expected a token and nothing else in two\n$/],
    ["--token-file token --token x", 2, /expected --token or --token-file, got both/],
  ]) {
    const { status: ended, out, said } = shell(`${kept}: > empty; printf "a secret\\nand b" > two; scriptroom open "$SCRIPT" ${lines}`, env)
    assert.deepEqual([ended, out], [status, ""], said)
    assert.match(said, message)
    assert.doesNotMatch(said, /secret/)
  }
})

test("a_relay_that_is_away_and_an_address_that_is_none_end_in_their_own_ways", async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  const away = shell('scriptroom new "http://127.0.0.1:$PORT"', { PORT: String(port) })
  assert.equal(away.status, 4)
  assert.match(away.said, /^scriptroom: cannot reach http:\/\/127\.0\.0\.1:\d+: /)
  const none = shell("scriptroom open hamlet")
  assert.equal(none.status, 2)
  assert.match(none.said, /expected the address of a script such as https:\/\/relay\.example\/s\/ID, got `hamlet`/)
  const missing = shell('scriptroom import nothing.fdx "$RELAY/s/6f9619ff-8b86-d011-b42d-00c04fc964ff"', { RELAY: relay.http })
  assert.equal(missing.status, 1)
  assert.match(missing.said, /^scriptroom: cannot read nothing\.fdx: /)
})
