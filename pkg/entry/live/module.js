import "../module.js";

export { createLive } from "../../src/front/live.js";
