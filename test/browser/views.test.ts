/** Every view for everybody: light and dark, on a telephone, enlarged, read aloud. */

import { graveFindings, overflow } from '../support/browser/axe.ts';
import { type Console, DESKTOP, loaded, PHONE, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';
import { type View, viewsOf } from '../support/browser/views.ts';
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

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core calls serious, in %s colours',
    async (colorScheme) => {
      const page = await site.openSignedIn('/', { context: { colorScheme } });
      for (const { path } of views) {
        await page.goto(`${site.url}/console${path}`);
        await loaded(page);
        expect({ path, findings: await graveFindings(page) }).toEqual({ path, findings: [] });
      }
    },
  );

  it.each([
    ['on a telephone', PHONE],
    ['at 200 %', ENLARGED],
  ])('fits into the width of its window %s', async (_, viewport) => {
    const page = await site.openSignedIn('/', { context: { viewport } });
    for (const { path } of views) {
      await page.goto(`${site.url}/console${path}`);
      await loaded(page);
      expect({ path, tooWide: await overflow(page) }).toEqual({ path, tooWide: 0 });
      expect({ path, findings: await graveFindings(page) }).toEqual({ path, findings: [] });
    }
  });

  it('begins at its title, for the keyboard and for screen readers', async () => {
    const page = await site.openSignedIn('/');
    for (const { path } of views) {
      await page.goto(`${site.url}/console${path}`);
      await loaded(page);
      expect(await page.evaluate<string>('document.activeElement.tagName')).toBe('H1');
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      expect(await page.title()).toContain(
        (await page.getByRole('heading', { level: 1 }).textContent()) ?? '?',
      );
    }
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
