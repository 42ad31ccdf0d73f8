// A short run of what `cargo xtask frames` does at length: mutated frames from a process of its own, while people write.
import assert from "node:assert/strict"
import { test } from "node:test"
import { run } from "./frames/run.mjs"

test("u1_mutated_frames_disturb_nobody_and_every_script_opens_after_them", async () => {
  const sender = process.env.SCRIPTROOM_FRAMES
  assert.ok(sender, "SCRIPTROOM_FRAMES names the program that sends: `cargo xtask test relay` builds it")
  const { totals, edits, opened, memoryMib } = await run({ sender, count: 10_000, round: 5_000, seed: 4, connections: 8 })
  assert.ok(totals.mutated >= 10_000)
  assert.ok(edits > 8, `${edits} edits`)
  assert.equal(opened.length, 8)
  assert.ok(opened.reduce((all, { entries }) => all + entries, 0) > 200, "much of it was stored")
  assert.ok(Object.keys(totals.by_answer).length > 8, "it was answered in many ways")
  const [begin, worst] = [memoryMib[0][0], Math.max(...memoryMib[0])]
  assert.ok(worst - begin < 512, `workerd has grown from ${begin} to ${worst} MiB`)
})
