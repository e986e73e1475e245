/** How work grows with its size, on a machine of any speed that does anything else at the same time. */

/** What is neither linear nor nearly so is far above: eight times the size costs 64 times as much where it is quadratic. */
export const nearlyLinear = 24;

const factor = 8;
const rounds = 3;
/** The work is repeated until it took so much, because the system may count in steps of some milliseconds. */
const measurableMicros = 40_000;

/**
 * How many times as much eight times the size costs. It is counted in the time of the processor that this thread had, to
 * which waiting for other processes adds nothing.
 */
export async function growthOf(work: (size: number) => unknown, size: number): Promise<number> {
  const small: number[] = [];
  const large: number[] = [];
  for (let round = 0; round < rounds; round++) {
    small.push(await costOf(work, size));
    large.push(await costOf(work, size * factor));
  }
  return Math.min(...large) / Math.min(...small);
}

async function costOf(work: (size: number) => unknown, size: number): Promise<number> {
  const begun = process.threadCpuUsage();
  for (let times = 1; ; times++) {
    await work(size);
    const { user, system } = process.threadCpuUsage(begun);
    if (user + system >= measurableMicros) return (user + system) / times;
  }
}
