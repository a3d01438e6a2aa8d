/** What must never happen on a page, whatever a test does there. */
import type { Page } from 'playwright-core';

/** Chromium writes it for each response of 400 and above; `status` below says more about them. */
const FAILED_RESPONSE = 'Failed to load resource';

interface WatchOptions {
  /** Of the console. Requests to any other are failures. */
  readonly origin: string;
  /** Statuses of 400 and above that the test provokes. */
  readonly expected: readonly number[];
}

/**
 * Collects script errors, violations of the Content-Security-Policy, dialogs of scripts, requests to other origins and
 * unexpected statuses.
 */
export const watch = (page: Page, { origin, expected }: WatchOptions): readonly string[] => {
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(`script error: ${error.stack ?? error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error' && !line.text().startsWith(FAILED_RESPONSE))
      failures.push(`console: ${line.text()}`);
  });
  page.on('dialog', (dialog) => {
    failures.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.protocol !== 'blob:' && url.origin !== origin)
      failures.push(`request to another origin: ${url}`);
  });
  page.on('response', (response) => {
    const url = new URL(response.url());
    // How the page learns that nobody is signed in.
    const isNobody = response.status() === 401 && url.pathname === '/v1/session';
    if (response.status() >= 400 && !isNobody && !expected.includes(response.status()))
      failures.push(`${response.request().method()} ${url.pathname}${url.search}: ${response.status()}`);
  });
  return failures;
};
