// A Worker beside the relay: `POST /<script>` lets its object go, and leaves the sockets hibernating.
import unsafe from "workerd:unsafe"

export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1)
    const object = env.SCRIPTS.get(env.SCRIPTS.idFromName(name))
    try {
      await unsafe.evict(object, { webSockets: "hibernate" })
    } catch (error) {
      return new Response(String(error), { status: 409 })
    }
    return new Response(null, { status: 204 })
  },
}
