/**
 * Lists of NetBackup that clients ask for without saying how many items they want: what comes then can be more than the
 * channel carries, and nobody can tell from a path that it is a list. From the vendor's API documents. Pure.
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

/** Lists whose items are known to be of 0.7 to 4.3 KB: jobs, images, alerts, assets. */
const MEASURED =
  /^\/netbackup\/(admin\/jobs|catalog\/images|manage\/alerts|asset-service\/workloads\/[^/]+\/assets)\/?$/;

/** Whether a page can be asked for as it is, although nobody has asked this NetBackup for the list before. */
export const isUsuallySmall = (path: string, limit: number): boolean =>
  limit <= DEFAULT_LIMIT && MEASURED.test(path);

/** How many items NetBackup gives where nobody says how many. */
export const DEFAULT_LIMIT = 10;
