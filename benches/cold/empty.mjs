/** A floor: a module that does nothing. */
export const first = () => true;
