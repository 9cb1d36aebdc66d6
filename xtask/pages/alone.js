// A page that loads a slice by itself.
export { Keyrack } from "keyrack";
