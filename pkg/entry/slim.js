// No module of its own: the application says where it comes from, with `initialise`.
export * from "../src/index.js";
export { initialise } from "../src/engine.js";
