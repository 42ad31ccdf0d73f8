// Hocuspocus with its database extension over SQLite: node hocuspocus.mjs FOLDER. It prints its port.
import { Database } from "@hocuspocus/extension-database"
import { Server } from "@hocuspocus/server"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

const database = new DatabaseSync(join(process.argv[2], "documents.sqlite"))
database.exec("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, bytes BLOB)")
const read = database.prepare("SELECT bytes FROM documents WHERE name = ?")
const write = database.prepare("INSERT OR REPLACE INTO documents (name, bytes) VALUES (?, ?)")
const server = new Server({
  address: "127.0.0.1",
  port: 0,
  quiet: true,
  extensions: [
    new Database({
      fetch: async ({ documentName }) => read.get(documentName)?.bytes ?? null,
      store: async ({ documentName, state }) => void write.run(documentName, state),
    }),
  ],
})
await server.listen()
console.log(`listening on ${server.address.port}`)
