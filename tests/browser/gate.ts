// What stands between some writers and their relay: a proxy that passes plain requests on and does with WebSocket
// upgrades what the networks of hotels, schools and offices do: refuses them, or lets them hang. Or passes them on, too.

import { once } from "node:events"
import { type ClientRequest, createServer, type IncomingMessage, request, type Server } from "node:http"
import { type AddressInfo, connect } from "node:net"
import type { Duplex } from "node:stream"

/** What becomes of an upgrade. */
export type Upgrades = "refused" | "hang" | "pass"

/** Such a proxy. */
export class Gate {
  readonly #server: Server
  readonly #port: number
  readonly #sockets = new Set<Duplex>()
  upgrades: Upgrades

  private constructor(port: number, upgrades: Upgrades) {
    this.#port = port
    this.upgrades = upgrades
    this.#server = createServer((asked, answer) => {
      const passed = this.#passOn(asked)
      passed.on("response", given => {
        answer.writeHead(given.statusCode ?? 502, given.rawHeaders)
        given.pipe(answer)
      })
      passed.on("error", () => answer.destroy())
      asked.pipe(passed)
    })
    this.#server.on("upgrade", (asked, socket) => this.#upgrade(asked, socket))
  }

  /** Puts one before the relay at this port. */
  static async before(port: number, upgrades: Upgrades = "refused"): Promise<Gate> {
    const gate = new Gate(port, upgrades)
    gate.#server.listen(0, "127.0.0.1")
    await once(gate.#server, "listening")
    return gate
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Lets no more upgrades through, and ends those that are. */
  block(upgrades: Upgrades): void {
    this.upgrades = upgrades
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.block("refused")
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, "close")
  }

  #passOn(asked: IncomingMessage): ClientRequest {
    const { method, url, rawHeaders } = asked
    return request({ host: "127.0.0.1", port: this.#port, method, path: url, headers: rawHeaders as never })
  }

  #upgrade(asked: IncomingMessage, socket: Duplex): void {
    this.#sockets.add(socket)
    socket.on("close", () => this.#sockets.delete(socket))
    socket.on("error", () => socket.destroy())
    if (this.upgrades === "refused") socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n")
    if (this.upgrades !== "pass") return
    const relay = connect(this.#port, "127.0.0.1")
    const lines = [`${asked.method} ${asked.url} HTTP/1.1`]
    for (let at = 0; at < asked.rawHeaders.length; at += 2) lines.push(`${asked.rawHeaders[at]}: ${asked.rawHeaders[at + 1]}`)
    relay.write(`${lines.join("\r\n")}\r\n\r\n`)
    relay.on("error", () => socket.destroy())
    relay.on("close", () => socket.destroy())
    socket.on("close", () => relay.destroy())
    socket.pipe(relay).pipe(socket)
  }
}
