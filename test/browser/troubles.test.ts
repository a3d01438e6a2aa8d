/** What a person sees when the API is slow, fails, or has not been asked for a while. */
import type { Page } from 'playwright-core';
import { type Console, loaded, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';

const PROBLEMS = '**/v1/problems*';

/** Makes the page hidden, or visible again, as changing the tab does. */
const setVisibility = (page: Page, state: 'hidden' | 'visible'): Promise<unknown> =>
  page.evaluate(
    `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
     document.dispatchEvent(new Event('visibilitychange'));`,
  );

describeInBrowser('a list', () => {
  let site: Console;
  beforeAll(async () => {
    site = await startConsole();
  });
  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('says that it is loading while the API takes its time', async () => {
    let answer = (): void => undefined;
    const isAllowed = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const page = await site.openSignedIn('/no-such-view');
    await page.route(PROBLEMS, async (route) => {
      await isAllowed;
      await route.continue();
    });
    await page.getByRole('banner').getByRole('navigation').getByRole('link', { name: 'Problems' }).click();
    await page.getByRole('status').getByText('Loading').waitFor();
    answer();
    await page.getByText('No problem is open.').waitFor();
    await loaded(page);
  });

  it('says what failed, and shows what it has when it is tried again', async () => {
    const page = await site.openSignedIn('/no-such-view', { expected: [503] });
    const failure = { code: 'busy', detail: 'Come back later.', trackingId: 'track-1' };
    await page.route(PROBLEMS, (route) => route.fulfill({ status: 503, json: failure }));
    await page.getByRole('banner').getByRole('navigation').getByRole('link', { name: 'Problems' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Come back later.').waitFor();
    await alert.getByText('track-1').waitFor();
    await page.unroute(PROBLEMS);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No problem is open.').waitFor();
    await alert.waitFor({ state: 'detached' });
  });

  it('says how to go on when the console was updated since the page was opened', async () => {
    const page = await site.openSignedIn('/problems', { expected: [404] });
    const SCRIPTS = '**/console/assets/*.js';
    await page.route(SCRIPTS, (route) => route.fulfill({ status: 404, json: { code: 'not-found' } }));
    await page.getByRole('banner').getByRole('navigation').getByRole('link', { name: 'Jobs' }).click();
    await page.getByRole('heading', { level: 1, name: 'This view could not be loaded.' }).waitFor();
    await page.unroute(SCRIPTS);
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor();
  });

  it('keeps what it has when the API fails later, and says that it is not current', async () => {
    const page = await site.openSignedIn('/problems', { expected: [503] });
    await page.getByText('No problem is open.').waitFor();
    await page.route(PROBLEMS, (route) => route.fulfill({ status: 503, json: { detail: 'Not now.' } }));
    await page.getByRole('button', { name: 'Reload' }).first().click();
    await page.getByText('Not current').waitFor();
    await page.getByText('No problem is open.').waitFor();
  });

  it('is loaded again every half minute, but not in a hidden tab', async () => {
    const page = await site.open('/problems', { prepare: (opened) => opened.clock.install() });
    let requests = 0;
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/v1/problems') requests += 1;
    });
    const passes = async (): Promise<void> => {
      await page.clock.runFor(31_000);
    };
    await page.locator('input[name=apiKey]').fill(site.deployment.adminKey);
    await Promise.all([page.waitForResponse(PROBLEMS), page.keyboard.press('Enter')]);
    await page.getByText('No problem is open.').waitFor();
    await Promise.all([page.waitForResponse(PROBLEMS), passes()]);
    expect(requests).toBe(2);
    await setVisibility(page, 'hidden');
    for (let halfMinute = 0; halfMinute < 20; halfMinute++) await passes();
    expect(requests).toBe(2);
    await Promise.all([page.waitForResponse(PROBLEMS), setVisibility(page, 'visible')]);
    expect(requests).toBe(3);
  });

  it('is loaded again half a minute after a reload by hand too', async () => {
    const page = await site.open('/problems', { prepare: (opened) => opened.clock.install() });
    const answered = () => page.waitForResponse(PROBLEMS);
    await page.locator('input[name=apiKey]').fill(site.deployment.adminKey);
    await Promise.all([answered(), page.keyboard.press('Enter')]);
    await page.getByText('No problem is open.').waitFor();
    await page.clock.runFor(15_000);
    await Promise.all([answered(), page.getByRole('button', { name: 'Reload' }).first().click()]);
    await loaded(page);
    await Promise.all([answered(), page.clock.runFor(31_000)]);
    await loaded(page);
  });

  it('shows what a person has changed, also if it was being loaded at that moment', async () => {
    const until = new Date(site.deployment.clock.now() + 3_600_000).toISOString();
    const rule = { reason: 'Planned work', until, kinds: ['no-good-backup'] };
    await site.deployment.http('POST', '/v1/mutes', { body: rule });
    const page = await site.openSignedIn('/problems/mutes');
    const row = page.getByRole('row').filter({ hasText: 'Planned work' });
    await row.waitFor();
    let release = (): void => undefined;
    const isReleased = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Read before the rule is ended, and there after it.
    await page.route(
      '**/v1/mutes',
      async (route) => {
        const response = await route.fetch();
        await isReleased;
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    await Promise.all([
      page.waitForRequest('**/v1/mutes'),
      page.getByRole('button', { name: 'Reload' }).first().click(),
    ]);
    await row.getByRole('button').click();
    await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await Promise.all([page.waitForRequest('**/v1/mutes', { timeout: 15_000 }), release()]);
    await row.waitFor({ state: 'detached' });
  });

  it('of ten thousand rows has only those in sight in the document', async () => {
    const problem = {
      kind: 'no-good-backup',
      severity: 'critical',
      groupId: 'berlin',
      labels: {},
      state: 'open',
      since: '2026-11-24T21:00:00.000Z',
      last: '2026-11-25T21:04:11.000Z',
      count: 1,
      jobIds: [],
      measures: [],
      text: '',
      openedAt: '2026-11-26T09:00:12.000Z',
    };
    const items = Array.from({ length: 10_000 }, (_, index) => ({
      ...problem,
      problemId: `berlin~${index}~no-good-backup`,
      subject: { clientName: `client-${index}.example.com`, policyName: 'daily' },
    }));
    const page = await site.openSignedIn('/problems', {
      prepare: (opened) => opened.route(PROBLEMS, (route) => route.fulfill({ json: { items } })),
    });
    const rows = page.locator('.table-area tbody tr');
    await page.getByText('client-0.example.com').first().waitFor();
    expect(await rows.count()).toBeLessThan(150);
    for (const row of [5_000, 9_999]) {
      await page.evaluate(
        `for (const area of document.querySelectorAll('.table-area')) area.scrollTop = area.scrollHeight * ${row / 9_999};`,
      );
      await page.getByText(`client-${row}.example.com`).first().waitFor();
      expect(await rows.count()).toBeLessThan(150);
    }
  });
});
