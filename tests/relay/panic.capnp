# The relay as in worker/workerd.capnp, but for a fault that panic.js puts in: nothing outside the tests is started with it.

using Workerd = import "/workerd/workerd.capnp";
using House = import "../../worker/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "relay", worker = .relay),
    (name = "data", disk = (path = ".scriptroom", writable = true)),
    (name = "www", disk = (path = "www/dist")),
    (name = "keys", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "relay")],
);

const relay :Workerd.Worker = (
  compatibilityDate = "2026-03-01",
  modules = [
    (name = "panic.js", esModule = embed "panic.js"),
    (name = "worker.js", esModule = embed "../../worker/build/worker.js"),
    (name = "index.js", esModule = embed "../../worker/build/index.js"),
    (name = "./index_bg.wasm", wasm = embed "../../worker/build/index_bg.wasm"),
    (name = "reader.wasm", wasm = embed "../../worker/build/reader.wasm"),
    (name = "openapi.json", text = embed "../../worker/build/openapi.json"),
  ],
  durableObjectNamespaces = [
    (className = "ScriptRoom", uniqueKey = "scriptroom-scripts", enableSql = true),
    (className = "Person", uniqueKey = "scriptroom-people", enableSql = true),
    (className = "Registry", uniqueKey = "scriptroom-registries", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "data"),
  bindings = [
    (name = "SCRIPTS", durableObjectNamespace = "ScriptRoom"),
    (name = "PEOPLE", durableObjectNamespace = "Person"),
    (name = "REGISTRIES", durableObjectNamespace = "Registry"),
    (name = "ASSETS", service = "www"),
    (name = "KEYS", service = "keys"),
    (name = "HOOKS", service = "keys"),
    (name = "SCRIPTROOM_DEV", fromEnvironment = "SCRIPTROOM_DEV"),
    (name = "LOG_LEVEL", fromEnvironment = "SCRIPTROOM_LOG_LEVEL"),
    (name = "COMPACT_DELAY_MS", fromEnvironment = "SCRIPTROOM_COMPACT_DELAY_MS"),
    (name = "MAX_UNREAD_BYTES", fromEnvironment = "SCRIPTROOM_MAX_UNREAD_BYTES"),
  ],
);
