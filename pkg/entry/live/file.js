import "../file.js";

export { createLive } from "../../src/front/live.js";
