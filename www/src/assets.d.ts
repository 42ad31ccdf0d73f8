// Files that esbuild copies: the import is their address.
declare module "scriptroom/scriptroom.wasm" {
  const address: string
  export default address
}
