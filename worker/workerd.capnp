# The relay on one machine, in plain workerd. Run from the project's folder:
#
#   workerd serve worker/workerd.capnp --socket-addr=http=127.0.0.1:8787 \
#     --directory-path=data=DIR --directory-path=www=www/dist
#
# What can be set is in README.md, each with SCRIPTROOM_ before its name in the environment. With nothing set, nobody
# gets in: who may come is said with a secret or an issuer's keys, or, for development only, with SCRIPTROOM_DEV=1.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "relay", worker = .relay),
    (name = "data", disk = (path = ".scriptroom", writable = true)),
    (name = "www", disk = (path = "www/dist")),
    # Reaches the issuer of tokens and the receivers of webhooks that the operator names, which may stand in the same house;
    # everything else gets the public network only.
    (name = "keys", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
  ],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "relay")],
);

const relay :Workerd.Worker = (
  compatibilityDate = "2026-03-01",
  modules = [
    (name = "worker.js", esModule = embed "build/worker.js"),
    (name = "index.js", esModule = embed "build/index.js"),
    (name = "./index_bg.wasm", wasm = embed "build/index_bg.wasm"),
    (name = "reader.wasm", wasm = embed "build/reader.wasm"),
    (name = "openapi.json", text = embed "build/openapi.json"),
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
    (name = "OPEN_SCRIPTS", fromEnvironment = "SCRIPTROOM_OPEN_SCRIPTS"),
    (name = "GUEST_SECRET", fromEnvironment = "SCRIPTROOM_GUEST_SECRET"),
    (name = "ALLOWED_ORIGINS", fromEnvironment = "SCRIPTROOM_ALLOWED_ORIGINS"),
    (name = "JWT_SECRET", fromEnvironment = "SCRIPTROOM_JWT_SECRET"),
    (name = "JWKS_URL", fromEnvironment = "SCRIPTROOM_JWKS_URL"),
    (name = "JWT_ISSUER", fromEnvironment = "SCRIPTROOM_JWT_ISSUER"),
    (name = "JWT_AUDIENCE", fromEnvironment = "SCRIPTROOM_JWT_AUDIENCE"),
    (name = "JWT_LEEWAY_S", fromEnvironment = "SCRIPTROOM_JWT_LEEWAY_S"),
    (name = "SIGN_IN", fromEnvironment = "SCRIPTROOM_SIGN_IN"),
    (name = "SIGN_IN_SECRET", fromEnvironment = "SCRIPTROOM_SIGN_IN_SECRET"),
    (name = "SIGN_IN_INVITATION", fromEnvironment = "SCRIPTROOM_SIGN_IN_INVITATION"),
    (name = "OPERATOR_TOKEN", fromEnvironment = "SCRIPTROOM_OPERATOR_TOKEN"),
    (name = "METRICS_TOKEN", fromEnvironment = "SCRIPTROOM_METRICS_TOKEN"),
    (name = "MAX_CONNECTIONS", fromEnvironment = "SCRIPTROOM_MAX_CONNECTIONS"),
    (name = "MAX_CONNECTIONS_OF_PERSON", fromEnvironment = "SCRIPTROOM_MAX_CONNECTIONS_OF_PERSON"),
    (name = "UPDATES_PER_S", fromEnvironment = "SCRIPTROOM_UPDATES_PER_S"),
    (name = "UPDATES_AT_ONCE", fromEnvironment = "SCRIPTROOM_UPDATES_AT_ONCE"),
    (name = "BYTES_AT_ONCE", fromEnvironment = "SCRIPTROOM_BYTES_AT_ONCE"),
    (name = "BYTES_PER_S", fromEnvironment = "SCRIPTROOM_BYTES_PER_S"),
    (name = "PRESENCE_AT_ONCE", fromEnvironment = "SCRIPTROOM_PRESENCE_AT_ONCE"),
    (name = "PRESENCE_PER_S", fromEnvironment = "SCRIPTROOM_PRESENCE_PER_S"),
    (name = "MAX_UNREAD_BYTES", fromEnvironment = "SCRIPTROOM_MAX_UNREAD_BYTES"),
    (name = "MOMENT_MS", fromEnvironment = "SCRIPTROOM_MOMENT_MS"),
    (name = "MAX_SCRIPT_BYTES", fromEnvironment = "SCRIPTROOM_MAX_SCRIPT_BYTES"),
    (name = "MAX_THREADS_BYTES", fromEnvironment = "SCRIPTROOM_MAX_THREADS_BYTES"),
    (name = "LOG_LEVEL", fromEnvironment = "SCRIPTROOM_LOG_LEVEL"),
    (name = "GENERATION", fromEnvironment = "SCRIPTROOM_GENERATION"),
    (name = "RECOVER_MS", fromEnvironment = "SCRIPTROOM_RECOVER_MS"),
    (name = "COMPACT_ENTRIES", fromEnvironment = "SCRIPTROOM_COMPACT_ENTRIES"),
    (name = "COMPACT_AGE_MS", fromEnvironment = "SCRIPTROOM_COMPACT_AGE_MS"),
    (name = "WEBHOOK_HOSTS", fromEnvironment = "SCRIPTROOM_WEBHOOK_HOSTS"),
    (name = "WEBHOOK_RETRY_MS", fromEnvironment = "SCRIPTROOM_WEBHOOK_RETRY_MS"),
    (name = "WEBHOOK_GIVE_UP_MS", fromEnvironment = "SCRIPTROOM_WEBHOOK_GIVE_UP_MS"),
    (name = "REFRESH_MS", fromEnvironment = "SCRIPTROOM_REFRESH_MS"),
    (name = "COMPACT_DELAY_MS", fromEnvironment = "SCRIPTROOM_COMPACT_DELAY_MS"),
    (name = "MAX_UPDATE_BYTES", fromEnvironment = "SCRIPTROOM_MAX_UPDATE_BYTES"),
    (name = "MAX_SYNC_BYTES", fromEnvironment = "SCRIPTROOM_MAX_SYNC_BYTES"),
  ],
);
