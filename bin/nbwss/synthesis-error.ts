/** The app's error output, in several lines. In a file of its own: each run of the command line loads it. */
export class SynthesisError extends Error {}
