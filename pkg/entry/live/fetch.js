import "../fetch.js";

export { createLive } from "../../src/front/live.js";
