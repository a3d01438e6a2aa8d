import { readFileSync } from 'node:fs';
import { type Scenario, toScenario } from '../../../../netbackup/simulator/scenario.ts';
import { contents, FakeNetwork, type Message } from './fake-network.ts';

const HOST = 'a.example.com';

function play(scenario: Scenario, options: Parameters<FakeNetwork['primary']>[1] = {}) {
  const network = new FakeNetwork();
  const primary = network.primary([network.details(HOST)], options);
  const start = network.clock.now() / 1000;
  const played = primary.play(scenario);
  network.seconds(30);
  return { network, primary, played, start, received: network.endpoint(HOST).current.received.slice(1) };
}

const kind = (...data: Record<string, unknown>[]) => ({ notificationType: 'INFO', object: 'JOB', data });

describe('a scenario', () => {
  it('is sent exactly as written: ids, composition, unknown kinds, invalid text', () => {
    const { received, primary } = play({
      name: 's',
      steps: [
        { at: 0, id: 'X', payload: [kind({ jobId: 1 }), kind({ jobId: 2 })] },
        { at: 0, payload: [{ notificationType: 'WARN', object: 'POLICY', data: [{ policyName: 'p' }] }] },
        { at: 0, text: '{ "type": "CONNECT" ' },
        { at: 0, id: 'X', payload: [kind({ jobId: 3, startTime: 1 })] },
      ],
    });
    expect(received.map(({ id, subType }) => (id === '' ? subType : id))).toEqual([
      'X',
      expect.stringMatching(/^[0-9A-F-]{36}$/),
      '{ "type": "CONNECT" ',
      'X',
    ]);
    expect(received[0]?.['payload']).toEqual([kind({ jobId: 1 }), kind({ jobId: 2 })]);
    expect(received[3]?.['payload']).toEqual([kind({ jobId: 3, startTime: 1 })]);
    expect(primary.pending).toBe(0);
  });

  it.each([true, false])('TRAP-1: shares an id with the message before, quirk: %s', (repeatedIds) => {
    const steps = [
      { at: 0, payload: [kind({ jobId: 1 })] },
      { at: 12, sharesId: true, payload: [kind({ jobId: 2 })] },
    ];
    const { received } = play({ name: 's', steps }, { quirks: { repeatedIds } });
    expect(received.map(contents)).toEqual(['JOB 1', 'JOB 2']);
    expect(received[0]?.id === received[1]?.id).toBe(repeatedIds);
  });

  it('moves its times from base to now and applies TRAP-2’s shift', () => {
    const base = 1_700_000_000;
    const item = {
      backupId: `vm_${base + 5}`,
      backupTime: base + 5,
      createdTime: base + 9,
      operationId: 'CREATE',
    };
    const steps = [{ at: 0, payload: [{ notificationType: 'INFO', object: 'IMAGE', data: [item] }] }];
    const { received, start } = play(
      { name: 's', base, steps },
      { quirks: { timeZone: 'America/New_York' } },
    );
    expect(received[0]).toMatchObject({
      payload: [
        { data: [{ backupId: `vm_${start + 5}`, backupTime: start + 5, createdTime: start + 9 + 18_000 }] },
      ],
    });
  });

  it('ends with the primary', async () => {
    const { primary, played, network } = play({ name: 's', steps: [{ at: 99, payload: [] }] });
    const stopped = primary.stop();
    network.settle();
    await Promise.all([stopped, played]);
    expect(network.clock.pending).toBe(0);
  });

  it.each([
    [{}, 'name: '],
    [{ name: 's', steps: [] }, 'steps: '],
    [{ name: 's', steps: [{ at: -1, text: '' }] }, 'steps.0.at: '],
    [{ name: 's', steps: [{ at: 0 }] }, 'steps.0: a step has either payload or text'],
    [{ name: 's', steps: [{ at: 0, text: 'x', colour: 1 }] }, 'colour'],
    [[], 'scenario: '],
  ])('refuses %j', (value, why) => {
    expect(() => toScenario(value)).toThrow(why);
  });
});

describe('the guide’s own examples', () => {
  const path = 'test/fixtures/messages.json';
  const requests = (JSON.parse(readFileSync(path, 'utf8')) as { message?: Message }[])
    .flatMap(({ message }) => message ?? [])
    .filter(({ type, subType }) => type === 'NOTIFICATION' && subType === 'REQUEST')
    .sort((a, b) => a.timeStamp - b.timeStamp);

  it('are sent by a scenario unchanged', () => {
    expect(requests.length).toBeGreaterThan(12);
    const start = (requests[0]?.timeStamp ?? 0) - 5;
    const network = new FakeNetwork(start * 1000);
    const primary = network.primary([network.details(HOST)], { properties: { notificationRateMs: 1000 } });
    const steps = requests.map(({ id, timeStamp, ...message }) => ({
      at: timeStamp - start,
      id,
      payload: message['payload'],
    }));
    void primary.play(toScenario({ name: 'guide', steps }));
    // The last one is months later.
    network.seconds(3600);
    const sent = network.endpoint(HOST).notifications();
    expect(sent).toEqual(requests.slice(0, sent.length));
    expect(sent.length).toBe(requests.length - 1);
  });
});
