# The relay as in worker/workerd.capnp, and beside it a service that puts a script's object to sleep.
#
# workerd lets go of an idle object after ten seconds, by its own clock. The module "workerd:unsafe" does it at once, with
# sockets left hibernating as then; it needs --experimental, which is why the relay itself is not run like this.

using Workerd = import "/workerd/workerd.capnp";
using House = import "../../worker/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "relay", worker = House.relay),
    (name = "data", disk = (path = ".scriptroom", writable = true)),
    (name = "www", disk = (path = "www/dist")),
    (name = "keys", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
    (name = "sleep", worker = .sleep),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:0", http = (), service = "relay"),
    (name = "sleep", address = "127.0.0.1:0", http = (), service = "sleep"),
  ],
);

const sleep :Workerd.Worker = (
  compatibilityDate = "2026-03-01",
  compatibilityFlags = ["unsafe_module"],
  modules = [(name = "sleep.js", esModule = embed "sleep.js")],
  bindings = [(name = "SCRIPTS", durableObjectNamespace = (className = "ScriptRoom", serviceName = "relay"))],
);
