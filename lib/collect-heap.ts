/**
 * How large the heap of a collecting function may grow before V8 collects, as NODE_OPTIONS. Left to itself V8 sizes it by
 * the machine, and thousands of hashes a sample would not fit into 128 MB; npm run bench -- harvest has both figures.
 */
export const COLLECT_HEAP = ["--max-semi-space-size=6", "--max-old-space-size=90"] as const;
