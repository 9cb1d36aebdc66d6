// As ./module.js, with the mark that Vercel's edge runtime puts on a module import.
import "../edge-light.js";

export { createLive } from "../../src/front/live.js";
