// The connection with real sockets: a host that never answers, a writer who types, a relay that has too much to do.

import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer, type Server, type Socket } from "node:net"
import type { AddressInfo } from "node:net"
import { test } from "node:test"
import { WebSocketServer } from "ws"
import { type Address, Connection, type ConnectionEvents } from "../src/connection.ts"

const limit = { timeout: 30_000 }

const deaf: ConnectionEvents = {
  opened: () => {},
  frame: () => {},
  closed: () => {},
  network: () => {},
  vector: () => new Uint8Array([0]),
}

/** A place that answers nothing over HTTP. */
function addressOf(url: () => Promise<string>): Address {
  return { url, door: () => Promise.reject(new Error("there is no such door")), forgetToken: () => {} }
}

function connectionTo(port: () => number, events: Partial<ConnectionEvents> = {}): Connection {
  return new Connection(addressOf(async () => `ws://127.0.0.1:${port()}`), { ...deaf, ...events })
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port
}

/** A host that takes connections and says nothing. */
async function mute(): Promise<{ readonly server: Server; readonly sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server = createServer(socket => void sockets.push(socket)).listen(0, "127.0.0.1")
  await once(server, "listening")
  return { server, sockets }
}

test("a try that nobody answers is given up, and another one is made", limit, async context => {
  const { server, sockets } = await mute()
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const connection = connectionTo(() => portOf(server))
  connection.start()
  await once(server, "connection")
  const closed = once(sockets[0] as Socket, "close")
  context.mock.timers.tick(8_000)
  await closed
  const second = once(server, "connection")
  context.mock.timers.tick(500)
  await second
  assert.equal(sockets.length, 2)
  connection.stop()
  context.mock.timers.reset()
  server.close()
})

test("an address that no socket takes costs its try, and no more", limit, async () => {
  const { server } = await mute()
  const good = `ws://127.0.0.1:${portOf(server)}`
  const addresses = ["ftp://127.0.0.1", good]
  const connection = new Connection(addressOf(async () => addresses.shift() ?? good), deaf)
  connection.start()
  await once(server, "connection")
  connection.stop()
  server.close()
})

test("an answer that comes for a try that was given up is not taken", limit, async context => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const asked: ((url: string) => void)[] = []
  const address = addressOf(() => new Promise<string>(resolve => asked.push(resolve)))
  const relay = new WebSocketServer({ port: 0, host: "127.0.0.1" })
  await once(relay, "listening")
  let opened = 0
  const events = { ...deaf, opened: () => void (opened += 1) }
  const connection = new Connection(address, events)
  connection.start()
  context.mock.timers.tick(8_000)
  context.mock.timers.tick(500)
  assert.equal(asked.length, 2)
  for (const answer of asked) answer(`ws://127.0.0.1:${portOf(relay)}`)
  const [socket] = await once(relay, "connection")
  socket.send(new Uint8Array([3]))
  while (opened === 0) await new Promise(resolve => setImmediate(resolve))
  assert.equal(relay.clients.size, 1)
  assert.equal(opened, 1)
  connection.stop()
  context.mock.timers.reset()
  relay.close()
})

test("typing ends a wait, but not again and again", limit, async context => {
  let tries = 0
  const address = addressOf(async () => {
    tries += 1
    throw new Error("no network")
  })
  const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] })
  context.mock.method(Math, "random", () => 1)
  const connection = new Connection(address, deaf)
  connection.start()
  await turn()
  for (const wait of [500, 1_000, 2_000, 4_000]) {
    context.mock.timers.tick(wait)
    await turn()
  }
  assert.equal(tries, 5)
  // The wait is 8 s now, and the last try has only just been made.
  for (let key = 0; key < 20; key++) connection.hurry()
  await turn()
  assert.equal(tries, 5)
  context.mock.timers.tick(2_000)
  for (let key = 0; key < 20; key++) connection.hurry()
  await turn()
  assert.equal(tries, 6)
  connection.stop()
})

test("a token that is not taken is forgotten once, and again when the relay was away meanwhile", limit, async () => {
  const relay = new WebSocketServer({ port: 0, host: "127.0.0.1" })
  await once(relay, "listening")
  const ends = [4001, 1011, 4001, 4001]
  relay.on("connection", socket => socket.close(ends.shift()))
  let forgotten = 0
  const address = { ...addressOf(async () => `ws://127.0.0.1:${portOf(relay)}`), forgetToken: () => void (forgotten += 1) }
  const closes: number[] = []
  await new Promise<void>(resolve => {
    const closed = (code: number): void => {
      closes.push(code)
      if (code === 4001) resolve()
    }
    const connection = new Connection(address, { ...deaf, closed: code => (closed(code), code === 4001 && connection.stop()) })
    connection.start()
  })
  assert.deepEqual(closes, [1006, 1011, 1006, 4001])
  assert.equal(forgotten, 2)
  relay.close()
})
