# y-partyserver on plain workerd, as worker/workerd.capnp runs the relay: SQLite, on disk. `dist` is bundled by ../systems.mjs.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "peer", worker = .peer),
    (name = "data", disk = (path = ".scriptroom", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "peer")],
);

const peer :Workerd.Worker = (
  compatibilityDate = "2026-03-01",
  compatibilityFlags = ["nodejs_compat"],
  modules = [(name = "partyserver.js", esModule = embed "dist/partyserver.js")],
  durableObjectNamespaces = [
    (className = "Script", uniqueKey = "scripts", enableSql = true),
    (className = "SleepyScript", uniqueKey = "sleepy-scripts", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "data"),
  bindings = [
    (name = "Script", durableObjectNamespace = "Script"),
    (name = "SleepyScript", durableObjectNamespace = "SleepyScript"),
  ],
);
