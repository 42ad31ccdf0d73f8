// What stands between the typists and the relay: while it is shut, nobody who has something to bring back gets through, and the
// relay shows what it has by itself.
import { once } from "node:events"
import { connect, createServer } from "node:net"

/** A gate before a relay. */
export class Gate {
  #relay
  #open = true
  #sockets = new Set()
  #server = createServer((socket) => this.#pass(socket))

  constructor(relay) {
    this.#relay = relay
  }

  async start() {
    this.#server.listen(0, "127.0.0.1")
    await once(this.#server, "listening")
    return this
  }

  get http() {
    return `http://127.0.0.1:${this.#server.address().port}`
  }

  /** The address for y-websocket, which appends the script's id. */
  get scripts() {
    return `${this.http.replace("http", "ws")}/api/ws/scripts`
  }

  open() {
    this.#open = true
  }

  /** Lets nobody in any more. Resolves when what had come through from a dead relay has arrived, too. */
  async shut() {
    this.#open = false
    await Promise.all([...this.#sockets].map((socket) => once(socket, "close")))
  }

  async stop() {
    this.#open = false
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, "close")
  }

  #pass(socket) {
    if (!this.#open) return socket.destroy()
    const relay = connect(this.#relay.port, "127.0.0.1")
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    relay.setNoDelay(true)
    socket.on("close", () => (this.#sockets.delete(socket), relay.destroy()))
    // What the relay had sent before it died still goes through: it was seen.
    relay.on("close", () => socket.destroySoon())
    relay.on("error", () => {})
    socket.on("error", () => {})
    socket.pipe(relay, { end: true })
    relay.pipe(socket, { end: true })
  }
}
