/** Rejected CONNECTs. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { connectRequest } from '../../support/raw-client.ts';
import { connectWith, endpointIdOf, eventsOf } from './support.ts';

describe('rejections', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  test('all rejections have the same response; the reason is logged, shown and published once an hour', async () => {
    const details = await deployment.createGroup('refused');
    const other = await deployment.createGroup('refused-other');
    const secret = details.token.slice(23);
    const wrong: [unknown, string][] = [
      [`nbwss_${endpointIdOf(details)}.${secret.split('').reverse().join('')}`, 'wrong-token'],
      [`nbwss_${'2'.repeat(16)}.${secret}`, 'unknown-endpoint'],
      ['', 'malformed-token'],
      ['x'.repeat(100_000), 'malformed-token'],
      [`${details.token}'`, 'malformed-token'],
      [{ token: details.token }, 'no-token'],
    ];
    const answers = new Set<string>();
    for (const [token, reason] of wrong) {
      const client = await deployment.open();
      const request = connectRequest(token as string);
      client.sendFragmented(JSON.stringify(request));
      const answer = await client.next((frame) => frame['id'] === request['id']);
      answers.add(JSON.stringify({ ...answer, id: '', timeStamp: 0 }));
      await deployment.cloud.drained();
      const lines = deployment.output.filter((line) => line.includes(`"connect-rejected-${reason}"`));
      expect(lines.length).toBeGreaterThan(0);
      client.socket.terminate();
    }
    expect([...answers]).toHaveLength(1);
    expect(JSON.parse([...answers][0] ?? '')).toMatchObject({ payload: { valid: false } });
    expect(deployment.output.join('\n')).not.toContain(secret);

    // A rejected connection, and a connection of another endpoint, are rejected with a valid token.
    const client = await deployment.open();
    expect(await connectWith(client, wrong[0]?.[0])).toBe(false);
    // The response is sent before the rejection is recorded.
    await deployment.cloud.drained();
    expect(await connectWith(client, details.token)).toBe(false);
    await deployment.cloud.drained();
    const elsewhere = await deployment.connect(other);
    expect(await connectWith(elsewhere, details.token)).toBe(false);
    await deployment.cloud.drained();

    const group = await deployment.http('GET', '/v1/groups/refused');
    expect(group.json).toMatchObject({
      session: { connected: false },
      lastRejection: { reason: 'other-endpoint', explanation: expect.any(String), sourceIp: '127.0.0.1' },
    });
    const reasons = eventsOf(deployment, 'refused', 'Connection Rejected').map(
      ({ detail }) => detail['reason'],
    );
    expect(reasons).toEqual(['wrong-token', 'already-rejected', 'other-endpoint']);
  });

  test("a group's addresses apply to CONNECT", async () => {
    const details = await deployment.createGroup('addresses');
    await deployment.http('PATCH', '/v1/groups/addresses', {
      body: { allowedCidrs: ['127.0.0.2/32', '2001:db8::/32'] },
    });
    const outside = await deployment.open();
    expect(await connectWith(outside, details.token)).toBe(false);
    await deployment.connect(details, '127.0.0.2');
    const group = await deployment.http('GET', '/v1/groups/addresses');
    expect(group.json).toMatchObject({
      session: { connected: true, sourceIp: '127.0.0.2' },
      lastRejection: { reason: 'address-not-allowed' },
    });
  });
});
