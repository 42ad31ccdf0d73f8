// Reads a Fountain file with fountain-js and prints in nanoseconds how long each round took.
import { readFileSync } from "node:fs"
import fountainJs from "fountain-js"

const [, , file, rounds] = process.argv
const text = readFileSync(file, "utf8")
const times = []
for (let round = 0; round < Number(rounds); round += 1) {
  const start = process.hrtime.bigint()
  new fountainJs.Fountain().parse(text)
  times.push(Number(process.hrtime.bigint() - start))
}
console.log(JSON.stringify({ "fountain-js": times }))
