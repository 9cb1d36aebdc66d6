/** What goes wrong outside a decision. A deny is never an error. */
export class KeyrackError extends Error {
  /**
   * @param {string} code stable; the message may change
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}

// On the prototype, so that the name survives minifiers and does not show up as an own member.
Object.defineProperty(KeyrackError.prototype, "name", {
  value: "KeyrackError",
  configurable: true,
  writable: true,
});
