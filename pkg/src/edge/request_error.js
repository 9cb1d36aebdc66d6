/** A request that cannot be read in one way only. The code is safe to send. */
export class RequestError extends Error {
  /**
   * @param {string} kind of problem
   * @param {string} code stable
   */
  constructor(kind, code) {
    super(code);
    this.kind = kind;
    this.code = code;
  }
}
