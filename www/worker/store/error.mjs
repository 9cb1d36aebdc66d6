/** What the store answers when it cannot do what it is asked. */
export class StoreError extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}
