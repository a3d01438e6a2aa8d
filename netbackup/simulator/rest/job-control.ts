import type { Job } from '../domain/types.ts';
import type { Call, Reply, RestContext, Route } from './context.ts';
import { badRequest, conflict, notFound } from './errors.ts';
import { jobOf } from './jobs.ts';
import { jsonBody, requiredObject, requiredText } from './request-body.ts';

/** Schedule names of the simulated policies, with the types of NBWSS. */
const SCHEDULES: Readonly<Record<string, string>> = {
  full: 'ST_FULL',
  daily: 'ST_DIFF',
  cumulative: 'ST_CINC',
  user: 'ST_USER',
};

/** `POST /admin/jobs/{id}/cancel|suspend|resume|restart` and `/admin/manual-backup`: 202. */
export function jobControlRoutes(context: RestContext): Route[] {
  const { jobs } = context;
  const action = (name: string, act: (job: Job) => boolean): Route => ({
    method: 'POST',
    path: `/admin/jobs/{jobId}/${name}`,
    isChange: true,
    handle: (call) => {
      const job = jobOf(context, call);
      if (!act(job)) throw conflict(`The job is ${job.state}: it cannot ${name}.`);
      return { status: 202 };
    },
  });
  const manualBackup = (call: Call): Reply => {
    const attributes = requiredObject(requiredObject(jsonBody(call.body), 'data'), 'attributes');
    const policyName = requiredText(attributes, 'policyName');
    const { clientName, scheduleName } = attributes;
    const schedule = scheduleName === undefined ? undefined : SCHEDULES[String(scheduleName)];
    if (scheduleName !== undefined && !schedule)
      throw badRequest(`The schedule ${scheduleName} does not exist.`);
    const client = typeof clientName === 'string' ? clientName : undefined;
    const job = jobs.manualBackup(policyName, client, schedule);
    if (!job) throw notFound();
    return { status: 202, json: { data: [{ type: 'job', id: String(job.jobId) }] } };
  };
  return [
    action('cancel', ({ jobId }) => jobs.runner.cancel(jobId)),
    action('suspend', ({ jobId }) => jobs.runner.suspend(jobId)),
    action('resume', ({ jobId }) => jobs.runner.resume(jobId)),
    action('restart', (job) => {
      if (job.state !== 'DONE') return false;
      jobs.restart(job);
      return true;
    }),
    { method: 'POST', path: '/admin/manual-backup', isChange: true, handle: manualBackup },
  ];
}
