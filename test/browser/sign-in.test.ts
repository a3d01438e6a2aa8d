/** Signing in, in a real browser against the deployed assembly. */
import { type Console, loaded, signIn, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';

describeInBrowser('signing in', () => {
  let site: Console;
  beforeAll(async () => {
    site = await startConsole();
  });
  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('leads to the view that was asked for', async () => {
    const page = await site.open('/problems?severity=critical');
    await signIn(page, site.deployment.adminKey);
    await loaded(page);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Problems');
    expect(page.url()).toMatch(/\/console\/problems\?severity=critical$/);
  });

  it('leaves nothing secret in the storage or the address of the browser', async () => {
    const page = await site.openSignedIn('/');
    const kept = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.cookie])',
    );
    const [local, session, address, cookies] = JSON.parse(kept) as [object, object, string, string];
    expect(Object.keys(local).sort()).toEqual(['nbwss.language', 'nbwss.theme', 'nbwss.zone']);
    expect(session).toEqual({});
    expect(cookies).toBe('');
    expect(kept).not.toContain(site.deployment.adminKey);
    expect(address).toMatch(/\/console\/$/);
  });

  it('is asked for again when the session ends, and leads back', async () => {
    const page = await site.openSignedIn('/problems?kind=job-stuck', { expected: [401] });
    site.expireSessions();
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByText('Your session has ended').waitFor();
    await signIn(page, site.deployment.adminKey);
    await loaded(page);
    expect(page.url()).toMatch(/\/console\/problems\?kind=job-stuck$/);
  });

  it('with a key that is not valid is refused, in these words', async () => {
    const page = await site.open('/', { expected: [401] });
    await page.locator('input[name=apiKey]').fill('nbk_wrong');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect((await alert.textContent())?.trim()).toBe(
      'This did not succeed. This key is not valid, or it has expired.',
    );
  });

  it('goes on when signing out did not succeed, and the page says so', async () => {
    const page = await site.openSignedIn('/', { expected: [503] });
    await page.route('**/v1/session', (route) =>
      route.fulfill({ status: 503, json: { detail: 'Not now.' } }),
    );
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('banner').getByRole('alert').getByText('Not now.').waitFor({ timeout: 15_000 });
    await page.unroute('**/v1/session');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
  });

  it('is over after signing out, for a page that is loaded again too', async () => {
    const page = await site.openSignedIn('/');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await page.reload();
    await page.getByLabel('API key').waitFor();
  });
});
