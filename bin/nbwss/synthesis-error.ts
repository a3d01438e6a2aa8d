/** The app's error output, in several lines. In a separate file, because each run of the command line loads it. */
export class SynthesisError extends Error {}
