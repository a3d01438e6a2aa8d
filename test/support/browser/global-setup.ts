/** Finds a browser for test/browser. Without one its tests are skipped, unless NBWSS_BROWSER_REQUIRED is set, as `.ci/run` does. */
import { printLine } from '../../../netbackup/terminal.ts';
import synthesizeOnce from '../global-setup.ts';
import { findBrowser } from './find.ts';

export default async (): Promise<void> => {
  const browser = await findBrowser();
  if ('found' in browser) {
    // Inherited by the workers: test/support/browser/describe.ts.
    process.env['NBWSS_TEST_BROWSER'] = browser.found;
    await synthesizeOnce();
    return;
  }
  if (process.env['NBWSS_BROWSER_REQUIRED'] || process.env['NBWSS_BROWSER'])
    throw new Error(`No browser starts:\n  ${browser.tried.join('\n  ')}`);
  printLine('Not tested in a browser: no Chromium, Chrome or Edge starts here (NBWSS_BROWSER can name one).');
};
