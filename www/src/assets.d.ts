// Files that esbuild copies: the import is their address.
declare module "*.wasm" {
  const address: string
  export default address
}
