/** What somebody does who looks whether anything is wrong: the first screen, a problem, a domain. */
import type { Page } from 'playwright-core';
import { type Console, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';
import { job, notification } from '../support/raw-client.ts';
import { send, settled } from '../support/reporting.ts';

const HOUR = 3_600_000;
/** More elements than any of these views can focus. */
const MAX_TABS = 200;

/** The label or the text of what has the focus, read on the page. */
const FOCUSED = `(document.activeElement?.labels?.[0] ?? document.activeElement)?.textContent ?? ''`;

/** Presses Tab until what has the focus is called so. @throws Error if nothing is */
const tabTo = async (page: Page, name: string): Promise<void> => {
  for (let pressed = 0; pressed < MAX_TABS; pressed += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(FOCUSED);
    if (focused.trim().startsWith(name)) return;
  }
  throw new Error(`The keyboard does not reach "${name}".`);
};

describeInBrowser('watching', () => {
  let site: Console;

  beforeAll(async () => {
    site = await startConsole();
    const { deployment } = site;
    const client = await deployment.connect(await deployment.createGroup('berlin'));
    await send(client, notification('JOB', job(1, 'DONE', { jobType: 'BACKUP', status: 13 })));
    await send(client, notification('TAPE', { mediaId: '<img src=x onerror=alert(1)>' }));
    await settled(deployment);
    // A retry had half an hour.
    deployment.clock.advance(HOUR);
    await deployment.sweep();
  });
  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('leads from the first screen to a problem, which is acknowledged with a reason', async () => {
    const page = await site.openSignedIn('/');
    await page.getByText('Status 13: file read failed').waitFor();
    await page.getByRole('link', { name: /^berlin: / }).click();
    await page.getByRole('heading', { level: 1, name: 'Backup failed' }).waitFor();
    await page.getByRole('link', { name: '1', exact: true }).waitFor();

    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Reason/).fill('the disk is replaced');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('the disk is replaced').waitFor();
    await dialog.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.getByText('the disk is replaced').waitFor({ state: 'detached' });
  });

  it('needs no mouse from the sign-in to the acknowledgement', async () => {
    const page = await site.open('/problems');
    await page.locator('input[name=apiKey]:focus').waitFor();
    await page.keyboard.type(site.deployment.adminKey);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Backup failed' }).first().waitFor();
    await tabTo(page, 'Backup failed');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Acknowledge' }).waitFor();
    await tabTo(page, 'Acknowledge');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Reason/).waitFor();
    await tabTo(page, 'Reason');
    await page.keyboard.type('known');
    await tabTo(page, 'Acknowledge');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('known', { exact: true }).waitFor();
  });

  it('shows what arrived from a domain', async () => {
    const page = await site.openSignedIn('/domains/berlin/events?hours=24');
    const row = page.getByRole('row').filter({ hasText: 'Job 1' });
    await row.getByText('done, status 13').waitFor();
    await page.getByText('Quarantined: a kind that is not known').waitFor();
  });

  it('replays a notification of the quarantine, and says why it stays there', async () => {
    const page = await site.openSignedIn('/domains/berlin/quarantine', { expected: [409] });
    await page.getByText('a kind that is not known').waitFor();
    await page.getByRole('button', { name: /^Replay/ }).click();
    await page.getByRole('alert').filter({ hasText: 'still cannot be interpreted' }).waitFor();
  });

  it('creates a mute rule and ends it', async () => {
    const page = await site.openSignedIn('/problems/mutes?groupId=berlin');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('maintenance');
    await dialog.getByRole('button', { name: 'Create a rule' }).click();
    const rule = page.getByRole('row').filter({ hasText: 'maintenance' });
    await rule.getByRole('button').click();
    await dialog.getByRole('button', { name: 'End', exact: true }).click();
    await rule.waitFor({ state: 'detached' });
  });

  it('disconnects a domain after a confirmation', async () => {
    const { deployment } = site;
    const client = await deployment.connect(await deployment.createGroup('tokyo'));
    const page = await site.openSignedIn('/domains/tokyo');
    await page.getByRole('button', { name: 'Disconnect tokyo?' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect', exact: true }).click();
    await client.closed;
    await deployment.cloud.drained();
    await page.getByRole('button', { name: 'Reload' }).first().click();
    await page.getByText('closed here: an operator requested it').waitFor();
  });
});
