# The relay on one machine, in plain workerd. Run from the project's folder:
#
#   workerd serve worker/workerd.capnp --socket-addr=http=127.0.0.1:8787 \
#     --directory-path=data=DIR --directory-path=www=www/dist
#
# This one is for development: SCRIPTROOM_DEV lets guests be signed with a secret that everybody knows,
# unless the environment has SCRIPTROOM_GUEST_SECRET.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "relay", worker = .relay),
    (name = "data", disk = (path = ".scriptroom", writable = true)),
    (name = "www", disk = (path = "www/dist")),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "relay")],
);

const relay :Workerd.Worker = (
  compatibilityDate = "2026-03-01",
  modules = [
    (name = "index.js", esModule = embed "build/index.js"),
    (name = "./index_bg.wasm", wasm = embed "build/index_bg.wasm"),
  ],
  durableObjectNamespaces = [
    (className = "ScriptRoom", uniqueKey = "scriptroom-scripts", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "data"),
  bindings = [
    (name = "SCRIPTS", durableObjectNamespace = "ScriptRoom"),
    (name = "ASSETS", service = "www"),
    (name = "SCRIPTROOM_DEV", text = "1"),
    (name = "GUEST_SECRET", fromEnvironment = "SCRIPTROOM_GUEST_SECRET"),
    (name = "COMPACT_ENTRIES", fromEnvironment = "SCRIPTROOM_COMPACT_ENTRIES"),
    (name = "COMPACT_AGE_MS", fromEnvironment = "SCRIPTROOM_COMPACT_AGE_MS"),
    (name = "COMPACT_DELAY_MS", fromEnvironment = "SCRIPTROOM_COMPACT_DELAY_MS"),
  ],
);
