/** A wasm file that is imported as a module: workerd compiles it and gives it like this. */
declare module "*.wasm" {
  const module: WebAssembly.Module
  export default module
}
