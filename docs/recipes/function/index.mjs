/** What comes twice has the same eventId: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const seen = new Set();

/** An event `Job Completed`; docs/event-schemas.json describes `detail`. An error makes Lambda try again. */
export const handler = async ({ detail }) => {
  if (seen.has(detail.eventId)) return;
  if (typeof detail.job.status !== 'number') throw new Error(`Job ${detail.jobId} has no status.`);
  console.log(JSON.stringify({ groupId: detail.groupId, jobId: detail.jobId, status: detail.job.status }));
  seen.add(detail.eventId);
};
