import type { Job } from '../domain/types.ts';
import type { Call, Reply, RestContext, Route } from './context.ts';
import { notFound } from './errors.ts';
import { compileFilter, sortBy } from './filter.ts';
import { type JobAttributes, jobAttributes } from './job-attributes.ts';
import { pageByCursor, pageByOffset } from './paging.ts';

/** Jobs have cursor paging since this API version. */
const CURSOR_VERSION = 9;

const FIELDS: ReadonlySet<string> = new Set([
  'jobId',
  'parentJobId',
  'jobType',
  'state',
  'status',
  'policyName',
  'policyType',
  'scheduleType',
  'scheduleName',
  'clientName',
  'startTime',
  'endTime',
  'lastUpdateTime',
  'kilobytesTransferred',
  'destinationStorageUnitName',
  'destinationMediaServerName',
]);

/** A job in the API's format; its links are relative and without `/netbackup` (CMD-4). */
function toResource(attributes: JobAttributes): Record<string, unknown> {
  const id = attributes.jobId;
  return {
    links: {
      self: { href: `/admin/jobs/${id}` },
      'file-lists': { href: `/admin/jobs/${id}/file-lists` },
      'try-logs': { href: `/admin/jobs/${id}/try-logs` },
    },
    type: 'job',
    id: String(id),
    attributes,
  };
}

/** The job of a call's path. Throws a 404. */
export function jobOf({ catalog }: RestContext, { params }: Call): Job {
  const job = catalog.job(Number(params['jobId']));
  if (!job) throw notFound();
  return job;
}

/** `GET /admin/jobs` and `/admin/jobs/{jobId}`. Newest first unless `sort` says otherwise. */
export function jobRoutes(context: RestContext): Route[] {
  const attributesOf = (job: Job): JobAttributes => jobAttributes(job, context);
  const list = (call: Call): Reply => {
    const filter = call.query.get('filter');
    const test = filter ? compileFilter(filter, FIELDS) : () => true;
    const found = context.catalog.jobs().map(attributesOf).filter(test);
    const sorted = sortBy(found, call.query.get('sort') ?? '-jobId', FIELDS);
    const request = {
      query: call.query,
      address: `https://${context.primaryName}/netbackup/admin/jobs`,
      defaultLimit: 10,
      maxLimit: 100,
    };
    const page =
      call.version >= CURSOR_VERSION
        ? pageByCursor(sorted, request, ({ jobId }) => String(jobId))
        : pageByOffset(sorted, request);
    const { items, meta, links } = page;
    return { status: 200, json: { data: items.map(toResource), links, meta } };
  };
  return [
    { method: 'GET', path: '/admin/jobs', handle: list },
    {
      method: 'GET',
      path: '/admin/jobs/{jobId}',
      handle: (call) => ({ status: 200, json: { data: toResource(attributesOf(jobOf(context, call))) } }),
    },
  ];
}
