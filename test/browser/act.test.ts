/** What an administrator does on the page: a domain is brought online, jobs are run again, NetBackup is called. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { EndpointDetails } from '../../lambdas/endpoints/endpoint.ts';
import { type Console, signIn, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';
import { PlayedDomain } from '../support/domain.ts';
import { job, notification } from '../support/raw-client.ts';
import { report } from '../support/reporting.ts';

const XSS = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

describeInBrowser('acting', () => {
  let site: Console;
  let domain: PlayedDomain;
  beforeAll(async () => {
    site = await startConsole();
    domain = await PlayedDomain.connect(site.deployment, 'berlin');
    await site.deployment.http('PUT', '/v1/groups/berlin/netbackup-credential', {
      body: { apiKey: 'planted-netbackup-key' },
    });
  });
  afterEach(() => site.closePages());
  afterAll(() => site.stop());

  it('a domain is brought online: its details are saved once, and its connection is noticed', async () => {
    const page = await site.openSignedIn('/domains/new');
    await page.getByLabel('Id of the domain').fill('paris');
    await page.getByLabel('Time zone of the primary server').fill('Europe/Paris');
    await page.getByRole('button', { name: 'Create the domain' }).click();
    await page.getByRole('button', { name: 'Create the endpoint' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create the endpoint' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save paris-endpoint.json' }).click();
    const details = JSON.parse(await readFile(await (await saved).path(), 'utf8')) as EndpointDetails;
    expect(Object.keys(details).sort()).toEqual(['groupId', 'hostName', 'priority', 'token', 'url']);
    await page.keyboard.press('Escape');
    // The address resumes it, and the token is not shown again.
    await page.reload();
    await page.getByText('Waiting for NetBackup', { exact: true }).last().waitFor();
    expect(page.url()).toMatch(/\/domains\/new\?domain=paris$/);
    expect(await page.content()).not.toContain(details.token);
    await site.deployment.connect(details);
    await page.getByText('paris is online.').waitFor();
  });

  const results = (page: Page) => page.getByRole('region', { name: 'Results' }).first();

  it('jobs are run again once, however often the button is pressed, and the results are kept over a reload', async () => {
    const failed = [1, 2].map((jobId) => job(jobId, 'DONE', { status: 1 }));
    await report(site.deployment, domain.client, [notification('JOB', ...failed)]);
    const page = await site.openSignedIn('/act/restart?domain=berlin&jobs=1,2');
    await page.getByText('/netbackup/admin/jobs/2/restart').waitFor();
    await page.getByRole('button', { name: 'Rerun 2' }).dblclick();
    for (const status of [202, 409]) {
      const command = await domain.next();
      expect(command.headers).toMatchObject({ Authorization: 'planted-netbackup-key' });
      const body = status === 202 ? '' : JSON.stringify({ errorMessage: XSS });
      await domain.answer(command.id, { responseCode: status, body });
    }
    await results(page).getByText('1 of 2 done').waitFor();
    await results(page).getByText(XSS).waitFor();
    await page.reload();
    await results(page).getByText('1 of 2 done').waitFor();
    expect(domain.commands).toHaveLength(2);
    await page.getByRole('button', { name: 'Try 1 again' }).click();
    await domain.answer((await domain.next()).id, { responseCode: 202 });
    await results(page).getByText('2 of 2 done').waitFor();
    expect(domain.commands).toHaveLength(3);
  });

  it('NetBackup’s answer is shown as text, and a change is asked about first', async () => {
    const page = await site.openSignedIn('/domains/berlin/explorer');
    await page.getByLabel('Path and query').fill('/netbackup/admin/jobs');
    await page.getByRole('button', { name: 'Send' }).click();
    await domain.answer((await domain.next()).id, { body: JSON.stringify({ data: XSS }) });
    await page.locator('pre').getByText('onerror').waitFor();
    const sent = domain.commands.length;
    await page.getByLabel('Method').selectOption('DELETE');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('DELETE /netbackup/admin/jobs is sent to berlin.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(domain.commands).toHaveLength(sent);
  });

  it('what was sent is not announced as not sent when the deployment has no place to wait', async () => {
    const page = await site.openSignedIn('/domains/berlin/explorer', { expected: [429] });
    const sent = {
      ...{
        commandId: 'C-1',
        groupId: 'berlin',
        state: 'sent',
        attempts: 1,
        requestedBy: 'k',
        retry: 'never',
      },
      request: { method: 'POST', uri: '/netbackup/admin/manual-backup' },
      createdAt: '2026-11-28T10:00:00.000Z',
    };
    const full = { code: 'too-many-waiting', detail: 'The limit is reached; nothing was sent. Try again.' };
    const response = { status: 202, headers: {}, body: '{"data":"queued"}' };
    const reads = [
      { status: 429, json: full },
      { json: sent },
      { json: { ...sent, state: 'completed', response } },
    ];
    await page.route('**/v1/groups/berlin/commands', (route) => route.fulfill({ status: 202, json: sent }));
    await page.route('**/v1/groups/berlin/commands/C-1', (route) => route.fulfill(reads.shift() ?? {}));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('pre').getByText('queued').waitFor({ timeout: 30_000 });
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('an answer that is delivered once stays on the page', async () => {
    const login = { method: 'POST', uri: '/netbackup/login', body: { userName: 'ada' } };
    const { json } = await site.deployment.http('POST', '/v1/groups/berlin/commands', { body: login });
    await domain.answer((await domain.next()).id, { body: '{"token":"planted-token"}' });
    const page = await site.open(`/domains/berlin/commands/${json.commandId}`, {
      prepare: (opened) => opened.clock.install(),
    });
    let reads = 0;
    page.on('request', (request) => {
      if (request.url().endsWith(`/v1/groups/berlin/commands/${json.commandId}`)) reads += 1;
    });
    await signIn(page, site.deployment.adminKey);
    await page.locator('pre').getByText('planted-token').waitFor();
    await page.clock.runFor(10_000);
    expect(reads).toBe(1);
    await page.locator('pre').getByText('planted-token').waitFor();
  });

  it('a key is shown once, and revoked', async () => {
    const page = await site.openSignedIn('/keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByRole('dialog').getByLabel('Purpose').fill(XSS);
    await page.getByRole('dialog').getByRole('button', { name: 'Create a key' }).click();
    const key = (await page.locator('.secret code').textContent()) ?? '';
    expect((await site.deployment.http('GET', '/v1/groups', { key })).status).toBe(200);
    await page.keyboard.press('Escape');
    // By its role, a dialog that is closed is not found, although the page still has it.
    await page.locator('.secret').waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: XSS }).waitFor();
    expect(await page.content()).not.toContain(key);
    const row = page.getByRole('row').filter({ hasText: XSS });
    await row.getByRole('button').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await row.waitFor({ state: 'detached' });
  });
});
