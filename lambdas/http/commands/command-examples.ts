/** Examples of commands in the documentation of the API. */
import type { z } from '@hono/zod-openapi';
import type { batchRequestSchema, commandRequestSchema } from './command-request.ts';
import type { commandSchema } from './command-view.ts';

const call = { method: 'GET' as const, uri: '/netbackup/admin/jobs?page[limit]=10' };

export const COMMAND_REQUEST: z.input<typeof commandRequestSchema> = {
  ...call,
  headers: { Accept: 'application/vnd.netbackup+json;version=12.0', Authorization: 'EXAMPLE' },
  deliverWithin: 300,
  executeWithin: 60,
};

export const BATCH_REQUEST: z.input<typeof batchRequestSchema> = {
  ...COMMAND_REQUEST,
  groups: ['berlin', 'paris'],
};

export const QUEUED: z.input<typeof commandSchema> = {
  commandId: '4F1D3C0A-8F3E-4C51-9D43-0A5F6F2B7C11',
  groupId: 'berlin',
  state: 'queued',
  request: call,
  requestedBy: 'hfwdksnpfdqxnacm',
  createdAt: '2026-11-26T07:00:00.000Z',
  deliverBy: '2026-11-26T07:05:00.000Z',
  attempts: 0,
};

export const COMPLETED: z.input<typeof commandSchema> = {
  ...QUEUED,
  state: 'completed',
  sentAt: '2026-11-26T07:00:00.112Z',
  executeBy: '2026-11-26T07:01:00.112Z',
  endedAt: '2026-11-26T07:00:00.530Z',
  attempts: 1,
  response: {
    status: 200,
    headers: { 'Content-Type': 'application/vnd.netbackup+json;version=12.0' },
    body: '{"data":[],"meta":{"pagination":{"limit":10,"offset":0,"count":0}}}',
  },
};

const { response, ...line } = COMPLETED;

/** The example in a list: without the body of the response. */
export const COMMAND_LINE: z.input<typeof commandSchema> = {
  ...line,
  response: { status: 200, headers: response?.headers ?? {} },
};

export const BATCH_RESULTS = [
  {
    groupId: 'berlin',
    status: 202,
    location: 'https://api.example.com/v1/groups/berlin/commands/4F1D3C0A-8F3E-4C51-9D43-0A5F6F2B7C11',
    command: QUEUED,
  },
  {
    groupId: 'paris',
    status: 429,
    problem: {
      code: 'too-many-commands',
      detail: 'The limit of queued commands of this group (100) is reached.',
    },
  },
];
