/**
 * The requests of public clients of NetBackup, from their sources: paths, parameters, and when they stop. `pages` limits clients that
 * would read thousands of jobs.
 */
import type { Client } from '../client.ts';
import { byCursor, byLinks, byOffset } from './paging.ts';

export type Driver = (client: Client, pages: number, name: string) => Promise<void>;

const LIMIT = 100;
const SINCE = '2026-07-01T00:00:00Z';

/** A Prometheus exporter (nbu_exporter): all lists in pages of 100, some of them concurrently. */
const exporter: Driver = async (client, pages) => {
  await client.get('/admin/jobs?page[limit]=1');
  const counts = ['CLEAN', 'INFECTION_DETECTED_BY_MALWARE_SCAN', 'NOT_SCANNED'].flatMap((malware) =>
    ['ANOMALOUS', 'NOT_ANOMALOUS', 'NOT_PROCESSED'].map(
      (anomaly) => `filter=malwareStatus eq ${malware} and anomalyStatus eq ${anomaly}`,
    ),
  );
  const jobs = `/admin/jobs?filter=endTime gt ${SINCE}&sort=jobId`;
  await Promise.all([
    client.get(`/storage/storage-units?page[limit]=${LIMIT}&page[offset]=0`),
    byCursor(client, { path: jobs, pages }),
  ]);
  for (const path of ['/manage/alerts', '/malware/latest-scan-results', '/servicecatalog/slos'])
    await client.get(`${path}?page[limit]=${LIMIT}`);
  for (const count of counts) await client.get(`/catalog/images?page[limit]=1&${count}`);
  await client.get(`/storage/drives?page[limit]=${LIMIT}&page[offset]=0`);
  await byOffset(client, { path: '/storage/tape-media', limit: LIMIT }, 'empty');
  await client.get(`/storage/robots-device-hosts?page[limit]=${LIMIT}`);
  for (const path of ['/storage/tape-volume-pools', '/storage/disk-pools'])
    await byOffset(client, { path, limit: LIMIT }, 'next');
};

/** A Python client (netbackup-py): lists by `meta.pagination.next`, policies one by one, in a different version. */
const collector: Driver = async (client, pages) => {
  await client.get('/ping');
  await byCursor(client, { path: `/admin/jobs?filter=startTime ge ${SINCE}&sort=-startTime`, pages });
  await byOffset(client, { path: `/catalog/images?filter=backupTime ge ${SINCE}`, limit: LIMIT }, 'next');
  await byOffset(client, { path: '/config/policies/', limit: LIMIT, version: '12.0' }, 'next');
  for (let policy = 1; policy <= 5; policy++) await client.get(`/config/policies/policy-${policy}`, '12.0');
  for (const path of ['/config/slps', '/config/hosts', '/storage/storage-units', '/storage/disk-pools'])
    await byOffset(client, { path, limit: LIMIT }, 'next');
  await client.get('/config/slps/gold-copy');
};

/** A dashboard's plug-in: offsets for all lists, until a page is short, twenty pages at most; some paths are guesses. */
const dashboard: Driver = async (client, pages) => {
  // It pages jobs by offset in a version without offsets, and gets the same page each time.
  await byOffset(
    client,
    {
      path: `/admin/jobs?sort=-startTime&filter=startTime ge '${SINCE}'`,
      limit: LIMIT,
      version: '12.0',
      pages: 2,
    },
    'short',
  );
  const paths = ['/config/policies', '/storage/storage-units', '/storage/disk-pools', '/config/hosts'];
  for (const path of [...paths, '/storage/storage-servers', '/manage/alerts'])
    await byOffset(client, { path, limit: LIMIT, version: '12.0', pages: Math.min(pages, 20) }, 'short');
  await client.get(`/storage/slps?page[limit]=${LIMIT}&page[offset]=0`, '12.0');
  await byOffset(client, { path: '/config/slps', limit: LIMIT, version: '12.0' }, 'short');
};

/** Veritas' own samples: assets until `hasNext` is false, with and without a limit; ten images, fifty, by `next`. */
const samples: Driver = async (client, pages) => {
  const assets =
    "/asset-service/workloads/vmware/assets?filter=(assetType eq 'vm')&sort=commonAssetAttributes.displayName";
  await byOffset(client, { path: assets, limit: LIMIT }, 'hasNext');
  await byOffset(client, { path: assets, pages }, 'hasNext');
  await byOffset(client, { path: '/catalog/images', limit: 10, pages }, 'next');
  const fifty = "page%5Blimit%5D=50&filter=policyType%20eq%20'STANDARD'%20and%20scheduleType%20eq%20'FULL'";
  await client.get(`/catalog/images?${fifty}`);
  await client.get('/admin/jobs?filter=jobType+eq+%27BACKUP%27&page%5Blimit%5D=10');
  for (const path of [
    '/storage/storage-units',
    '/storage/storage-servers',
    '/storage/disk-pools',
    '/config/hosts',
  ])
    await client.get(path);
};

/** Playbooks that read all assets of a workload at once, and the recovery points of one asset. */
const playbook: Driver = async (client) => {
  for (const workload of ['vmware', 'mssql'])
    await client.get(
      `/asset-service/workloads/${workload}/assets?page[offset]=0&page[limit]=100&page[disable]=true`,
    );
  const points = `/recovery-point-service/workloads/vmware/recovery-points?filter=assetId+eq+%27a%27+and+%28backupTime+ge+${SINCE}%29&include=optionalVmwareRecoveryPointInfo`;
  await byOffset(client, { path: points, limit: LIMIT }, 'short');
};

/** Scripts that restore a VM: find it, check, recover once, then watch the job. */
const restore: Driver = async (client, _, name) => {
  await client.post('/login', { userName: 'u', password: 'p' });
  await client.get('/asset-service/workloads/vmware/assets?page%5Blimit%5D=10&page%5Bdisable%5D=true');
  const scenario = '/recovery/workloads/vmware/scenarios/full-vm';
  await client.post(`${scenario}/pre-recovery-check`, { data: { attributes: { name: `${name}-check` } } });
  await client.post(`${scenario}/recover`, { data: { attributes: { name } } });
  for (let poll = 0; poll < 3; poll++) await client.get('/admin/jobs/1');
};

/** Clients of old releases: jobs by offset until a page is short; others follow links. */
const older: Driver = async (client, pages) => {
  await byOffset(client, { path: '/admin/jobs', limit: LIMIT, version: '8.0', pages }, 'short');
  await byLinks(client, { path: '/admin/jobs', pages });
  await byLinks(client, { path: '/catalog/images' });
};

export const DRIVERS = { exporter, collector, dashboard, samples, playbook, restore, older } as const;
export type DriverName = keyof typeof DRIVERS;
export const DRIVER_NAMES = Object.keys(DRIVERS) as DriverName[];
