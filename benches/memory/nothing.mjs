/** What a process takes that only reads the questions. */
export const hold = () => () => false;
