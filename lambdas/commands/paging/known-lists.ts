/**
 * NetBackup's lists: how many items of each fit into one message of 128 KB, with room for the largest ones seen and for
 * escaping the answer into a JSON string, and how many NetBackup gives at most. Pure.
 */
interface KnownList {
  readonly path: RegExp;
  readonly fits: number;
  readonly most: number;
}

const LISTS: readonly KnownList[] = [
  { path: /^\/netbackup\/admin\/jobs\/?$/, fits: 50, most: 100 },
  { path: /^\/netbackup\/catalog\/images\/?$/, fits: 20, most: 100 },
  { path: /^\/netbackup\/manage\/alerts\/?$/, fits: 50, most: 100 },
  { path: /^\/netbackup\/config\/policies\/?$/, fits: 50, most: 500 },
  { path: /^\/netbackup\/storage\/storage-units\/?$/, fits: 50, most: 500 },
  { path: /^\/netbackup\/asset-service\/workloads\/[^/]+\/assets\/?$/, fits: 25, most: 100 },
];

/** The page to ask for when a client wants `limit` items. More than NetBackup gives is NetBackup's to refuse. */
export const fittingPage = (path: string, limit: number): number => {
  const list = LISTS.find((known) => known.path.test(path));
  return list && limit <= list.most ? Math.min(limit, list.fits) : limit;
};
