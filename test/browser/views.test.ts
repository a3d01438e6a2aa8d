/** Every view for everybody: light and dark, on a telephone, enlarged, read aloud. */

import type { Page } from 'playwright-core';
import { graveFindings, overflow } from '../support/browser/axe.ts';
import { type Console, DESKTOP, loaded, PHONE, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';
import { ANSWERED, type View, viewsOf } from '../support/browser/views.ts';
import { type Fleet, startFleet } from '../support/fleet/fleet.ts';

/** For hangs only: a day of domains is played first, and the machine may be slow. */
jest.setTimeout(900_000);

/** What a window of 1280 pixels shows when it is enlarged to 200 %. */
const ENLARGED = { width: DESKTOP.width / 2, height: DESKTOP.height / 2 };

describeInBrowser('every view', () => {
  let fleet: Fleet;
  let site: Console;
  let views: readonly View[];
  beforeAll(async () => {
    fleet = await startFleet(4);
    site = await startConsole(fleet.deployment);
    views = await viewsOf(fleet.deployment, 'berlin');
  });
  afterEach(() => site.closePages());
  afterAll(async () => {
    await site.stop();
    await fleet.stop();
  });

  /** What one visit found in a view. Loading a view costs more than looking at it, so one visit serves all tests. */
  interface Visit {
    readonly path: string;
    readonly tooWide: Readonly<Record<'enlarged' | 'phone', number>>;
    readonly findings: Readonly<Record<'phone' | 'light' | 'dark', readonly string[]>>;
    readonly title: string;
    readonly heading: string;
  }

  const visit = async (page: Page, path: string): Promise<Visit> => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(ENLARGED);
    await page.goto(`${site.url}/console${path}`);
    await loaded(page);
    await page.locator('h1:focus').waitFor();
    const heading = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '?';
    const title = await page.title();
    const enlarged = await overflow(page);
    await page.setViewportSize(PHONE);
    const phone = await overflow(page);
    const onPhone = await graveFindings(page);
    await page.setViewportSize(DESKTOP);
    const light = await graveFindings(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await graveFindings(page);
    return {
      path,
      tooWide: { enlarged, phone },
      findings: { phone: onPhone, light, dark },
      title,
      heading,
    };
  };

  let visits: readonly Visit[];
  it('loads without a failure', async () => {
    const page = await site.openSignedIn('/', { expected: ANSWERED });
    const all: Visit[] = [];
    for (const { path } of views) all.push(await visit(page, path));
    visits = all;
  });

  it.each(['light', 'dark', 'phone'] as const)('has nothing that axe-core calls serious: %s', (display) => {
    for (const { path, findings } of visits)
      expect({ path, findings: findings[display] }).toEqual({ path, findings: [] });
  });

  it.each(['phone', 'enlarged'] as const)('fits into its window: %s', (display) => {
    for (const { path, tooWide } of visits)
      expect({ path, tooWide: tooWide[display] }).toEqual({ path, tooWide: 0 });
  });

  it('begins at its title, which is in that of the window', () => {
    for (const { path, title, heading } of visits)
      expect({ path, title }).toEqual({ path, title: expect.stringContaining(heading) });
  });

  it('is Japanese for a Japanese browser, and English when that is chosen', async () => {
    const page = await site.openSignedIn('/problems', { context: { locale: 'ja-JP' } });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('問題');
    expect(await page.evaluate<string>('document.documentElement.lang')).toBe('ja');
    await page.getByText('表示', { exact: true }).click();
    await page.getByLabel('言語').selectOption('en');
    await page.getByRole('heading', { level: 1, name: 'Problems' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Problems' }).waitFor();
  });
});
