/**
 * Lists of NetBackup that clients request without `page[limit]`: the response can be larger than a message, and a path does not show
 * that it is a list. From the vendor's API documents. Pure.
 */
const LISTS = [
  'admin/jobs',
  'asset-service/workloads/[^/]+/assets',
  'catalog/(frozen-|vmware-server-)?images',
  'config/(hosts|policies|slps|servers/[a-z-]+)',
  'malware/latest-scan-results',
  'manage/alerts',
  'recovery-point-service/workloads/[^/]+/recovery-points',
  'security/(api-keys|auditlogs|certificates|user-sessions)',
  'storage/[a-z-]+',
];
const KNOWN = new RegExp(`^/netbackup/(${LISTS.join('|')})/?$`);

export const isKnownList = (path: string): boolean => KNOWN.test(path);

/** Lists whose items have 0.7 to 4.3 KB: jobs, images, alerts, assets. */
const MEASURED =
  /^\/netbackup\/(admin\/jobs|catalog\/images|manage\/alerts|asset-service\/workloads\/[^/]+\/assets)\/?$/;

/** Whether a page can be requested unchanged, although the list has not been measured yet. */
export const isUsuallySmall = (path: string, limit: number): boolean =>
  limit <= DEFAULT_LIMIT && MEASURED.test(path);

/** How many items NetBackup returns without `page[limit]`. */
export const DEFAULT_LIMIT = 10;
