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

  const visitAll = async (page: Page, look: (path: string) => Promise<void>): Promise<void> => {
    for (const { path } of views) {
      await page.goto(`${site.url}/console${path}`);
      await loaded(page);
      await look(path);
    }
  };

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core calls serious, in %s colours',
    async (colorScheme) => {
      const page = await site.openSignedIn('/', { expected: ANSWERED, context: { colorScheme } });
      await visitAll(page, async (path) => {
        expect({ path, findings: await graveFindings(page) }).toEqual({ path, findings: [] });
      });
    },
  );

  it('fits into a telephone', async () => {
    const page = await site.openSignedIn('/', { expected: ANSWERED, context: { viewport: PHONE } });
    await visitAll(page, async (path) => {
      expect({ path, tooWide: await overflow(page) }).toEqual({ path, tooWide: 0 });
      expect({ path, findings: await graveFindings(page) }).toEqual({ path, findings: [] });
    });
  });

  it('fits into its window at 200 %, and begins at its title', async () => {
    const page = await site.openSignedIn('/', { expected: ANSWERED, context: { viewport: ENLARGED } });
    await visitAll(page, async (path) => {
      expect({ path, tooWide: await overflow(page) }).toEqual({ path, tooWide: 0 });
      await page.locator('h1:focus').waitFor();
      const title = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '?';
      expect(await page.title()).toContain(title);
    });
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
