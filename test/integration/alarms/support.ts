/** Makes faults, minute by minute, and reads which alarms of the deployment are on. */
import type { Log } from '../../../gateway/types.ts';
import type { FaultRule } from '../../../local/faults.ts';
import type { Deployment } from '../../support/deployment.ts';
import { type Frame, message, type RawClient } from '../../support/raw-client.ts';
import { until } from '../../support/until.ts';

export const MINUTE = 60_000;

/** The alarms that are on, without the CDK's hash of the logical id. */
export const alarmsOn = (deployment: Deployment): string[] =>
  Object.entries(deployment.cloud.alarms.states())
    .filter(([, state]) => state === 'ALARM')
    .map(([logicalId]) => logicalId.replace(/[0-9A-F]{8}$/, ''))
    .sort();

/** Ends the minute: everything that happened in it is counted, and what follows has all of the next one. */
export const endMinute = async ({ cloud, clock }: Deployment): Promise<void> => {
  await cloud.drained();
  clock.advance(MINUTE - (clock.now() % MINUTE));
  await cloud.drained();
};

/** Does something in each of so many minutes, with these faults. @returns the alarms that are on then */
export const alarmsAfter = async (
  deployment: Deployment,
  minutes: number,
  act: () => Promise<unknown>,
  faults: readonly FaultRule[] = [],
): Promise<string[]> => {
  await endMinute(deployment);
  for (let minute = 0; minute < minutes; minute += 1) {
    const handles = faults.map((fault) => deployment.cloud.faults.add(fault));
    await act();
    await deployment.cloud.drained();
    for (const handle of handles) handle.remove();
    await endMinute(deployment);
  }
  return alarmsOn(deployment);
};

/**
 * A test that makes real faults, and shows that these alarms are raised. `coverage.test.ts` compares all of them with the templates.
 */
export const raises = (alarms: readonly string[], how: string, make: () => Promise<string[]>): void => {
  test(`${how}: ${alarms.join(', ')}`, async () => {
    expect(await make()).toEqual(expect.arrayContaining([...alarms]));
  });
};

/** Keeps what the cloud logs about streams: `log` is an option of the deployment. */
export const streamLog = () => {
  const messages: string[] = [];
  const log: Log = ({ source, message }) => {
    if (source === 'streams') messages.push(message);
  };
  return { messages, log };
};

/** Puts the clock forward until the stream, which tries again and again, has given up a batch. @returns the alarms that are on then */
export const alarmsAfterGivingUp = async (
  deployment: Deployment,
  { messages }: ReturnType<typeof streamLog>,
): Promise<string[]> => {
  while (!messages.some((message) => message.includes('gave up'))) {
    const before = messages.length;
    deployment.clock.advance(30 * MINUTE);
    await until(() => messages.length > before);
  }
  await endMinute(deployment);
  return alarmsOn(deployment);
};

export const postCommand = (deployment: Deployment, groupId: string) =>
  deployment.http('POST', `/v1/groups/${groupId}/commands`, {
    body: { method: 'GET', uri: '/netbackup/ping' },
  });

/** Some response to a command, which need not exist. */
export const anyResponse = (): Frame =>
  message('COMMAND', 'RESPONSE', { headers: {}, responseCode: 200, body: '' });

/** Opens a WebSocket that may be refused. */
export const tryToOpen = (deployment: Deployment): Promise<RawClient | undefined> =>
  deployment.open().catch(() => undefined);
