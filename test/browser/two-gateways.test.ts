/** The console of a deployment with two gateways: an endpoint at each. */
import { graveFindings, overflow } from '../support/browser/axe.ts';
import { type Console, loaded, startConsole } from '../support/browser/console.ts';
import { describeInBrowser } from '../support/browser/describe.ts';
import { startWithTwoGateways, type TwoGateways } from '../support/two-gateways.ts';

describeInBrowser('two gateways', () => {
  let two: TwoGateways;
  let site: Console;
  beforeAll(async () => {
    two = await startWithTwoGateways();
    site = await startConsole(two.deployment);
  });
  afterEach(() => site.closePages());
  afterAll(async () => {
    await site?.stop();
    await two?.stop();
  });

  const gatewaysOf = async (groupId: string): Promise<string[]> => {
    const { json } = await two.deployment.http('GET', `/v1/groups/${groupId}/endpoints`);
    return json.items.map(({ gateway, enabled }: { gateway: string; enabled: boolean }) =>
      enabled ? gateway : `${gateway} disabled`,
    );
  };

  it('a new domain is given an endpoint at the gateway that is chosen', async () => {
    await two.deployment.http('POST', '/v1/groups', { body: { groupId: 'paris' } });
    const page = await site.openSignedIn('/domains/new?domain=paris');
    await page.getByRole('button', { name: 'Create the endpoint' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Gateway').selectOption({ label: 'Relay' });
    expect(await graveFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create the endpoint' }).click();
    await page.getByRole('button', { name: 'Save paris-endpoint.json' }).waitFor();
    expect(await gatewaysOf('paris')).toEqual(['relay']);
  });

  it('a second endpoint is created beside the first, which is then disabled', async () => {
    await two.deployment.createGroup('berlin');
    const page = await site.openSignedIn('/domains/berlin/endpoints');
    await page.getByRole('button', { name: 'Create an endpoint at: Relay' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Priority').fill('0');
    await dialog.getByRole('button', { name: 'Create an endpoint at: Relay' }).click();
    await page.getByRole('button', { name: 'Save berlin-endpoint.json' }).waitFor();
    expect(await gatewaysOf('berlin')).toEqual(['api-gateway', 'relay']);

    await page.reload();
    await loaded(page);
    for (const name of ['API Gateway', 'Relay'])
      await page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^Create (an|the) endpoint/ }).count()).toBe(0);
    expect(await graveFindings(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);

    await page.getByRole('button', { name: 'Disable the endpoint of berlin (API Gateway)?' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click();
    await page.getByRole('button', { name: 'Enable', exact: true }).waitFor();
    expect(await gatewaysOf('berlin')).toEqual(['api-gateway disabled', 'relay']);
  });
});
