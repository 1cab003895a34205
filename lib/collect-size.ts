/** A function of so many MB gets a vCPU, and a smaller one its part of it (Lambda guide, memory). */
const MB_PER_VCPU = 1769;

/** The smallest that there is, and enough for what is read besides the harvest's symbols. */
const LEAST_MB = 128;
/**
 * So many MB more bring the processor time for 1000 symbols more: with it a sample of all families takes less than a
 * second for 95 in 100. `npm run bench -- harvest` measures it, and ends with 1 where it no longer holds.
 */
const MB_A_STEP = 64;
const SYMBOLS_A_STEP = 1000;

/** The most symbols that one function reads; more are shared by several. */
export const MOST_SYMBOLS = 10_000;

/** Beyond this neither young nor old objects take more, and all the rest of Node takes so much. */
const MOST_YOUNG_MB = 16;
const BESIDES_HEAP_MB = 38;
/** Of 128 MB 6 are for young objects. */
const YOUNG_SHARE = 6 / 128;

/** The memory in MB of a function that reads so many symbols of the harvest. */
export function memoryMbFor(symbols: number): number {
  return Math.max(LEAST_MB, MB_A_STEP * Math.ceil(symbols / SYMBOLS_A_STEP));
}

/** The most symbols that a function of so many MB reads within a second. */
export function mostSymbolsIn(memoryMb: number): number {
  return Math.min(MOST_SYMBOLS, SYMBOLS_A_STEP * Math.floor(memoryMb / MB_A_STEP));
}

/** The share of a vCPU, 0 to 1, that a function of so many MB gets. */
export const vcpusOf = (memoryMb: number): number => memoryMb / MB_PER_VCPU;

/**
 * How large the heap of a function of so many MB may grow before V8 collects, as options of Node. Left to itself V8 sizes
 * it by the machine, and thousands of hashes a sample would not fit into the memory that there is.
 */
export function heapOptions(memoryMb: number): string[] {
  const young = Math.min(MOST_YOUNG_MB, Math.floor(memoryMb * YOUNG_SHARE));
  return [`--max-semi-space-size=${young}`, `--max-old-space-size=${memoryMb - BESIDES_HEAP_MB}`];
}
