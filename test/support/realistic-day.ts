/** A realistic day, as the cost is counted by: 60 % job notifications, two or three a job; 40 % image operations, two an image. */
import { type Frame, message } from './raw-client.ts';

interface Said {
  readonly second: number;
  readonly object: 'JOB' | 'IMAGE';
  readonly content: Frame;
}

const START = 1_700_000_000;
const OFFSET = 18_000;
const OUTCOMES = [0, 0, 0, 0, 0, 0, 0, 1, 58, 156];

/** One backup: a job in a tree of three, and the image that it makes. */
const backup = (index: number, start: number): Said[] => {
  const begun = start + index * 20;
  const jobId = 100_000 + index;
  const clientName = `server-${index % 200}.branch.example.com`;
  const root = jobId - (index % 3);
  const common = {
    jobId,
    parentJobId: root,
    jobType: 'BACKUP',
    policyName: `prod-vmware-gold-${index % 12}`,
    policyType: 'VMWARE',
    scheduleType: 'ST_FULL',
    clientName,
    startTime: begun + OFFSET,
  };
  const states = index % 2 === 0 ? ['QUEUED', 'ACTIVE', 'DONE'] : ['ACTIVE', 'DONE'];
  const jobs = states.map((state, step): Said => {
    const status = state === 'DONE' ? OUTCOMES[index % OUTCOMES.length] : 0;
    return { second: begun + step * 900, object: 'JOB', content: { ...common, state, status } };
  });
  return jobs;
};

const imageOperations = (index: number, start: number): Said[] => {
  const begun = start + index * 24;
  const clientName = `server-${index % 200}.branch.example.com`;
  return ['CREATE', 'UPDATE'].map((operationId, step): Said => {
    const second = begun + 600 + step * 1_800;
    const content = {
      backupId: `${clientName}_${begun}`,
      operationId,
      clientName,
      clientType: 'VMWARE',
      backupTime: begun,
      createdTime: second + OFFSET,
    };
    return { second: second + 30, object: 'IMAGE', content };
  });
};

/**
 * @param start epoch seconds of the first job
 * @returns messages of `size` notifications each, in the order of time; together about `count` notifications
 */
export const realisticDay = (
  count: number,
  size: number,
  start = START,
): { messages: Frame[]; notifications: number } => {
  const jobs = Array.from({ length: Math.round((count * 0.6) / 2.5) }, (_, index) =>
    backup(index, start),
  ).flat();
  const images = Array.from({ length: Math.round((count * 0.4) / 2) }, (_, index) =>
    imageOperations(index, start),
  ).flat();
  const said = [...jobs, ...images].sort((a, b) => a.second - b.second);
  const messages: Frame[] = [];
  for (let from = 0; from < said.length; from += size) {
    const batch = said.slice(from, from + size);
    const payload = (['JOB', 'IMAGE'] as const).flatMap((object) => {
      const data = batch.filter((one) => one.object === object).map(({ content }) => content);
      return data.length === 0 ? [] : [{ notificationType: 'INFO', object, data }];
    });
    const timeStamp = (batch.at(-1)?.second ?? start) + 30;
    messages.push(message('NOTIFICATION', 'REQUEST', payload, { timeStamp }));
  }
  return { messages, notifications: said.length };
};
