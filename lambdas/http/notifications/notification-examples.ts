/** Examples of notifications in the documentation of the API. */

export const EVENT = {
  eventId: '2d6f0c9b7e154a83b1c05f6e9a7d3821',
  groupId: 'berlin',
  object: 'JOB',
  receivedAt: '2026-11-25T22:17:31.204Z',
  reportedAt: '2026-11-25T22:17:30.000Z',
  notification: {
    jobId: 4711,
    parentJobId: 4710,
    jobType: 'BACKUP',
    state: 'DONE',
    status: 0,
    clientName: 'files01.acme.example',
    policyName: 'files-daily',
    policyType: 'STANDARD',
    scheduleType: 'ST_FULL',
    startTime: 1795640405,
  },
};

export const QUARANTINED = {
  eventId: '9b1f0c52d7a84e6f8a3c5d1e7f20b964',
  groupId: 'berlin',
  reason: 'unknown-object' as const,
  receivedAt: '2026-11-25T22:19:02.118Z',
  reportedAt: '2026-11-25T22:19:01.000Z',
  object: 'TAPE',
  part: 'group' as const,
  text: '{"notificationType":"INFO","object":"TAPE","data":[{"mediaId":"A00042"}]}',
};
