/** Jobs and clients in a real browser, with answers of the API that a domain of this size would cause. */
import type { Page } from 'playwright-core';
import { type Console, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';

const CLIENT = '<img src=x onerror=alert(1)>';
const DAY_MS = 86_400_000;

const dayBefore = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

const jobs = [1, 2, 3].map((jobId) => ({
  groupId: 'demo',
  jobId,
  clientName: CLIENT,
  policyName: 'daily',
  state: 'DONE',
  status: 58,
  statusText: "can't connect to client",
  notificationType: 'INFO',
  outcome: 'failed',
  verdict: 'failed',
  startedAt: dayBefore(jobId),
  firstReportedAt: dayBefore(jobId),
  lastReportedAt: dayBefore(jobId),
}));

const pair = { clientName: CLIENT, policyName: 'daily' };
const history = {
  ...pair,
  from: dayBefore(89).slice(0, 10),
  to: dayBefore(0).slice(0, 10),
  days: [
    { day: dayBefore(2).slice(0, 10), verdict: 'ok' },
    { day: dayBefore(1).slice(0, 10), verdict: 'failed' },
  ],
  longestGapDays: 1,
  consecutiveFailures: 1,
};
const target = { ...pair, targetHours: 24, from: 'learned', lastGoodAt: dayBefore(2), dueAt: dayBefore(1) };

/** Answers of the API about one domain. */
const withDomain = async (page: Page): Promise<void> => {
  const answers: Readonly<Record<string, unknown>> = {
    jobs: { items: jobs },
    images: { items: [] },
    problems: { items: [] },
    history: { items: [history] },
    targets: { items: [target] },
  };
  for (const [path, json] of Object.entries(answers))
    await page.route(new RegExp(`/v1/(groups/demo/)?${path}(\\?|$)`), (route) => route.fulfill({ json }));
  await page.route(/\/v1\/groups\/demo$/, (route) =>
    route.fulfill({
      json: {
        groupId: 'demo',
        createdAt: dayBefore(90),
        session: { connected: true, state: 'connected' },
        utcOffset: { source: 'unknown' },
      },
    }),
  );
};

describeInBrowser('the jobs and clients of a domain', () => {
  let site: Console;
  beforeAll(async () => {
    site = await startConsole();
  });
  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('keep what was selected over a reload, also what a filter hides', async () => {
    const page = await site.openSignedIn('/jobs', { prepare: withDomain });
    await page.getByLabel('Select Job 1', { exact: true }).check();
    await page.getByLabel('Select Job 3', { exact: true }).check();
    await page.reload();
    await page.getByText('2 selected').waitFor();
    expect(await page.getByLabel('Select Job 2', { exact: true }).isChecked()).toBe(false);
    await page.route(/\/v1\/jobs\?/, (route) => route.fulfill({ json: { items: [] } }));
    await page.getByLabel('Result').selectOption('failed');
    await page.getByText('No job matches').waitFor();
    expect(page.url()).toContain('outcome=failed');
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await page.getByText('2 selected').waitFor({ state: 'detached' });
  });

  it('show each day of a client to the keyboard, and its name as text', async () => {
    const view = `/domains/demo/clients?${new URLSearchParams({ clientName: CLIENT })}`;
    const page = await site.openSignedIn(view, { prepare: withDomain });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(CLIENT);
    await page.getByText('2 days (limit 1 day)').waitFor();
    const days = page.getByRole('toolbar').getByRole('button');
    await days.last().focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.day-chosen', { hasText: ': failed' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.day-chosen', { hasText: ': good backup' }).waitFor();
    await page.keyboard.press('Home');
    await page.locator('.day-chosen', { hasText: ': not known' }).waitFor();
    await page.locator('.days button:first-child:focus').waitFor();
  });

  it('are reached from the list of clients', async () => {
    const page = await site.openSignedIn('/domains/demo/clients', { prepare: withDomain });
    await page.getByRole('link', { name: CLIENT }).click();
    await page.getByRole('heading', { level: 1, name: CLIENT }).waitFor();
    expect(new URL(page.url()).searchParams.get('clientName')).toBe(CLIENT);
  });
});
