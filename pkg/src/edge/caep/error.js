/** An event that is not taken. The code is one of RFC 8935 and SSF, and says whose fault it is. */
export class EventError extends Error {
  constructor(err, description) {
    super(description);
    this.err = err;
  }
}
