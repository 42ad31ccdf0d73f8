/**
 * A wasm module that comes when it is first needed. A trap in a call costs that call, and what other calls keep in the
 * module: whoever has something there sees by `instance` that it is lost.
 */

import { compile, isTrap, type WasmSource } from "./wasm.ts"

/** What wasm-bindgen makes around a module. */
interface Glue {
  initSync(options: { module: WebAssembly.Module }): unknown
  __wbg_reset_state(): void
}

export class LazyModule<G extends Glue> {
  /** A function, so that neither the file nor what surrounds it is fetched before it is needed. */
  readonly #glue: () => Promise<G>
  /** A function, so that nothing is looked up where the package is only imported. */
  readonly #beside: () => URL
  #source: WasmSource | undefined
  #compiled: Promise<WebAssembly.Module> | null = null
  #ready: G | null = null
  #instance = 0

  constructor(glue: () => Promise<G>, beside: () => URL) {
    this.#glue = glue
    this.#beside = beside
  }

  /** Says where the file is, unless it is beside the package's own module. */
  locate(source: WasmSource | undefined): void {
    this.#source = source
  }

  /** The compiled module. After a failure the next call tries again. */
  module(): Promise<WebAssembly.Module> {
    this.#compiled ??= compile(this.#source ?? this.#beside()).catch((error: unknown) => {
      this.#compiled = null
      throw error
    })
    return this.#compiled
  }

  /** Calls into the module, when it is there. */
  async call<T>(call: (glue: G) => T): Promise<T> {
    await this.load()
    return this.run(call)
  }

  /** Resolves when `run` can be called. After a failure the next call tries again. */
  async load(): Promise<void> {
    const [module, glue] = await Promise.all([this.module(), this.#glue()])
    if (!this.#ready) glue.initSync({ module })
    this.#ready = glue
  }

  /** Calls into the module that is there. */
  run<T>(call: (glue: G) => T): T {
    const glue = this.#ready
    if (!glue) throw new Error("expected `load` before `run`")
    try {
      return call(glue)
    } catch (error) {
      if (isTrap(error)) {
        glue.__wbg_reset_state()
        this.#instance += 1
      }
      throw error
    }
  }

  /** Which instance of the module it is: what was made in another one is gone, and must not be freed in this. */
  get instance(): number {
    return this.#instance
  }
}
