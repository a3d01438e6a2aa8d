import { neverUsed } from './grants.ts';

/** Fails a run of all suites that leaves a grant without a use. Where only some suites ran, nothing can be said. */
export default (config: {
  testPathPatterns?: { patterns?: readonly string[] };
  onlyChanged?: boolean;
}): void => {
  const partial = (config.testPathPatterns?.patterns?.length ?? 0) > 0 || config.onlyChanged;
  const unused = neverUsed();
  if (partial || unused.length === 0) return;
  throw new Error(`Nothing needs these grants (lib/functions.ts):\n  ${unused.join('\n  ')}`);
};
