/** The lists that public clients request from NetBackup: paths, paging, sizes of items. */
import { all, between, KB, mixed, type Size } from './sizes.ts';

/**
 * `cursor`: `page[after]`, from API 9.0 on (before that it is `offset`). `offset`: with `next`, `prev`, `count` and page
 * numbers. `hasNext`: offsets, and a boolean for a next page. `flat`: all items at once, without paging.
 */
export type Style = 'cursor' | 'offset' | 'hasNext' | 'flat';

export interface ListModel {
  readonly type: string;
  /** Below `/netbackup`; `*` is one segment. */
  readonly path: string;
  readonly style: Style;
  /** The largest page[limit] that is accepted. */
  readonly maxLimit: number;
  readonly items: number;
  readonly size: Size;
  /** How many different hosts its items refer to, which are `included`. */
  readonly hosts?: number;
  /** Whether `page[disable]=true` returns all items at once. */
  readonly canDisable?: boolean;
  /** Whether the links of items are relative and lack `/netbackup`. */
  readonly relative?: boolean;
}

const offset = (type: string, path: string, items: number, size: Size, maxLimit = 100): ListModel => ({
  type,
  path,
  style: 'offset',
  maxLimit,
  items,
  size,
});

export const LISTS = {
  jobs: {
    ...offset('job', '/admin/jobs', 10_000, between(1.2 * KB, 2.1 * KB)),
    style: 'cursor',
    relative: true,
  },
  images: offset('catalogImage', '/catalog/images', 260, between(2.4 * KB, 4.3 * KB)),
  alerts: offset('alert', '/manage/alerts', 230, all(0.7 * KB)),
  policies: offset('policy', '/config/policies', 120, between(0.4 * KB, 1 * KB), 500),
  slps: offset('slp', '/config/slps', 60, between(1 * KB, 9 * KB)),
  storageUnits: offset('storageUnit', '/storage/storage-units', 80, between(1.3 * KB, 1.8 * KB), 500),
  storageServers: offset('storageServer', '/storage/storage-servers', 40, all(2 * KB)),
  diskPools: offset('diskPool', '/storage/disk-pools', 45, between(2 * KB, 30 * KB)),
  drives: offset('drive', '/storage/drives', 130, all(0.6 * KB)),
  tapeMedia: offset('tapeMedia', '/storage/tape-media', 350, all(0.4 * KB)),
  tapePools: offset('tapeVolumePool', '/storage/tape-volume-pools', 12, all(0.4 * KB)),
  robots: { ...offset('robotDeviceHost', '/storage/robots-device-hosts', 30, all(0.5 * KB)), style: 'flat' },
  assets: {
    ...offset('asset', '/asset-service/workloads/*/assets', 150, between(1.5 * KB, 4 * KB)),
    style: 'hasNext',
    hosts: 9,
    canDisable: true,
  },
  recoveryPoints: offset(
    'recoveryPoint',
    '/recovery-point-service/workloads/*/recovery-points',
    110,
    all(4 * KB),
  ),
  malware: offset('scanResult', '/malware/latest-scan-results', 120, mixed(all(0.5 * KB), 0.1, all(12 * KB))),
  hosts: offset('host', '/config/hosts', 110, between(0.4 * KB, 30 * KB)),
  slos: offset('slo', '/servicecatalog/slos', 20, all(30 * KB)),
} satisfies Record<string, ListModel>;

export type ListName = keyof typeof LISTS;
export const LIST_NAMES = Object.keys(LISTS) as ListName[];
