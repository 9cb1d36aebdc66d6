/** A floor: a module of WebAssembly that holds nothing, compiled and started. */
export async function first({ bytes }) {
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(bytes));
  return instance.exports !== undefined;
}
