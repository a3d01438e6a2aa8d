/** The browser that the global set-up has found; undefined where there is none. */
export const testBrowser = process.env['NBWSS_TEST_BROWSER'];

/** `describe`, where a browser was found. */
export const describeInBrowser: jest.Describe = testBrowser ? describe : (describe.skip as jest.Describe);
