/** The texts of NetBackup's most frequent exit statuses. */
const STATUS_TEXTS: Readonly<Record<number, string>> = {
  0: 'the requested operation was successfully completed',
  1: 'the requested operation was partially successful',
  2: 'none of the requested files were backed up',
  6: 'the backup failed to back up the requested files',
  13: 'file read failed',
  50: 'client process aborted',
  54: 'timed out connecting to client',
  57: 'client connection refused',
  58: "can't connect to client",
  59: 'access to the client was not allowed',
  71: 'none of the files in the file list exist',
  83: 'media open error',
  84: 'media write error',
  85: 'media read error',
  86: 'media position error',
  96: 'unable to allocate new media for backup, storage unit has none available',
  129: 'disk storage unit is full',
  130: 'system error occurred',
  150: 'termination requested by administrator',
  156: 'snapshot error encountered',
  157: 'suspend requested by administrator',
  191: 'no images were successfully processed',
  196: 'client backup was not attempted because backup window closed',
  213: 'no storage units available for use',
  219: 'the required storage unit is unavailable',
  2074: 'disk volume is down',
  2106: 'disk storage server is down or unavailable',
};

/** @param status as NetBackup sent it; undefined without one */
export const statusTextOf = (status: unknown): string | undefined => {
  if (status === undefined || status === null) return undefined;
  return (
    (typeof status === 'number' ? STATUS_TEXTS[status] : undefined) ??
    `NetBackup status ${JSON.stringify(status)}`
  );
};
