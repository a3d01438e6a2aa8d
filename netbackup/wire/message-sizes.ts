/** Sizes of messages to check, in KB. A night's notifications must pass. */
export const USUAL_KB = 100;
/** The backlog after an outage. */
export const LARGE_KB = 1024;
