// The gate as middleware of Hono.
export { keyrack } from "../../src/edge/hono.js";
