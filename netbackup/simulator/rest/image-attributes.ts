import type { Image } from '../domain/types.ts';
import type { RestContext } from './context.ts';
import { iso, scheduleName } from './job-attributes.ts';

/** The REST API's images have other values: `FULL`, and `VMware` for `VMWARE`. */
const SCHEDULE_TYPES: Readonly<Record<string, string>> = {
  ST_FULL: 'FULL',
  ST_DIFF: 'DIFFERENTIAL_INCREMENTAL',
  ST_CINC: 'CUMULATIVE_INCREMENTAL',
  ST_USER: 'USER_BACKUP',
};
const POLICY_TYPES: Readonly<Record<string, string>> = {
  VMWARE: 'VMware',
  STANDARD: 'Standard',
  MS_WINDOWS: 'MS-Windows',
  OBACKUP: 'Oracle',
  NBU_CATALOG: 'NBU-Catalog',
};

export type ImageAttributes = Readonly<Record<string, unknown>> & { readonly backupId: string };

/** All attributes of an image; 2 700 to 3 500 bytes with one copy, some 830 more for each further fragment. */
export function imageAttributes(image: Image, { primaryName }: RestContext): ImageAttributes {
  const { backupId, clientName, backupTime, expiration, kilobytes, copies } = image;
  const fragments = Array.from({ length: Math.max(1, copies) }, (_, index) =>
    fragment(image, index + 1, primaryName),
  );
  return {
    backupId,
    backupTime: iso(backupTime),
    backupStatus: 0,
    clientName,
    clientType: image.clientType,
    clientHardware: 'Linux',
    clientOS: 'RedHat2.6.18',
    policyName: image.policyName,
    policyType: POLICY_TYPES[image.clientType] ?? image.clientType,
    scheduleName: scheduleName(image.scheduleType),
    scheduleType: SCHEDULE_TYPES[image.scheduleType] ?? image.scheduleType,
    ...FIXED,
    creator: 'root',
    expiration: iso(expiration),
    elapsedTimeSeconds: 60 + Math.ceil(kilobytes / 100_000),
    kbytes: kilobytes,
    kbytesDataTransferred: kilobytes,
    kbytesToMedia: kilobytes,
    numFiles: Math.ceil(kilobytes / 64),
    numCopies: copies,
    numberOfFragments: fragments.length,
    primaryCopy: 1,
    fileSystemOnly: 0,
    filesFileName: `${image.policyName || 'restore'}_${backupTime}_FULL.f`,
    slpName: '',
    originPrimaryServer: primaryName,
    originPrimaryServerID: '00000000-0000-0000-0000-000000000000',
    createdDateTime: iso(image.createdTime),
    lastModifiedDateTime: iso(image.createdTime),
    fragments,
  };
}

/** Attributes with the same value for every image. */
const FIXED = {
  agentId: 0,
  anomalyDetected: false,
  blockMap: 0,
  brmServerType: 0,
  compression: false,
  dataClassification: '',
  digestAlgorithm: 'SHA256',
  drMode: 0,
  encryption: 0,
  extendedSecurityInfo: '',
  fsOnly: false,
  imageAttribute: 0,
  imageDumpLevel: 0,
  imageExtendedPath: '',
  imageType: 'NORMAL',
  isImmutable: false,
  isIndelible: false,
  jobId: 0,
  keyword: '',
  malwareStatus: 'NOT_SCANNED',
  mpx: 0,
  multiplexed: false,
  objectDescriptor: '',
  parentPolicyName: '',
  previousBackupImage1: '',
  previousBackupImage2: '',
  proxyClient: '',
  resumeCount: 0,
  retentionLevel: 3,
  runId: 0,
  snapshotTime: '1970-01-01T00:00:00.000Z',
  storageLifecyclePolicy: false,
  streamFileCount: 0,
  streamNumber: 0,
  timeInProcess: '1970-01-01T00:00:00.000Z',
  tirExpiration: '1970-01-01T00:00:00.000Z',
  tirInfo: 'OFF',
  unexpiredCopies: 1,
  vmType: 'NONE',
};

function fragment(image: Image, copyNumber: number, primaryName: string): Record<string, unknown> {
  return {
    backupId: image.backupId,
    copyNumber,
    fragmentNumber: 1,
    blockSize: 262_144,
    checkpoint: 0,
    copyDate: new Date(image.createdTime * 1000).toISOString(),
    copyOnHold: 0,
    density: 'QCART',
    deviceWrittenOn: 0,
    expiration: new Date(image.expiration * 1000).toISOString(),
    fileNumber: 0,
    fragmentId: `${primaryName};PureDisk;${image.clientName};${image.policyName};stu_msdp_${copyNumber};${image.backupTime}`,
    fragmentState: 'ACTIVE',
    fragmentFlags: 'ONE_FRAGMENT',
    host: primaryName,
    kilobytes: image.kilobytes,
    lastOffset: 0,
    mediaDescription: '',
    mediaId: `@aaaa${copyNumber}`,
    mediaSequenceNumber: 0,
    mediaSubtype: 'STSDYNAMIC',
    mediaType: 'DISK',
    mpxState: 'OFF',
    offset: 0,
    remainder: 0,
    resumeNumber: 0,
    retentionLevel: 3,
    storageUnitType: 'DISK',
    timeInProcess: '1970-01-01T00:00:00.000Z',
  };
}
