// What the tests say about tests/js/store.toml.

export const MONDAY = 1772445600;
export const ISSUED = 1772323200;
export const EXPIRES = 1803859200;

/** Options for bytes whose origin the test vouches for. */
export const HERE = { unsigned: true, now: MONDAY };
