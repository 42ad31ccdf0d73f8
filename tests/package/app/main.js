// For bundlers that follow `new URL(…, import.meta.url)`, and for no bundler at all: nothing to configure.

import { write } from "./write.js"

window.seen = write({})
