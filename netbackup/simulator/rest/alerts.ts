import type { Job } from '../domain/types.ts';
import { type Collection, listByOffset } from './collection.ts';
import type { RestContext, Route } from './context.ts';

type AlertAttributes = Readonly<Record<string, unknown>> & { readonly id: string };

const ALERTS: Collection<AlertAttributes> = {
  type: 'alert',
  path: '/manage/alerts',
  fields: new Set(['category', 'subCategory', 'severity', 'createdDateTime']),
  sort: '-createdDateTime',
  maxLimit: 100,
  idOf: ({ id }) => id,
};

/** `GET /manage/alerts`: one alert for each job that failed. */
export function alertRoute(context: RestContext): Route {
  return {
    method: 'GET',
    path: ALERTS.path,
    handle: (call) => {
      const failed = context.catalog.jobs().filter(({ state, status }) => state === 'DONE' && status > 1);
      return listByOffset(
        context,
        ALERTS,
        failed.map((job) => toAlert(job, context.primaryName)),
        call,
      );
    },
  };
}

function toAlert(job: Job, primaryName: string): AlertAttributes {
  const at = new Date((job.endTime ?? job.lastUpdateTime) * 1000).toISOString();
  const title = `Job ${job.jobId} failed with status ${job.status}`;
  return {
    id: String(job.jobId),
    title,
    description: `${title}: policy ${job.policyName || '(none)'}, client ${job.clientName}.`,
    category: 'JOB',
    subCategory: 'FAILED_JOB',
    severity: 'ERROR',
    createdDateTime: at,
    lastUpdatedDateTime: at,
    params: {
      jobId: String(job.jobId),
      jobType: job.jobType,
      policyName: job.policyName,
      policyType: job.policyType,
      clientName: job.clientName,
      primaryServer: primaryName,
      exitStatus: String(job.status),
    },
  };
}
