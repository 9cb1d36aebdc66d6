/** Runs named checks one after the other, and counts. */
export function checks() {
  let passed = 0;
  let failed = 0;
  return {
    async check(name, work) {
      try {
        const note = await work();
        passed += 1;
        console.log(`ok      ${note === undefined ? name : `${name}: ${note}`}`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED  ${name}: ${error.message}`);
      }
    },
    finish() {
      console.log(`${passed} passed, ${failed} failed`);
      process.exitCode = failed === 0 ? 0 : 1;
    },
  };
}
