/**
 * Lambda ends a run of the collecting function after this. A run takes marks for 75 s after it began, however
 * late that was, and the last of them may take 9 s to read and to publish.
 */
export const COLLECT_TIMEOUT_SEC = 100;
