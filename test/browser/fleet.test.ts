/** A morning of somebody who looks after fifty domains. */
import { type Console, loaded, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';
import { type Fleet, startFleet } from '../support/fleet/fleet.ts';

/** For hangs only: a day of fifty domains is played first, and the machine may be slow. */
jest.setTimeout(1_800_000);

const DOMAINS = 50;

describeInBrowser('fifty domains after a night', () => {
  let fleet: Fleet;
  let site: Console;
  beforeAll(async () => {
    fleet = await startFleet(DOMAINS);
    site = await startConsole(fleet.deployment);
  });
  afterEach(() => site.closePages());
  afterAll(async () => {
    await site.stop();
    await fleet.stop();
  });

  it('have the problems that the API lists', async () => {
    const { json } = await fleet.deployment.http('GET', '/v1/problems?state=open&limit=100');
    const ids = (json.items as { problemId: string }[]).map(({ problemId }) => problemId);
    expect(ids.length).toBeGreaterThan(10);
    const page = await site.openSignedIn('/problems?state=open');
    for (const id of ids)
      await page
        .locator(`a[href$="/problems/${encodeURIComponent(id)}"]`)
        .first()
        .waitFor();
  });

  it('name those that were unplugged on the first screen', async () => {
    const gone = fleet.domains.filter(({ isGone }) => isGone);
    expect(gone).toHaveLength(2);
    const page = await site.openSignedIn('/');
    for (const { groupId } of gone) await page.locator(`main a[href*="${groupId}"]`).first().waitFor();
  });

  it('need less than 200 KB for the first screen, with its data', async () => {
    const page = await site.open('/');
    let bytes = 0;
    const bodies: Promise<unknown>[] = [];
    page.on('response', (response) => {
      bodies.push(
        response.body().then(
          ({ length }) => {
            bytes += length;
          },
          () => undefined,
        ),
      );
    });
    await page.reload();
    await page.locator('input[name=apiKey]').fill(fleet.deployment.adminKey);
    await page.keyboard.press('Enter');
    await page.getByRole('banner').getByRole('navigation').waitFor();
    await loaded(page);
    await Promise.all(bodies);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(200_000);
  });
});
