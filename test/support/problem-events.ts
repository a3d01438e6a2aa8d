/** Events of problems, put on the bus as the functions do. */
import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SCHEMAS, type EventDetails } from '../../lambdas/platform/bus/event-schemas.ts';
import type { LocalCloud } from '../../local/cloud.ts';

export type ProblemEvent = 'Problem Opened' | 'Problem Reminded' | 'Problem Recovered';
export type ProblemDetail = EventDetails['Problem Opened'];

/** A backup that failed, with its schema checked. */
export const problemDetail = (change: Partial<ProblemDetail> = {}): ProblemDetail =>
  EVENT_SCHEMAS['Problem Opened'].parse({
    eventId: randomUUID(),
    problemId: 'berlin~3f2a~backup-failed~191',
    kind: 'backup-failed',
    severity: 'critical',
    groupId: 'berlin',
    labels: { tier: 'gold' },
    subject: { clientName: 'db01', policyName: 'oracle "daily"' },
    text: 'The backup of db01 under the policy oracle "daily" failed with status 191.',
    since: '2026-03-01T02:00:00.000Z',
    last: '2026-03-01T02:10:00.000Z',
    count: 1,
    jobIds: [4711],
    measures: [],
    at: '2026-03-01T02:40:00.000Z',
    ...change,
  });

/** Publishes on the bus of a deployment whose stacks have the usual names. */
export const publishProblems = async (
  cloud: LocalCloud,
  detailType: ProblemEvent,
  details: readonly ProblemDetail[],
): Promise<void> => {
  const { endpointUrl: endpoint, credentials, region, resources } = cloud;
  const bus = Object.values(resources).find(({ type }) => type === 'AWS::Events::EventBus');
  const client = new EventBridgeClient({ endpoint, region, credentials });
  const Entries = details.map((detail) => ({
    EventBusName: bus?.physicalId ?? '',
    Source: 'nbwss',
    DetailType: detailType,
    Detail: JSON.stringify(detail),
  }));
  try {
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount) throw new Error(`${FailedEntryCount} events were refused.`);
  } finally {
    client.destroy();
  }
};
