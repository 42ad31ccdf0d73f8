// y-partyserver's object, persisting as its README shows: the whole document in the object's own SQLite, at its own pace.
import { routePartykitRequest } from "partyserver"
import { YServer } from "y-partyserver"
import * as Y from "yjs"

export class Script extends YServer {
  async onLoad() {
    const { sql } = this.ctx.storage
    sql.exec("CREATE TABLE IF NOT EXISTS document (id INTEGER PRIMARY KEY, bytes BLOB)")
    const [row] = sql.exec("SELECT bytes FROM document").toArray()
    if (row) Y.applyUpdate(this.document, new Uint8Array(row.bytes))
  }

  async onSave() {
    const bytes = Y.encodeStateAsUpdate(this.document)
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO document (id, bytes) VALUES (1, ?)", bytes)
  }
}

/** The same, with sockets that hibernate. */
export class SleepyScript extends Script {
  static options = { hibernate: true }
}

export default {
  async fetch(request, env) {
    return (await routePartykitRequest(request, env)) ?? new Response("expected /parties/…", { status: 404 })
  },
}
