import { BROWSER_VARIABLE } from './find.ts';

/** `describe`, where the global set-up has found a browser. */
export const describeInBrowser: jest.Describe = process.env[BROWSER_VARIABLE]
  ? describe
  : (describe.skip as jest.Describe);
