import type { Job } from '../domain/types.ts';
import type { Call, Reply, RestContext, Route } from './context.ts';
import { iso } from './job-attributes.ts';
import { jobOf } from './jobs.ts';

/** What a media server writes about one attempt of a job. */
function logOf(job: Job): Readonly<Record<string, string>>[] {
  const pid = 10_000 + (job.jobId % 50_000);
  const line = (at: number, severity: string, message: string) => ({
    message: `bpbrm (pid=${pid}) ${message}`,
    severity,
    timestamp: iso(at),
  });
  const started = [
    line(job.startTime, 'INFO', `connecting to ${job.clientName}`),
    line(
      job.startTime,
      'INFO',
      `start backup of policy ${job.policyName || 'none'}, schedule ${job.scheduleType}`,
    ),
  ];
  if (job.state !== 'DONE') return started;
  const end = job.endTime ?? job.lastUpdateTime;
  const isGood = job.status === 0;
  return [
    ...started,
    ...(isGood ? [line(end, 'INFO', `${job.kilobytes} KB written`)] : []),
    line(end, isGood ? 'INFO' : 'ERROR', `EXITING with status ${job.status}`),
  ];
}

/** A job has one attempt. */
function attemptOf(job: Job): Readonly<Record<string, unknown>> {
  const isDone = job.state === 'DONE';
  const href = `/admin/jobs/${job.jobId}/try-logs/1`;
  return {
    type: 'parsedTryLogResponse',
    id: `${job.jobId}-1`,
    attributes: {
      tryNumber: 1,
      jobId: job.jobId,
      tryStartTimestamp: iso(job.startTime),
      ...(isDone && { tryEndTimestamp: iso(job.endTime ?? job.lastUpdateTime), tryStatusCode: job.status }),
      tryKbWritten: job.kilobytes,
      tryLogEntries: logOf(job),
    },
    links: { self: { href }, first: { href }, last: { href } },
  };
}

/** `GET /admin/jobs/{jobId}/try-logs` and `/admin/jobs/{jobId}/file-lists`. */
export function jobLogRoutes(context: RestContext): Route[] {
  const files = (call: Call): Reply => {
    const job = jobOf(context, call);
    const data = {
      type: 'file-lists',
      id: String(job.jobId),
      attributes: { fileList: job.jobType === 'BACKUP' ? ['ALL_LOCAL_DRIVES'] : [] },
      links: { self: { href: `/admin/jobs/${job.jobId}/file-lists` } },
    };
    return { status: 200, json: { data } };
  };
  return [
    {
      method: 'GET',
      path: '/admin/jobs/{jobId}/try-logs',
      handle: (call) => ({ status: 200, json: { data: [attemptOf(jobOf(context, call))] } }),
    },
    { method: 'GET', path: '/admin/jobs/{jobId}/file-lists', handle: files },
  ];
}
