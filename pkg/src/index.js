export { KeyrackError } from "./errors.js";
export { Keyrack } from "./rack.js";
export { Session } from "./session.js";
