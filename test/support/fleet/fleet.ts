/** A deployment with a fleet of domains that have worked for a day. */

import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import { MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { answering } from '../../integration/connections/support.ts';
import { ShiftableClock } from '../clocks.ts';
import { type Deployment, startDeployment } from '../deployment.ts';
import { notification, type RawClient } from '../raw-client.ts';
import { batch, send, settled } from '../reporting.ts';
import { type FleetDomain, fleetDomains } from './domains.ts';
import { nightOf, unfinishedOf } from './nights.ts';

export interface Fleet {
  readonly deployment: Deployment;
  readonly domains: readonly FleetDomain[];
  stop(): Promise<void>;
}

/** Of a message, which the gateway limits to 128 KB. */
const NIGHTS_AT_ONCE = 10;
/** Until the problems of all domains are open: each group is reviewed once in 15 minutes, and a queued job is late after 30. */
const SWEEPS = 17;
const SWEEP_EVERY_MS = 2 * MINUTE_MS;
const DAY_MINUTES = 24 * 60;

interface Reporting {
  readonly deployment: Deployment;
  readonly details: ReadonlyMap<string, EndpointDetails>;
}

/** A few nights in one message, from the end of the last of them. */
const reportNights = async (
  client: RawClient,
  domain: FleetDomain,
  index: number,
  nights: readonly number[],
  now: number,
): Promise<void> => {
  for (let from = 0; from < nights.length; from += NIGHTS_AT_ONCE) {
    const played = nights
      .slice(from, from + NIGHTS_AT_ONCE)
      .map((night) => nightOf(domain, index, night, now));
    const kinds = [
      notification('JOB', ...played.flatMap(({ jobs }) => jobs)),
      notification('IMAGE', ...played.flatMap(({ images }) => images)),
    ];
    await send(client, batch(kinds, { timeStamp: played[0]?.endedAt }));
  }
};

const createGroup = async (deployment: Deployment, domain: FleetDomain): Promise<EndpointDetails> => {
  const { groupId, description, timeZone, labels } = domain;
  const body = { groupId, description, timeZone, labels };
  const created = await deployment.http('POST', '/v1/groups', { body });
  if (created.status !== 201) throw new Error(`No group: ${created.text}`);
  const details = await deployment.http('POST', `/v1/groups/${groupId}/endpoints`, { body: { priority: 1 } });
  return details.json as EndpointDetails;
};

const connect = ({ deployment, details }: Reporting, { groupId }: FleetDomain): Promise<RawClient> =>
  deployment.connect(details.get(groupId) as EndpointDetails);

/** Yesterday: every domain was there, and reported its earlier nights. */
const playYesterday = async (reporting: Reporting, domains: readonly FleetDomain[], now: number) => {
  for (const [index, domain] of domains.entries()) {
    const client = await connect(reporting, domain);
    const nights = Array.from({ length: domain.nights - 1 }, (_, night) => night + 1);
    await reportNights(client, domain, index, nights, now);
    await client.close(1000);
  }
  await settled(reporting.deployment);
};

/** Last night: those that are still there reported it, and stay connected. */
const playLastNight = async (reporting: Reporting, domains: readonly FleetDomain[], now: number) => {
  for (const [index, domain] of domains.entries()) {
    if (domain.isGone) continue;
    const client = await connect(reporting, domain);
    // As a NetBackup that is there: its heartbeat keeps the connection.
    answering(client);
    await reportNights(client, domain, index, [0], now);
    const unfinished = unfinishedOf(domain, index, now);
    if (unfinished.length > 0)
      await send(client, batch([notification('JOB', ...unfinished)], { timeStamp: now }));
  }
  await settled(reporting.deployment);
};

/**
 * Plays a day, which ends now. Its clock is that of the machine at the end, because browsers show ages by theirs.
 * @param count domains
 */
export const startFleet = async (count: number): Promise<Fleet> => {
  const clock = new ShiftableClock();
  clock.advance(-DAY_MINUTES * MINUTE_MS);
  const deployment = await startDeployment({ clock, order: 'serial' });
  const domains = fleetDomains(count);
  const details = new Map<string, EndpointDetails>();
  for (const domain of domains) details.set(domain.groupId, await createGroup(deployment, domain));
  const reporting = { deployment, details };
  const seconds = (): number => Math.floor(Date.now() / 1000);
  await playYesterday(reporting, domains, seconds());
  clock.advance(Date.now() - clock.now() - SWEEPS * SWEEP_EVERY_MS);
  await playLastNight(reporting, domains, seconds());
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    await deployment.sweep();
    clock.advance(Math.min(SWEEP_EVERY_MS, Math.max(0, Date.now() - clock.now())));
  }
  clock.advance(Date.now() - clock.now());
  return { deployment, domains, stop: () => deployment.stop() };
};
