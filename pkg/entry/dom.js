// For pages without a framework. It brings no engine: the live slice that it is given has one.
export { createControls } from "../src/front/dom.js";
