// What workerd costs by itself: an object that passes on what comes over one of its sockets to the others, as it came, and one
// that stores it before. Neither looks into it, nor keeps what a newcomer would need.
import { DurableObject } from "cloudflare:workers"

export class PassesOn extends DurableObject {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair())
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  webSocketMessage(from, message) {
    for (const socket of this.ctx.getWebSockets()) if (socket !== from) socket.send(message)
  }
}

export class Stores extends PassesOn {
  constructor(state, env) {
    super(state, env)
    this.sql = state.storage.sql
    this.sql.exec("CREATE TABLE IF NOT EXISTS messages (at INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
  }

  webSocketMessage(from, message) {
    this.sql.exec("INSERT INTO messages (bytes) VALUES (?)", message)
    super.webSocketMessage(from, message)
  }
}

export default {
  fetch(request, env) {
    const [, of, name] = new URL(request.url).pathname.split("/")
    const objects = of === "stores" ? env.STORES : env.PASSES_ON
    return objects.get(objects.idFromName(name)).fetch(request)
  },
}
