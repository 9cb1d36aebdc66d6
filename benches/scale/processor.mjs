/**
 * Milliseconds of processor that all threads of this process have used: what a platform counts, and
 * what other processes on the machine do not lengthen by making this one wait.
 */
export function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
