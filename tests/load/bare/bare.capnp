# workerd with nothing but ./worker.mjs, as worker/workerd.capnp runs the relay: SQLite, on disk.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "bare", worker = .bare),
    (name = "data", disk = (path = ".scriptroom", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "bare")],
);

const bare :Workerd.Worker = (
  compatibilityDate = "2026-03-01",
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  durableObjectNamespaces = [
    (className = "PassesOn", uniqueKey = "passes-on", enableSql = true),
    (className = "Stores", uniqueKey = "stores", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "data"),
  bindings = [
    (name = "PASSES_ON", durableObjectNamespace = "PassesOn"),
    (name = "STORES", durableObjectNamespace = "Stores"),
  ],
);
