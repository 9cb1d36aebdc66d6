/** Paths that have one meaning, whoever reads them. */

// Whatever stands behind may cut a longer one.
const MAX_PATH_CHARACTERS = 2048;
// Nothing here needs an escape in a path, and an escape could hide a slash.
const PLAIN_PATH = /^(\/[A-Za-z0-9:_~-][A-Za-z0-9.:_~-]*)+$/;

/**
 * Whether a path has one meaning: no empty parts, no escapes, nothing that a file system or a
 * router may take away, such as a part that begins or ends with a dot.
 *
 * @param {string} pathname
 */
export function isPlainPath(pathname) {
  return (
    pathname.length <= MAX_PATH_CHARACTERS &&
    PLAIN_PATH.test(pathname) &&
    !pathname.endsWith(".") &&
    !pathname.includes("./")
  );
}
