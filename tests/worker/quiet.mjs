/** Without the console: the error is meant. */
export async function quiet(work) {
  const { error } = console;
  console.error = () => {};
  try {
    return await work();
  } finally {
    console.error = error;
  }
}
